import numpy as np
import pytest
from keras import ops

from skfashion.networks import losses

X = np.array([[0.0, 0.5, 1.0], [0.2, 0.4, 0.6]], np.float32)
X_HAT = np.array([[0.5, 0.5, 0.5], [0.2, 0.9, 0.6]], np.float32)


def test_squared_error_in_closed_form():
    np.testing.assert_allclose(_of(losses.squared_error, X, X_HAT), [(0.25 + 0 + 0.25) / 3, 0.25 / 3], rtol=1e-6)


def test_log_loss_in_closed_form():
    entropy = -(X * np.log(X_HAT) + (1 - X) * np.log(1 - X_HAT)).mean(axis=1)
    np.testing.assert_allclose(_of(losses.log_loss, X, X_HAT), entropy, rtol=1e-5)
    assert _of(losses.log_loss, X, X_HAT)[0] == pytest.approx(np.log(2), rel=1e-6)  # a fair coin costs one bit


def test_log_loss_is_finite_where_certainty_was_wrong():
    loss = _of(losses.log_loss, np.ones((1, 1), np.float32), np.zeros((1, 1), np.float32))
    assert loss[0] == pytest.approx(-np.log(1e-7), rel=1e-5)


def test_l2_penalty_in_closed_form():
    assert _of(lambda *kernels: losses.l2_penalty(kernels), X, X_HAT) == pytest.approx(
        0.5 * (np.sum(X**2) + np.sum(X_HAT**2)), rel=1e-6
    )


def _of(formula, *arrays):
    """A formula of tensors, for arrays."""
    return ops.convert_to_numpy(formula(*map(ops.convert_to_tensor, arrays)))
