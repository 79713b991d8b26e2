import math

import keras
import numpy as np
import pytest

from skfashion.engine.fitted import Schedule, StoppingRule, train
from skfashion.engine.inference import infer
from skfashion.engine.rows import INFERENCE_ROWS, Rows
from skfashion.engine.seeding import seeded
from skfashion.engine.variables import get_values, set_values
from skfashion.networks.architectures import dense
from skfashion.networks.autoencoder import AutoencoderNetwork


def _network(seed=0, **params):
    with seeded(seed):
        encoder = dense(6, (5,), 2, dropout=params.pop("dropout", 0.0), name="encoder")
        decoder = dense(2, (5,), 6, name="decoder")
        return AutoencoderNetwork(encoder, decoder, loss="squared_error", seed=seed, **params)


def _schedule(**changes):
    schedule = {
        "max_iter": 2,
        "batch_size": 16,
        "learning_rate_init": 1e-2,
        "stop": StoppingRule(0.0, 100),
        "watch_validation": False,
        "shuffle": True,
        "seed": 0,
        "first_epoch": 0,
    }
    return Schedule(**schedule | changes)


def _first_loss(network, X, **changes):
    progress, _ = train(network, Rows(X), None, _schedule(max_iter=1, **changes))
    return progress.curves.training["loss"][0]


X = np.random.default_rng(0).random((40, 6), dtype=np.float32)


def test_one_step_is_the_one_that_keras_takes():
    """The engine's compiled step against keras.Model.train_on_batch on the same weights and rows."""
    network, reference = _network(), _network()
    inputs = keras.Input((6,))
    model = keras.Model(inputs, reference.decoder(reference.encoder(inputs)))
    model.compile(keras.optimizers.Adam(1e-2), "mse")
    loss = model.train_on_batch(X[:16], X[:16])
    assert _first_loss(network, X[:16], shuffle=False) == pytest.approx(float(np.squeeze(loss)), rel=1e-5)
    for ours, theirs in zip(network.trainable_variables, reference.trainable_variables, strict=True):
        np.testing.assert_allclose(*get_values([ours, theirs]), rtol=1e-4, atol=1e-6)


def test_padding_has_no_part_in_the_loss():
    """40 rows in batches of 16 leave 8 rows to the last; without learning, the mean is that of all rows at once."""
    losses = [_first_loss(_network(), X, batch_size=size, learning_rate_init=1e-30) for size in (16, 64)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-6)


def test_a_run_that_goes_on_is_the_run_that_was_not_interrupted():
    whole, parts = _network(dropout=0.3, noise=0.1), _network(dropout=0.3, noise=0.1)
    train(whole, Rows(X), None, _schedule(max_iter=4))
    _, state = train(parts, Rows(X), None, _schedule(max_iter=2))
    train(parts, Rows(X), None, _schedule(max_iter=2, first_epoch=2), state)
    for a, b in zip(get_values(whole.variables), get_values(parts.variables), strict=True):
        np.testing.assert_array_equal(a, b)


def test_penalties_of_the_users_own_layers_are_part_of_the_loss():
    def with_penalty(strength):
        network = _network()
        inputs = keras.Input((6,))
        layer = keras.layers.Dense(2, kernel_regularizer=keras.regularizers.L2(strength), name="output")
        encoder = keras.Model(inputs, layer(inputs))
        layer.kernel.assign(np.ones((6, 2)))
        return AutoencoderNetwork(encoder, network.decoder, loss="squared_error")

    losses = [_first_loss(with_penalty(strength), X[:16]) for strength in (0.0, 0.1)]
    assert losses[1] - losses[0] == pytest.approx(0.1 * 12, rel=1e-5)


def test_activity_penalties_do_not_pile_up_over_steps():
    network = _network()
    inputs = keras.Input((6,))
    encoder = keras.Model(inputs, keras.layers.Dense(2, activity_regularizer=keras.regularizers.L2(0.1))(inputs))
    network = AutoencoderNetwork(encoder, network.decoder, loss="squared_error")
    progress, _ = train(network, Rows(X[:16]), None, _schedule(max_iter=5, shuffle=False, learning_rate_init=1e-30))
    losses = progress.curves.training["loss"]
    np.testing.assert_allclose(losses, losses[0], rtol=1e-5)


def test_a_loss_that_is_not_finite_ends_the_training():
    with pytest.raises(ValueError, match=r"loss or a weight became .* in epoch 1 with learning_rate_init=1e\+30"):
        train(_network(), Rows(X), None, _schedule(max_iter=1, learning_rate_init=1e30))


@pytest.mark.parametrize("n_rows", [1, INFERENCE_ROWS, INFERENCE_ROWS + 1])
def test_inference_gives_one_result_a_row_that_does_not_depend_on_the_others(n_rows):
    network = _network()
    rows = np.random.default_rng(1).random((INFERENCE_ROWS + 1, 6), dtype=np.float32)
    codes = infer(network, "encode", rows)
    np.testing.assert_array_equal(infer(network, "encode", rows[:n_rows]), codes[:n_rows])
    np.testing.assert_allclose(codes, keras.ops.convert_to_numpy(network.encoder(rows)), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("losses", "n_epochs"),
    [
        ([5, 4, 3, 2, 1, 0], None),  # improves by tol every time
        ([5, 5, 5, 5, 5, 5], 4),  # stalls at epochs 2, 3 and 4: more than two
        ([5, 4.95, 4.9, 4.85, 4.8, 4.75], 4),  # falls, but by less than tol
        ([5, 5, 5, 3, 3, 3], 6 + 1),  # an improvement starts the count again
    ],
)
def test_the_stopping_rule_counts_epochs_without_improvement_as_mlp_classifier_does(losses, n_epochs):
    rule = StoppingRule(tol=0.1, n_iter_no_change=2)
    assert rule.best_loss == math.inf
    stopped = None
    for epoch, loss in enumerate([*losses, losses[-1]], start=1):
        rule = rule.after(loss)
        if rule.says_stop:
            stopped = epoch
            break
    assert stopped == n_epochs


def test_values_go_in_and_out_of_variables():
    network = _network()
    values = [value + 1 for value in get_values(network.variables)]
    set_values(network.variables, values)
    for a, b in zip(get_values(network.variables), values, strict=True):
        np.testing.assert_array_equal(a, b)
