import keras
import numpy as np
import pytest

from skfashion import DenseAE, DenseVAE
from skfashion.networks.precision import computing_in


@pytest.fixture
def nested():
    inner = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4)])
    inputs = keras.Input((3,))
    return keras.Model(inputs, keras.layers.Dense(2)(inner(inputs)))


def _dtype(model):
    return keras.backend.standardize_dtype(model(np.ones((2, 3), np.float32)).dtype)


def test_layers_compute_in_the_dtype_and_keep_their_variables(nested):
    with computing_in(nested, "bfloat16"):
        assert _dtype(nested) == _dtype(nested.layers[1]) == "bfloat16"
        assert {v.dtype for v in nested.variables} == {"float32"}
    assert _dtype(nested) == "float32"


def test_layers_are_as_before_after_an_error(nested):
    with pytest.raises(RuntimeError), computing_in(nested, "bfloat16"):
        raise RuntimeError
    assert _dtype(nested) == "float32"


def test_what_has_a_dtype_of_its_own_has_it_again():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, dtype="float16")])
    with computing_in(model, "bfloat16"):
        pass
    assert model.layers[0].dtype_policy.name == "float16"


@pytest.mark.parametrize("estimator", [DenseAE, DenseVAE])
def test_training_in_bfloat16_is_nearly_that_in_float32(estimator, images):
    def fit(compute_dtype):
        params = {"hidden_layer_sizes": (20,), "max_iter": 5, "random_state": 0}
        return estimator(2, compute_dtype=compute_dtype, **params).fit(images)

    full, reduced = fit("float32"), fit("bfloat16")
    assert reduced.loss_curve_ != full.loss_curve_
    np.testing.assert_allclose(reduced.loss_curve_, full.loss_curve_, rtol=0.02)
    assert reduced.transform(images).dtype == np.float32
    codes = keras.ops.convert_to_numpy(reduced.encoder_(images))[:, :2]
    np.testing.assert_allclose(reduced.transform(images), codes, rtol=1e-5, atol=1e-5)
