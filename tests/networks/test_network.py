import keras
import numpy as np
import pytest

from skfashion import DenseAE, DenseVAE
from skfashion.networks.network import set_compute_dtype


def _dtype(model):
    return keras.backend.standardize_dtype(model(np.ones((2, 3), np.float32)).dtype)


def test_layers_compute_in_the_dtype_and_keep_their_variables():
    inner = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4)])
    inputs = keras.Input((3,))
    model = keras.Model(inputs, keras.layers.Dense(2)(inner(inputs)))
    set_compute_dtype(model, "bfloat16")
    assert _dtype(model) == _dtype(inner) == "bfloat16"
    assert {v.dtype for v in model.variables} == {"float32"}


@pytest.mark.parametrize("estimator", [DenseAE, DenseVAE])
def test_training_in_bfloat16_is_nearly_that_in_float32(estimator, images):
    def fit(compute_dtype):
        params = {"hidden_layer_sizes": (20,), "batch_size": 256, "max_iter": 5, "random_state": 0}
        return estimator(2, compute_dtype=compute_dtype, **params).fit(images)

    full, reduced, again = fit("float32"), fit("bfloat16"), fit("float32")
    assert reduced.loss_curve_ != full.loss_curve_ == again.loss_curve_
    np.testing.assert_allclose(reduced.loss_curve_, full.loss_curve_, rtol=0.02)
    codes = reduced.transform(images)
    assert codes.dtype == np.float32
    np.testing.assert_allclose(codes, full.transform(images), atol=0.05 * np.abs(codes).max())
