import numpy as np
import pytest
from PIL import Image

from skfashion.features._network_input import Layout, mean_over_places, normalize, resize, to_pixels


@pytest.mark.parametrize("size", [(28, 28), (56, 40), (224, 224), (9, 13), (7, 50), (1, 1)])
def test_images_are_resized_as_pillow_does(images, size):
    grey = images[:3].reshape(3, 28, 28)
    expected = [np.asarray(Image.fromarray(one).resize(size[::-1], Image.Resampling.BILINEAR)) for one in grey]
    np.testing.assert_allclose(resize(grey[..., None], size)[..., 0], expected, rtol=0, atol=1e-5)


def test_channels_are_resized_on_their_own(images):
    colours = images[:6].reshape(2, 3, 28, 28).transpose(0, 2, 3, 1)
    resized = resize(colours, (11, 40))
    for channel in range(3):
        expected = resize(np.ascontiguousarray(colours[..., channel : channel + 1]), (11, 40))
        np.testing.assert_allclose(resized[..., channel], expected[..., 0], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("shape", "layout"),
    [
        ((None, 224, 224, 3), (224, 224, 3, False, None)),
        (("n", 3, 224, 200), (224, 200, 3, True, None)),
        ((1, 1, 28, 28), (28, 28, 1, True, 1)),
        (("n", "c", "h", "w"), (None, None, 3, True, None)),
        ((None, None, None, 3), (None, None, 3, False, None)),
    ],
)
def test_the_places_of_channels_and_sides_are_read(shape, layout):
    assert Layout.of(shape) == layout


@pytest.mark.parametrize("shape", [(None, 784), (None, 10, 224, 224), (None, 4, 8, 8, 3)])
def test_arrays_of_no_images_are_refused(shape):
    with pytest.raises(ValueError, match="no batches of images"):
        Layout.of(shape)


def test_integers_are_pixels_and_other_numbers_shares_of_white():
    np.testing.assert_array_equal(to_pixels(np.array([[0, 255]]), (1, 2)).ravel(), [0, 255])
    np.testing.assert_array_equal(to_pixels(np.array([[0, 1.0]]), (1, 2)).ravel(), [0, 255])
    np.testing.assert_array_equal(to_pixels(np.array([[False, True]]), (1, 2)).ravel(), [0, 255])


def test_pixels_are_normalized_by_each_channel_and_grey_ones_by_the_mean():
    mean, std = (0.2, 0.4, 0.6), (0.1, 0.2, 0.3)
    np.testing.assert_allclose(normalize(np.full((1, 1, 1, 3), 255), mean, std).ravel(), [8, 3, 4 / 3], rtol=1e-6)
    grey = normalize(np.full((1, 1, 1, 1), 255), mean, std)
    assert grey.shape == (1, 1, 1, 1)
    np.testing.assert_allclose(grey.ravel(), [0.6 / 0.2], rtol=1e-6)


def test_maps_are_averaged_over_places_and_sequences_over_tokens():
    outputs = np.arange(2 * 3 * 4 * 5.0).reshape(2, 3, 4, 5)
    np.testing.assert_allclose(mean_over_places(outputs, channels_first=True), outputs.mean((2, 3)))
    np.testing.assert_allclose(mean_over_places(outputs, channels_first=False), outputs.mean((1, 2)))
    np.testing.assert_allclose(mean_over_places(outputs[0], channels_first=True), outputs[0].mean(1))
    with pytest.raises(ValueError, match="no row of features"):
        mean_over_places(np.zeros(3), channels_first=True)
