import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import make_blobs
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfashion import DCN, DEC, IDEC, DenseAE, DenseVAE, load, save
from skfashion.metrics import hungarian_accuracy_score

SMALL = DenseAE(2, max_iter=60, batch_size=16, learning_rate_init=1e-2)
QUICK = DenseAE(2, max_iter=20, batch_size=16, learning_rate_init=3e-2)  # for the checks
pytestmark = pytest.mark.filterwarnings("ignore:.*of the labels still changed:sklearn.exceptions.ConvergenceWarning")


@parametrize_with_checks(
    [
        DEC(3, autoencoder=QUICK, max_iter=3, batch_size=16),
        IDEC(2, autoencoder=QUICK, gamma=1.0, max_iter=3, update_interval=2),
    ]
)
def test_scikit_learns_whole_suite(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def blobs():
    return make_blobs(300, 8, centers=4, cluster_std=0.7, random_state=0)


@pytest.fixture(scope="module", params=[DEC, IDEC])
def fitted(request, blobs):
    return request.param(4, autoencoder=SMALL, max_iter=10, random_state=0).fit(blobs[0])


def test_blobs_are_found_and_new_rows_follow(fitted, blobs):
    X, y = blobs
    assert hungarian_accuracy_score(y, fitted.labels_) > 0.98
    np.testing.assert_array_equal(fitted.predict(X), fitted.labels_)
    np.testing.assert_allclose(fitted.predict_proba(X).sum(axis=1), 1, rtol=1e-5)


def test_curves_have_an_entry_for_each_epoch(fitted):
    assert len(fitted.clustering_loss_curve_) == len(fitted.label_change_curve_) == fitted.n_iter_
    assert fitted.label_change_curve_[0] == 1
    assert len(fitted.loss_curve_) > 1


def test_dec_leaves_the_decoder_and_idec_trains_it(blobs):
    from skfashion.deep._run import pretrained, schedule_of

    X, _ = blobs
    for estimator, is_trained in ((DEC(4, autoencoder=SMALL), False), (IDEC(4, autoencoder=SMALL), True)):
        run = pretrained(estimator, X, 0)
        before = run.network.network.decoder.get_weights()
        after = run.trained(X, schedule_of(estimator.set_params(max_iter=2))).network.network.decoder.get_weights()
        assert any((a != b).any() for a, b in zip(after, before, strict=True)) is is_trained


@pytest.mark.parametrize("kind", [DEC, IDEC, DCN])
def test_a_frozen_autoencoder_is_where_the_clustering_starts_and_stays_as_it_is(kind, blobs, tmp_path):
    X, _ = blobs
    autoencoder = clone(SMALL).set_params(random_state=0).fit(X)
    codes = autoencoder.transform(X)
    clusterer = kind(
        4,
        autoencoder=FrozenEstimator(autoencoder),
        whiten=False,
        max_iter=1,
        learning_rate_init=1e-9,
        random_state=0,
    )
    np.testing.assert_allclose(clusterer.fit(X).transform(X), codes, rtol=1e-3, atol=1e-5)  # steps of next to nothing
    assert clusterer.loss_curve_ == autoencoder.loss_curve_

    moved = clone(clusterer).set_params(learning_rate_init=1e-2, max_iter=5).fit(X)
    assert np.abs(moved.transform(X) - codes).max() > 0.1
    np.testing.assert_array_equal(autoencoder.transform(X), codes)
    save(moved, tmp_path / "model.skf")
    np.testing.assert_array_equal(load(tmp_path / "model.skf").predict(X), moved.labels_)


def test_a_frozen_autoencoder_must_be_fitted_on_such_rows(blobs):
    X, _ = blobs
    with pytest.raises(NotFittedError):
        DEC(4, autoencoder=FrozenEstimator(SMALL)).fit(X)
    with pytest.raises(ValueError, match="X has 8 features, but DenseAE is expecting 7"):
        DEC(4, autoencoder=FrozenEstimator(clone(SMALL).fit(X[:, :7]))).fit(X)
    with pytest.raises(ValueError, match="autoencoder is a DenseVAE, whose codes are distributions"):
        DEC(4, autoencoder=FrozenEstimator(DenseVAE(2))).fit(X)


@pytest.mark.once
def test_idec_reconstructs_better_than_dec(blobs):
    X, _ = blobs
    errors = []
    for kind in (DEC, IDEC):
        model = kind(4, autoencoder=SMALL, max_iter=10, tol=0, random_state=0).fit(X)
        errors.append(np.mean((model.inverse_transform(model.transform(X)) - X) ** 2))
    assert errors[1] < errors[0]


def test_a_fit_is_bitwise_repeatable(blobs):
    X, _ = blobs
    first, second = (DEC(4, autoencoder=SMALL, max_iter=2, random_state=3).fit(X) for _ in range(2))
    np.testing.assert_array_equal(first.transform(X), second.transform(X))
    np.testing.assert_array_equal(first.cluster_centers_, second.cluster_centers_)


@pytest.mark.once
def test_of_several_fits_the_one_that_agrees_with_the_others_is_kept(blobs):
    model = DEC(4, autoencoder=SMALL, max_iter=2, n_init=3, random_state=0).fit(blobs[0])
    assert hungarian_accuracy_score(blobs[1], model.labels_) > 0.98


def test_a_further_fit_continues_without_pretraining(blobs):
    X, _ = blobs
    model = IDEC(4, autoencoder=SMALL, max_iter=1, tol=0, warm_start=True, random_state=0).fit(X)
    pretraining = model.loss_curve_
    model.fit(X)
    assert model.n_iter_ == len(model.clustering_loss_curve_) == 2
    assert model.loss_curve_ is pretraining
    with pytest.raises(ValueError, match=r"gamma was 0\.1 when the network was built and is 0\.5 now"):
        model.set_params(gamma=0.5).fit(X)


def test_it_can_be_saved(fitted, blobs, tmp_path):
    save(fitted, tmp_path / "model.skfashion")
    loaded = load(tmp_path / "model.skfashion")
    np.testing.assert_array_equal(loaded.predict_proba(blobs[0]), fitted.predict_proba(blobs[0]))


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # of Keras on torch
def test_labels_that_still_change_are_warned_of(blobs):
    with pytest.warns(ConvergenceWarning, match="DEC: more than a share tol=0 of the labels still changed"):
        DEC(4, autoencoder=DenseAE(1, max_iter=1), max_iter=1, tol=0, random_state=0).fit(blobs[0])


def test_more_clusters_than_rows_are_refused():
    with pytest.raises(ValueError, match="n_clusters=4 must be <= n_samples=3"):
        DEC(4).fit(np.zeros((3, 2)))


def test_soft_clusters_are_those_of_the_formula(fitted, blobs):
    X = blobs[0][:20]
    squares = ((fitted.transform(X)[:, None] - fitted.cluster_centers_) ** 2).sum(axis=2)
    kernel = 1 / (1 + squares)
    np.testing.assert_allclose(fitted.predict_proba(X), kernel / kernel.sum(axis=1, keepdims=True), rtol=1e-4)


def test_variational_autoencoders_are_refused(blobs):
    with pytest.raises(ValueError, match="autoencoder is a DenseVAE, whose codes are distributions; pass DenseAE"):
        DEC(4, autoencoder=DenseVAE(2)).fit(blobs[0])


class Recorder:
    """A callback that predicts after each epoch."""

    def __init__(self):
        self.labels = []

    def on_epoch_end(self, epoch, logs):
        self.labels.append(self.model.predict(self.X))


def test_a_callback_may_predict_with_the_weights_of_its_epoch(blobs):
    recorder = Recorder()
    recorder.X = blobs[0]
    recorder.model = DEC(4, autoencoder=SMALL, max_iter=2, tol=0, random_state=0, callbacks=[recorder])
    recorder.model.fit(blobs[0])
    np.testing.assert_array_equal(recorder.labels[-1], recorder.model.labels_)


class Stopper:
    """A callback that stops the training."""

    def set_model(self, model):
        self.model = model

    def on_epoch_end(self, epoch, logs):
        self.model.stop_training = True


@pytest.mark.filterwarnings("error:.*of the labels still changed:sklearn.exceptions.ConvergenceWarning")
def test_a_training_that_a_callback_stops_does_not_warn(blobs):
    model = DEC(4, autoencoder=SMALL, max_iter=5, tol=0, random_state=0, callbacks=[Stopper()]).fit(blobs[0])
    assert model.n_iter_ == 1
    assert model.converged_


def test_callbacks_are_refused_before_the_pretraining(blobs, monkeypatch):
    monkeypatch.setattr(DenseAE, "fit", lambda self, X: pytest.fail("it was pretrained"))
    with pytest.raises(ValueError, match="callbacks has 1"):
        DEC(4, autoencoder=SMALL, callbacks=[1]).fit(blobs[0])


def encoders_before_and_after_a_reset(X, strength):
    """Return the weights of the encoder and the centres at the end of an epoch without steps, reset or not."""
    curved = DenseAE(2, hidden_layer_sizes=(16,), max_iter=5, tol=0)
    settings = {"autoencoder": curved, "max_iter": 2, "tol": 0, "learning_rate_init": 1e-30, "random_state": 0}
    models = [DEC(4, **settings, reset_interval=every, reset_strength=strength).fit(X) for every in (None, 1)]
    return [(model._network.network.encoder.get_weights(), model.cluster_centers_) for model in models]


def test_a_reset_mixes_fresh_weights_into_all_layers_but_the_last_and_clusters_again(blobs):
    (before, centers), (after, new_centers) = encoders_before_and_after_a_reset(blobs[0], 0.25)
    assert (before[0] != after[0]).any()
    np.testing.assert_allclose(after[1], 0.75 * before[1], atol=1e-7)  # fresh biases are 0
    np.testing.assert_array_equal(after[2], before[2])
    np.testing.assert_array_equal(after[3], before[3])
    assert (new_centers != centers).any()
    (_, _), (replaced, _) = encoders_before_and_after_a_reset(blobs[0], 1.0)
    np.testing.assert_allclose(after[0], 0.75 * before[0] + 0.25 * replaced[0], atol=1e-6)


@pytest.mark.once
@pytest.mark.parametrize("update_interval", [1, 3])
def test_a_fit_that_continues_is_reset_as_one_that_was_never_interrupted(blobs, update_interval):
    X = blobs[0] + np.random.default_rng(0).normal(scale=5, size=blobs[0].shape)  # labels go on to change
    steps = {"batch_size": 16, "learning_rate_init": 1e-2, "tol": 0}
    options = {"autoencoder": SMALL, **steps, "reset_interval": 2, "update_interval": update_interval}
    whole = IDEC(4, **options, max_iter=5, random_state=0).fit(X)
    parts = IDEC(4, **options, max_iter=3, warm_start=True, random_state=0).fit(X)
    parts.set_params(max_iter=2).fit(X)
    assert parts.n_iter_ == whole.n_iter_ == 5
    np.testing.assert_array_equal(parts.transform(X), whole.transform(X))
    np.testing.assert_array_equal(parts.cluster_centers_, whole.cluster_centers_)
    assert parts.label_change_curve_ == whole.label_change_curve_


@pytest.mark.once
def test_blobs_are_found_with_resets(blobs):
    for kind in (DEC, DCN):
        model = kind(4, autoencoder=SMALL, max_iter=9, tol=0, reset_interval=3, random_state=0).fit(blobs[0])
        assert hungarian_accuracy_score(blobs[1], model.labels_) > 0.98
        np.testing.assert_array_equal(model.predict(blobs[0]), model.labels_)
