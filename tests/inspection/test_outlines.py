import numpy as np
import pytest

from skfashion.inspection._outlines import outlines


@pytest.mark.parametrize("shape", [(28, 28), (16, 16), (5, 70), (1, 7), (20, 33, 3)], ids=str)
def test_an_outline_has_at_most_16_fields_on_a_side_and_the_contrast_1(shape):
    X = np.random.default_rng(0).integers(256, size=(4, np.prod(shape)), dtype=np.uint8)
    values, brightness = outlines(X, shape, 0, 255)
    assert values.shape == (4, min(shape[0], 16) * min(shape[1], 16) * (*shape, 1)[2])
    np.testing.assert_allclose(values.mean(axis=1), 0, atol=1e-5)
    np.testing.assert_allclose(values.std(axis=1), 1, rtol=1e-4)
    np.testing.assert_allclose(brightness, X.mean(axis=1) / 255, atol=0.05)


def test_a_field_is_the_mean_of_its_pixels():
    image = np.arange(32 * 32).reshape(32, 32)
    means = image.reshape(16, 2, 16, 2).mean(axis=(1, 3)).ravel()
    values, _ = outlines(image.reshape(1, -1), (32, 32), 0, 1023)
    np.testing.assert_allclose(values[0], (means - means.mean()) / means.std(), rtol=1e-4, atol=1e-5)


def test_a_blank_image_is_no_contrast():
    values, brightness = outlines(np.full((2, 784), 7.0), (28, 28), 7.0, 7.0)
    assert not values.any()
    assert not brightness.any()
