import pytest

from skfashion._utils.image_shape import resolve_image_shape, shape_of_rows


@pytest.mark.parametrize(
    ("image_shape", "n_features", "shape"),
    [(None, 784, (28, 28)), ((4, 6), 24, (4, 6)), ([2, 4, 3], 24, (2, 4, 3)), ((2, 3, 1), 6, (2, 3, 1))],
)
def test_the_shape_is_that_given_or_a_square(image_shape, n_features, shape):
    assert resolve_image_shape(image_shape, n_features) == shape


def test_rows_that_are_no_square_need_a_shape():
    with pytest.raises(ValueError, match=r"X has 783 columns; pass image_shape=\(height, width\)"):
        resolve_image_shape(None, 783)


def test_a_shape_of_another_size_is_refused():
    with pytest.raises(ValueError, match=r"image_shape=\(28, 27\) has 756 pixels but X has 784 columns"):
        resolve_image_shape((28, 27), 784)


@pytest.mark.parametrize("image_shape", [(784,), (2, 2, 14, 14), (28.0, 28), (-28, -28), (0, 784), (True, 784)])
def test_what_is_no_shape_is_refused(image_shape):
    with pytest.raises(ValueError, match=r"image_shape=.* must be \(height, width\) or"):
        resolve_image_shape(image_shape, 784)


@pytest.mark.parametrize(("n_features", "shape"), [(10, (1, 10)), (49, (7, 7)), (81, (9, 9))])
def test_short_rows_need_be_no_images(n_features, shape):
    assert shape_of_rows(None, n_features) == shape


def test_long_rows_and_shapes_that_are_given_are_taken_at_their_word():
    with pytest.raises(ValueError, match="X has 783 columns"):
        shape_of_rows(None, 783)
    with pytest.raises(ValueError, match=r"image_shape=\(3, 3\) has 9 pixels but X has 10 columns"):
        shape_of_rows((3, 3), 10)
