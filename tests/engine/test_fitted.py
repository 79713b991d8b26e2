import gc
import pickle
import weakref

import keras
import numpy as np
import pytest
from keras import ops
from sklearn.base import BaseEstimator
from sklearn.cluster import KMeans
from sklearn.pipeline import make_pipeline

from skfashion.engine.backend import choose_backend
from skfashion.engine.fitted import FittedNetwork
from skfashion.engine.inference import in_batches
from skfashion.engine.rows import INFERENCE_ROWS, Rows
from skfashion.engine.schedule import NoImprovement, Renewal, Schedule, SettledLabels
from skfashion.engine.variables import get_values, set_values
from skfashion.networks.architectures import dense
from skfashion.networks.autoencoder import AutoencoderNetwork
from skfashion.networks.network import Network


class _Autoencoder(BaseEstimator):
    """A blueprint: 6-5-2-5-6."""

    def __init__(self, dropout=0.0, noise=0.0, penalty=0.0, activity_penalty=0.0):
        self.dropout = dropout
        self.noise = noise
        self.penalty = penalty
        self.activity_penalty = activity_penalty

    def build_network(self, sizes, seed):
        encoder = dense(6, (5,), 2, dropout=self.dropout, name="encoder")
        decoder = dense(2, (5,), 6, name="decoder")
        if self.penalty or self.activity_penalty:
            inputs, l2 = keras.Input((6,)), keras.regularizers.L2
            layer = keras.layers.Dense(
                2,
                kernel_initializer="ones",
                kernel_regularizer=l2(self.penalty),
                activity_regularizer=l2(self.activity_penalty),
            )
            encoder = keras.Model(inputs, layer(inputs))
        return AutoencoderNetwork(encoder, decoder, loss="squared_error", noise=self.noise, seed=seed)

    def _validate_params(self):
        pass


def _fitted(seed=0, **params):
    return FittedNetwork(_Autoencoder(**params), (6,), seed)


def _schedule(**changes):
    return Schedule(**{"max_iter": 2, "batch_size": 16, "learning_rate_init": 1e-2, "stop": NEVER} | changes)


NEVER = NoImprovement(0.0, 100)


def _first_loss(fitted, X, **changes):
    return fitted.train(Rows(X), None, _schedule(max_iter=1, **changes)).curves.training["loss"][0]


X = np.random.default_rng(0).random((40, 6), dtype=np.float32)


def test_one_step_is_the_one_that_keras_takes():
    """The engine's compiled step against keras.Model.train_on_batch on the same weights and rows."""
    fitted, reference = _fitted(), _fitted().network
    inputs = keras.Input((6,))
    model = keras.Model(inputs, reference.decoder(reference.encoder(inputs)))
    model.compile(keras.optimizers.Adam(1e-2), "mse")
    loss = model.train_on_batch(X[:16], X[:16])
    assert _first_loss(fitted, X[:16], shuffle=False) == pytest.approx(float(np.squeeze(loss)), rel=1e-5)
    for ours, theirs in zip(fitted.network.trainable_variables, reference.trainable_variables, strict=True):
        np.testing.assert_allclose(*get_values([ours, theirs]), rtol=1e-4, atol=1e-6)


def test_padding_has_no_part_in_the_loss():
    """40 rows in batches of 16 leave 8 rows to the last; without learning, the mean is that of all rows at once."""
    losses = [_first_loss(_fitted(), X, batch_size=size, learning_rate_init=1e-30) for size in (16, 64)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-6)


def test_a_run_that_continues_is_the_run_that_was_not_interrupted():
    whole, parts = _fitted(dropout=0.3, noise=0.1), _fitted(dropout=0.3, noise=0.1)
    whole.train(Rows(X), None, _schedule(max_iter=4))
    for _ in range(2):
        parts.train(Rows(X), None, _schedule(max_iter=2), resumable=True)
    assert parts.n_epochs == whole.n_epochs == 4
    _assert_equal(parts, whole)


def _assert_equal(fitted, expected):
    pairs = zip(get_values(fitted.network.variables), get_values(expected.network.variables), strict=True)
    for value, other in pairs:
        np.testing.assert_array_equal(value, other)


def test_penalties_of_the_users_own_layers_are_part_of_the_loss():
    losses = [_first_loss(_fitted(penalty=penalty), X[:16], learning_rate_init=1e-30) for penalty in (1e-12, 0.1)]
    assert losses[1] - losses[0] == pytest.approx(0.1 * 12, rel=1e-5)


def test_activity_penalties_do_not_pile_up_over_steps():
    schedule = _schedule(max_iter=5, shuffle=False, learning_rate_init=1e-30)
    losses = _fitted(activity_penalty=0.1).train(Rows(X[:16]), None, schedule).curves.training["loss"]
    np.testing.assert_allclose(losses, losses[0], rtol=1e-5)


def test_a_loss_that_is_not_finite_ends_the_training_and_changes_nothing():
    fitted, expected = _fitted(), _fitted()
    with pytest.raises(ValueError, match=r"loss or a weight became .* in epoch 1 with learning_rate_init=1e\+30"):
        fitted.train(Rows(X), None, _schedule(max_iter=1, learning_rate_init=1e30))
    _assert_equal(fitted, expected)
    assert fitted.n_epochs == 0


@pytest.mark.parametrize("n_rows", [1, INFERENCE_ROWS, INFERENCE_ROWS + 1])
def test_inference_gives_one_result_a_row_that_does_not_depend_on_the_others(n_rows):
    fitted = _fitted()
    rows = np.random.default_rng(1).random((INFERENCE_ROWS + 1, 6), dtype=np.float32)
    codes = fitted.apply("encode", Rows(rows))
    np.testing.assert_array_equal(fitted.apply("encode", Rows(rows[:n_rows])), codes[:n_rows])
    np.testing.assert_allclose(codes, ops.convert_to_numpy(fitted.network.encoder(rows)), rtol=1e-5, atol=1e-6)


def test_values_go_in_and_out_of_variables():
    network = _fitted().network
    values = [value + 1 for value in get_values(network.variables)]
    set_values(network.variables, values)
    for a, b in zip(get_values(network.variables), values, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_network_and_its_optimiser_are_freed_with_the_estimator():
    gc.collect()
    before = _optimizers()
    fitted = _fitted()
    fitted.train(Rows(X), None, _schedule(), resumable=True)
    fitted.apply("encode", Rows(X))
    network = weakref.ref(fitted.network)
    del fitted
    gc.collect()
    assert network() is None
    assert _optimizers() == before


def _optimizers():
    return sum(issubclass(type(thing), keras.optimizers.Optimizer) for thing in gc.get_objects())


@pytest.mark.parametrize(
    ("value", "same", "other"),
    [
        (KMeans(3), KMeans(3), KMeans(4)),
        (make_pipeline(KMeans(3)), make_pipeline(KMeans(3)), make_pipeline(KMeans(4))),
        ({"shift": np.array([1, 2])}, {"shift": np.array([1, 2])}, {"shift": np.array([1, 3])}),
        ([1, 2], (1, 2), (1, 3)),
        ("relu", "relu", "tanh"),
    ],
    ids=str,
)
def test_parameters_are_compared_by_what_they_say(value, same, other):
    fitted = FittedNetwork(_Autoencoder().set_params(penalty=0.0), (6,), 0)
    fitted.blueprint.dropout = value
    fitted.check_same_architecture({"dropout": same})
    with pytest.raises(ValueError, match=r"dropout was .* when the network was built and is .* now"):
        fitted.check_same_architecture({"dropout": other})


@pytest.mark.parametrize(
    "change",
    [{"_weights": None}, {"sizes": [6]}, {"seed": "0"}, {"n_epochs": None}],
    ids=lambda change: next(iter(change)),
)
def test_a_state_of_other_types_is_refused(change):
    with pytest.raises(TypeError, match=f"{next(iter(change))} is .*, but must be of type"):
        FittedNetwork.__new__(FittedNetwork).__setstate__(_fitted().__getstate__() | change)


def test_nothing_of_a_forged_state_is_called():
    def forged(*_):
        raise AssertionError

    fitted = _fitted()
    state = fitted.__getstate__() | {"_build": forged, "apply": forged}
    for name in ("build_network", "_validate_params", "get_params", "__sklearn_clone__"):
        setattr(state["blueprint"], name, forged)
    loaded = FittedNetwork.__new__(FittedNetwork)
    loaded.__setstate__(state)
    np.testing.assert_array_equal(loaded.apply("encode", Rows(X)), fitted.apply("encode", Rows(X)))


def test_rows_with_targets_are_checked_for_numbers_that_are_not_finite():
    checked, codes = [], np.zeros((40, 2))
    for rows in (X, np.full_like(X, np.nan)):
        in_batches(lambda batch: batch[0], Rows(rows, targets=codes), check=lambda: checked.append(1))
    assert checked == [1]


# Targets that are renewed


class _Clusters(Network):
    """A toy of deep clustering: codes near the centres that the last renewal gave them."""

    term_names = ("distance",)

    def __init__(self, encoder, seed, **options):
        super().__init__([encoder], seed=seed, **options)
        self.encoder = encoder
        self.centers = keras.Variable(np.random.default_rng(seed).normal(size=(3, 2)), name="centers")

    @property
    def own_variables(self):
        return [self.centers]

    def soft_clusters(self, rows):
        codes = self.run(self.encoder, self.scale(rows), training=False)
        return ops.softmax(-self._squares(codes))  # (n_rows, 3)

    def terms(self, batch, weights=None):
        rows, targets = batch
        codes = self.run(self.encoder, self.augmented(rows, weights is not None), training=weights is not None)
        return {"distance": ops.sum(targets * self._squares(codes), axis=1)}

    def _squares(self, codes):
        return ops.sum(ops.square(codes[:, None] - self.centers), axis=2)


class _ClustersBlueprint(BaseEstimator):
    def __init__(self, alpha=0.0):
        self.alpha = alpha

    def build_network(self, sizes, seed):
        return _Clusters(dense(6, (5,), 2, dropout=0.2, name="encoder"), seed, alpha=self.alpha)

    def _validate_params(self):
        pass


def _sharpened(Q):
    """Xie et al. 2016, eq. 3: it depends on all rows."""
    P = Q**2 / Q.sum(axis=0)
    return P / P.sum(axis=1, keepdims=True)


def _renewing(every, targets=_sharpened, **changes):
    renewal = Renewal(every, "soft_clusters", targets, labels=lambda targets: targets.argmax(axis=1))
    return _schedule(renewal=renewal, **changes)


def _clusters(seed=0, **params):
    return FittedNetwork(_ClustersBlueprint(**params), (6,), seed)


def test_targets_are_computed_from_all_rows_in_their_order_before_every_epoch_that_is_due():
    given = []
    fitted = _clusters()
    before = fitted.apply("soft_clusters", Rows(X))
    fitted.train(Rows(X), None, _renewing(2, lambda Q: given.append(Q) or _sharpened(Q), max_iter=5))
    assert len(given) == 3  # before the first, the third and the fifth epoch
    np.testing.assert_array_equal(given[0], before)
    assert not np.array_equal(given[1], given[0])


def test_held_out_rows_get_their_targets_from_the_same_renewal():
    given = []
    result = _clusters().train(
        Rows(X, np.arange(30)),
        Rows(X, np.arange(30, 40)),
        _renewing(2, lambda Q: given.append(len(Q)) or _sharpened(Q)),
    )
    assert given == [30, 10]
    assert len(result.curves.validation["distance"]) == 2


def test_targets_belong_to_their_rows_after_a_shuffle_and_in_a_part_of_the_rows():
    index = np.random.default_rng(0).permutation(40)[:25]
    rows = Rows(X, index).with_targets(X[index, :2])
    for (batch, targets), n_rows in rows.shuffled(3).batches(8):
        np.testing.assert_array_equal(batch[:n_rows, :2], targets[:n_rows])


@pytest.mark.parametrize("parts", [(1, 4), (2, 3), (3, 2), (1, 1, 1, 1, 1)], ids=str)
def test_a_fit_that_continues_between_two_renewals_is_the_fit_that_was_not_interrupted(parts):
    rows, held_out = Rows(X, np.arange(30)), Rows(X, np.arange(30, 40))
    whole, curves = _clusters(), {"loss": [], "label_change": []}
    expected = whole.train(rows, held_out, _renewing(3, max_iter=5)).curves
    fitted = _clusters()
    for max_iter in parts:
        result = fitted.train(rows, held_out, _renewing(3, max_iter=max_iter), resumable=True)
        for name, curve in curves.items():
            curve += result.curves.training[name]
        fitted = pickle.loads(pickle.dumps(fitted))
    assert curves == {name: expected.training[name] for name in curves}
    _assert_equal(fitted, whole)


@pytest.mark.parametrize("epoch", [2, 3, 4])
def test_an_interrupted_fit_with_renewals_continues_as_if_nothing_had_happened(epoch, monkeypatch):
    whole, parts = _clusters(), _clusters()
    expected = whole.train(Rows(X), None, _renewing(2, max_iter=5)).curves.training
    batches, epochs = Rows.weighted_batches, iter(range(1, 100))

    def interrupted(rows, batch_size, **options):
        stop = rows.seed is not None and next(epochs) == epoch
        yield from batches(rows, batch_size, **options) if not stop else [next(batches(rows, batch_size, **options))]
        if stop:
            raise KeyboardInterrupt

    monkeypatch.setattr(Rows, "weighted_batches", interrupted)
    first = parts.train(Rows(X), None, _renewing(2, max_iter=5), resumable=True)
    monkeypatch.undo()
    assert first.is_interrupted
    assert first.n_epochs == epoch - 1
    second = parts.train(Rows(X), None, _renewing(2, max_iter=5 - first.n_epochs))
    for name in ("loss", "label_change"):
        assert first.curves.training[name] + second.curves.training[name] == expected[name]
    _assert_equal(parts, whole)


def test_other_rows_get_targets_of_their_own_when_a_fit_continues():
    fitted = _clusters()
    fitted.train(Rows(X), None, _renewing(4, max_iter=1), resumable=True)
    fitted.train(Rows(X[:13]), None, _renewing(4, max_iter=1), resumable=True)
    assert fitted.n_epochs == 2


def test_a_fit_that_continues_without_the_state_of_the_last_one_renews_its_targets_at_once():
    given = []
    fitted = _clusters()
    fitted.train(Rows(X), None, _renewing(2, max_iter=1))
    result = fitted.train(Rows(X), None, _renewing(2, lambda Q: given.append(len(Q)) or _sharpened(Q), max_iter=1))
    assert given == [40]
    assert result.n_epochs == 1


def test_a_renewal_needs_an_epoch():
    with pytest.raises(ValueError, match="every=0 must be at least 1 epoch"):
        _renewing(0)


def test_training_stops_when_the_labels_settle():
    schedule = _renewing(1, max_iter=30, stop=SettledLabels(0.05))
    result = _clusters().train(Rows(X), None, schedule)
    changes = result.curves.training["label_change"]
    assert changes[0] == 1.0  # all labels are new
    assert 1 < result.n_epochs < 30
    assert changes[-1] <= 0.05 < min(changes[:-1])


def test_the_penalty_is_on_the_models_weights_and_not_on_centers():
    plain, penalised = _clusters(), _clusters(alpha=0.1)
    losses = [_first_loss(f, X[:16], renewal=Renewal(1, "soft_clusters", _sharpened)) for f in (plain, penalised)]
    kernels = [v for v in get_values(_clusters().network.encoder.trainable_variables) if v.ndim > 1]
    assert losses[1] - losses[0] == pytest.approx(0.1 / 16 * 0.5 * sum((k**2).sum() for k in kernels), rel=1e-3)


@pytest.mark.skipif(choose_backend() != "jax", reason="compiled programs are jax's")
@pytest.mark.parametrize("change", [{"shape": (4, 2)}, {"trainable": False}], ids=str)
def test_variables_outside_the_models_are_part_of_the_architecture(change):
    from skfashion.engine.fingerprint import fingerprint

    networks = [_clusters(seed).network for seed in (0, 1, 2)]
    networks[2].centers = keras.Variable(np.zeros(change.get("shape", (3, 2))), trainable=change.get("trainable", True))
    keys = [fingerprint(network) for network in networks]
    assert keys[0] == keys[1] != keys[2]


def test_the_learning_rate_of_the_plan_reaches_the_steps():
    """Of four epochs, the last has half of the learning rate."""
    whole, parts = _fitted(dropout=0.3), _fitted(dropout=0.3)
    whole.train(Rows(X), None, _schedule(max_iter=4, decays=True))
    parts.train(Rows(X), None, _schedule(max_iter=3), resumable=True)
    parts.train(Rows(X), None, _schedule(max_iter=1, learning_rate_init=5e-3))
    _assert_equal(whole, parts)


def test_a_training_of_a_settled_loss_goes_on_while_the_learning_rate_falls():
    result = _fitted().train(Rows(X), None, _schedule(max_iter=20, stop=NoImprovement(1e9, 4), decays=True))
    assert (result.settled_after, result.n_epochs) == (6, 8)


def test_a_loss_that_settles_while_the_learning_rate_falls_changes_nothing_any_more():
    stop = NoImprovement(1e9, 13)  # after 15 epochs of 16
    result = _fitted().train(Rows(X), None, _schedule(max_iter=16, stop=stop, decays=True))
    assert (result.settled_after, result.n_epochs, result.stop.says_stop) == (None, 16, True)
