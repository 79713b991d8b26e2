import warnings

import numpy as np
import pytest

from skfashion.features._pixels import area_means, resize, unit_images, warn_of_large


def test_integers_are_divided_by_255_and_channels_come_first():
    X = np.arange(24, dtype=np.uint8).reshape(2, 12)
    images = unit_images(X, (2, 2, 3))
    assert images.shape == (3, 2, 2, 2)
    np.testing.assert_allclose(images[1, 0, 1, 1], X[1, 4] / 255)  # green, upper row, second image, right column


def test_floats_are_kept():
    np.testing.assert_array_equal(unit_images(np.full((1, 4), 0.5), (2, 2)), 0.5)


def test_values_below_single_precision_become_0_without_a_word():
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(unit_images(np.full((1, 4), 1e-60), (2, 2)), 0)


@pytest.mark.parametrize("value", [1e13, -1e13])
def test_huge_values_are_refused(value):
    X = np.array([[0, 1, value, 0]])
    with pytest.raises(ValueError, match=r"X has values above 1e\+12, which are too large; rescale X"):
        unit_images(X, (2, 2))
    np.testing.assert_allclose(unit_images(X / 10, (2, 2)).ravel(), (X / 10).ravel(), rtol=1e-7)


def test_floats_up_to_2_are_no_reason_to_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_large(np.array([[0, 2.0], [-2.0, 1]]))
        warn_of_large(np.array([[0, 255]]))
    with pytest.warns(UserWarning, match="floats up to 2.5,"):
        warn_of_large(np.array([[0, 2.5]]))


def test_area_means_are_means_of_the_covered_pixels():
    image = np.arange(6, dtype=np.float32).reshape(1, 1, 1, 6)  # one row of six pixels
    np.testing.assert_allclose(area_means(image, (1, 3)).ravel(), [0.5, 2.5, 4.5])
    np.testing.assert_allclose(area_means(image, (1, 4)).ravel(), [1 / 3, 5 / 3, 10 / 3, 14 / 3], rtol=1e-6)


def test_area_means_keep_the_mean_of_an_image():
    image = np.random.default_rng(0).random((1, 7, 2, 9)).astype(np.float32)
    np.testing.assert_allclose(area_means(image, (3, 4)).mean((1, 3)), image.mean((1, 3)), rtol=1e-5)


def test_an_image_of_the_size_is_kept():
    image = np.ones((1, 3, 1, 3), np.float32)
    assert resize(image, (3, 3)) is image


def test_an_image_is_stretched_to_a_height_and_a_width():
    image = np.array([0, 1], np.float32).reshape(1, 1, 1, 2)
    np.testing.assert_array_equal(resize(image, (3, 4))[0, :, 0], [[0, 0.25, 0.75, 1]] * 3)
    np.testing.assert_array_equal(resize(image.reshape(1, 2, 1, 1), (4, 1)).ravel(), [0, 0.25, 0.75, 1])
