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
        ((None, 224, 200, 3), (224, 200, 3, False, None)),
        (("n", 3, 224, 200), (224, 200, 3, True, None)),
        ((1, 1, 28, 28), (28, 28, 1, True, 1)),
        (("n", "c", "h", "w"), (None, None, 3, True, None)),
        ((None, None, None, 3), (None, None, 3, False, None)),
        ((0, 3, -1, 200), (None, 200, 3, True, None)),  # numbers that are no sizes are free
    ],
)
def test_the_places_of_channels_and_sides_are_read(shape, layout):
    assert Layout.of(shape) == layout


@pytest.mark.parametrize("shape", [(None, 784), (None, 10, 224, 224), (None, 4, 8, 8, 3)])
def test_arrays_of_no_images_are_refused(shape):
    with pytest.raises(ValueError, match="no batches of images"):
        Layout.of(shape)


def test_the_size_is_that_of_the_network_or_the_wanted_one_where_it_is_free():
    fixed, free = Layout(28, 30, 1, False, None), Layout(None, None, 3, False, None)
    assert fixed.size_of(None) == fixed.size_of([28, 30]) == (28, 30)
    assert free.size_of(None) == (224, 224)
    assert free.size_of((np.int64(96), 80)) == (96, 80)
    assert Layout(None, 30, 3, False, None).size_of(None) == (224, 30)
    assert Layout(None, 30, 3, False, None).size_of((7, 30)) == (7, 30)


@pytest.mark.parametrize("wanted", [(28,), (28, 28, 3), (28, 0), (0, 28), (28.0, 28), "ab"])
def test_sizes_that_are_no_height_and_width_are_refused(wanted):
    with pytest.raises(ValueError, match=r"must be \(height, width\)"):
        Layout(None, None, 3, False, None).size_of(wanted)


@pytest.mark.parametrize("wanted", [(28, 28), (30, 30), (30, 28)])
def test_sizes_that_the_network_does_not_take_are_refused(wanted):
    with pytest.raises(ValueError, match=r"must be \(28, 30\), the only size that the model takes"):
        Layout(28, 30, 3, False, None).size_of(wanted)


def test_grey_images_and_those_of_its_channels_suit_a_network():
    for shape in [(28, 28), (28, 28, 1), (28, 28, 3)]:
        Layout(28, 28, 3, False, None).check_channels(shape, "the model")
    Layout(28, 28, 1, False, None).check_channels((28, 28), "the model")


@pytest.mark.parametrize(("n_channels", "n_taken", "advice"), [(3, 1, "grey"), (4, 3, "grey or RGB"), (2, 1, "grey")])
def test_images_of_other_channels_are_refused(n_channels, n_taken, advice):
    with pytest.raises(ValueError, match=rf"{n_channels} channels but the model takes {n_taken}; pass {advice} images"):
        Layout(28, 28, n_taken, False, None).check_channels((28, 28, n_channels), "the model")


def test_integers_are_pixels_and_other_numbers_shares_of_white():
    np.testing.assert_array_equal(to_pixels(np.array([[0, 255]]), (1, 2)).ravel(), [0, 255])
    np.testing.assert_array_equal(to_pixels(np.array([[0, 1.0]]), (1, 2)).ravel(), [0, 255])
    np.testing.assert_array_equal(to_pixels(np.array([[False, True]]), (1, 2)).ravel(), [0, 255])


def test_rows_become_images_with_channels_last():
    X = np.arange(24, dtype=np.uint8).reshape(2, 12)
    np.testing.assert_array_equal(to_pixels(X, (2, 2, 3)), X.reshape(2, 2, 2, 3))
    np.testing.assert_array_equal(to_pixels(X, (3, 4)), X.reshape(2, 3, 4, 1))


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
