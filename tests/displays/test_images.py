import matplotlib.pyplot as plt
import numpy as np
import pytest

from skfashion.displays._images import draw_mosaic, drawn_shape, mosaic, row_centres, scale, value_range


@pytest.mark.parametrize(
    ("image_shape", "n_features", "drawn"), [(None, 784, (28, 28)), ([2, 3, 1], 6, (2, 3)), ((2, 3, 3), 18, (2, 3, 3))]
)
def test_the_one_channel_of_grey_images_is_not_drawn(image_shape, n_features, drawn):
    assert drawn_shape(image_shape, n_features) == drawn


def test_two_channels_cannot_be_drawn():
    with pytest.raises(ValueError, match=r"image_shape=\(14, 28, 2\) must have 1 channel \(grey\) or 3"):
        drawn_shape((14, 28, 2), 784)


def test_bytes_span_0_to_255_and_floats_what_they_hold():
    assert value_range(np.array([[3, 7]], dtype=np.uint8)) == (0, 255)
    assert value_range(np.array([[3.0, 7.0]])) == (3, 7)


def test_values_beyond_the_range_are_clipped():
    assert scale([-1, 0, 1, 2, 3], 0, 2).tolist() == [0, 0, 0.5, 1, 1]


def test_images_of_one_value_are_drawn_without_a_division_by_zero():
    assert scale([5.0, 5.0], 5, 5).tolist() == [0, 0]


def test_tiles_lie_row_by_row_with_gaps_between():
    picture = mosaic(np.array([[1.0, 1], [2, 2], [3, 3], [4, 4]]), (1, 2), n_columns=2)
    nan = np.nan
    expected = [[1, 1, nan, 2, 2], [nan] * 5, [3, 3, nan, 4, 4]]
    np.testing.assert_array_equal(picture, expected)


def test_gaps_between_tall_images_are_no_wider_than_these():
    assert mosaic(np.zeros((2, 56)), (56, 1), n_columns=2).shape == (56, 3)


def test_row_centres_are_those_of_the_tiles():
    picture = mosaic(np.ones((3, 30 * 4)), (30, 4), n_columns=1)
    tiles_at = np.flatnonzero(~np.isnan(picture[:, 0])).reshape(3, 30)
    assert row_centres(3, (30, 4)).tolist() == tiles_at.mean(axis=1).tolist()


def test_colours_are_drawn_as_colours():
    red_and_blue = np.array([[1.0, 0, 0], [0, 0, 1]])
    array = draw_mosaic(plt.subplots()[1], red_and_blue, (1, 1, 3), n_columns=2).get_array()
    assert array.tolist() == [[[1, 0, 0], [1, 1, 1], [0, 0, 1]]]  # the gap is white
