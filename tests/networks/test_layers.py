import keras
import numpy as np
import pytest

from skfashion.networks.layers import OverlapAdd, Patches, Pooling

rng = np.random.default_rng(0)
SHAPES = [(6, 8, 1), (7, 5, 3), (1, 9, 2)]


def _numpy(x):
    return keras.ops.convert_to_numpy(x)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_a_product_with_patches_is_keras_convolution(shape, size):
    x = rng.random((2, *shape), dtype=np.float32)
    convolution = keras.layers.Conv2D(4, size, padding="same", use_bias=False)
    theirs = _numpy(convolution(x))
    kernel = _numpy(convolution.kernel).swapaxes(0, 1).reshape(-1, 4)  # a patch is ordered by column, row, channel
    np.testing.assert_allclose(_numpy(Patches(size)(x)) @ kernel, theirs, atol=1e-5)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_adding_patches_up_is_the_transpose_of_taking_them(shape, size):
    x = rng.random((2, *shape), dtype=np.float32)
    patches = rng.random((2, *shape[:2], size**2 * shape[2]), dtype=np.float32)
    forth, back = _numpy(Patches(size)(x)), _numpy(OverlapAdd(size)(patches))
    assert np.sum(forth * patches) == pytest.approx(np.sum(x * back), rel=1e-5)


@pytest.mark.parametrize(("kind", "theirs"), [("max", "MaxPooling2D"), ("average", "AveragePooling2D")])
def test_pooling_is_that_of_keras(kind, theirs):
    x = rng.random((2, 6, 8, 3), dtype=np.float32)
    np.testing.assert_allclose(_numpy(Pooling(kind)(x)), _numpy(getattr(keras.layers, theirs)(2)(x)), atol=1e-6)


@pytest.mark.parametrize(("kind", "expected"), [("max", [[2, 3], [8, 9]]), ("average", [[1.5, 3], [7.5, 9]])])
def test_the_last_pixels_fill_the_last_blocks(kind, expected):
    x = np.array([[1, 2, 3], [1, 2, 3], [7, 8, 9]], dtype=np.float32)  # 3 x 3
    pooled = _numpy(Pooling(kind)(x[None, :, :, None]))[0, :, :, 0]
    np.testing.assert_array_equal(pooled, expected)


def test_along_a_side_of_one_pixel_nothing_is_pooled():
    assert Pooling("max", (1, 2))(np.zeros((2, 1, 9, 3))).shape == (2, 1, 5, 3)


@pytest.mark.parametrize("layer", [Patches(3), OverlapAdd(3), Pooling("average", (1, 2))], ids=lambda layer: layer.name)
def test_a_layer_is_described_by_its_config(layer):
    again = type(layer).from_config(layer.get_config())
    x = rng.random((2, 4, 6, 9), dtype=np.float32)
    np.testing.assert_array_equal(_numpy(again(x)), _numpy(layer(x)))
