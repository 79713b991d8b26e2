import os

import numpy as np
import pytest
from PIL import Image

from skfashion._utils import blocks
from skfashion.datasets import DatasetError, read_images

PIXELS = np.arange(5 * 16, dtype=np.uint8).reshape(5, 16)


@pytest.fixture
def saved(tmp_path):
    """A function that saves an array as .npy and returns the path."""

    def save(array):
        np.save(tmp_path / "images.npy", array)
        return tmp_path / "images.npy"

    return save


@pytest.mark.parametrize(
    ("shape", "image_shape"),
    [((5, 16), (4, 4)), ((5, 2, 8), (2, 8)), ((5, 4, 4, 1), (4, 4)), ((5, 2, 8, 1), (2, 8)), ((16, 5), None)],
)
def test_the_shape_of_the_images_is_that_of_the_array_or_a_square(saved, shape, image_shape):
    images = read_images(saved(PIXELS.reshape(shape)))
    assert images.image_shape == image_shape
    np.testing.assert_array_equal(images.data, PIXELS.reshape(shape[0], -1))
    assert images.target is images.target_names is images.filenames is None


def test_flat_rows_in_colour(saved):
    assert read_images(saved(np.zeros((2, 48))), color=True).image_shape == (4, 4, 3)
    assert read_images(saved(np.zeros((2, 24))), color=True, image_size=(2, 4)).image_shape == (2, 4, 3)
    assert read_images(saved(np.zeros((2, 4, 4, 3)))).image_shape == (4, 4, 3)


def test_a_size_says_what_flat_rows_are(saved):
    assert read_images(saved(PIXELS), image_size=(2, 8)).image_shape == (2, 8)


@pytest.mark.parametrize("shape", [(5, 16), (5, 4, 4), (5, 2, 8, 1)])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_an_npy_file_is_mapped_and_not_copied(saved, shape, dtype):
    pixels = PIXELS.reshape(shape) if dtype == np.uint8 else PIXELS.reshape(shape) / np.float32(3)
    assert isinstance(read_images(saved(pixels)).data, np.memmap)


def test_a_value_that_is_not_finite_is_found_in_any_block(saved, monkeypatch):
    monkeypatch.setattr(blocks, "MAX_BLOCK_ROWS", 2)
    with pytest.raises(DatasetError, match="contains NaN or infinity"):
        read_images(saved(np.array([[0.5], [0.5], [0.5], [np.nan], [0.5]])))


@pytest.mark.parametrize(
    ("shape", "size", "problem"),
    [((5, 16), 28, "rows of 16 values, not images of 28x28"), ((5, 4, 4), 28, "images of 4x4, not images of 28x28")],
)
def test_another_size_is_an_error(saved, shape, size, problem):
    with pytest.raises(DatasetError, match=f"holds {problem}; resize them"):
        read_images(saved(PIXELS.reshape(shape)), image_size=size)


@pytest.mark.parametrize(
    ("array", "dtype"),
    [
        (np.array([[0, 255]], np.int64), np.uint8),
        (np.array([[0.0, 255.0]]), np.uint8),
        (np.array([[True, False]]), np.uint8),
        (np.array([[0, 256]], np.int64), np.float64),
        (np.array([[-1, 0]], np.int8), np.float64),
        (np.array([[0.0, 0.5]], np.float32), np.float32),
        (np.array([[0.0, 0.5]], np.float16), np.float64),
    ],
)
def test_whole_numbers_up_to_255_are_bytes_and_others_floats(saved, array, dtype):
    data = read_images(saved(array)).data
    assert data.dtype == dtype
    np.testing.assert_array_equal(data, array)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_is_an_error(saved, value):
    with pytest.raises(DatasetError, match="contains NaN or infinity"):
        read_images(saved(np.array([[0.5, value]])))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_refused_and_nobody_waits_for_it(tmp_path):
    os.mkfifo(tmp_path / "images.csv")
    with pytest.raises(DatasetError, match="is not a regular file; copy it into one"):
        read_images(tmp_path / "images.csv")


def test_another_word_for_color_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="color='grey' must be True, False or 'auto'"):
        read_images(tmp_path, color="grey")


@pytest.mark.parametrize("size", [0, (28, 0), (28,), (1, 2, 3), 2.5, (2.5, 3), (True, 28)])
def test_a_size_that_is_none_is_an_error(saved, size):
    with pytest.raises(ValueError, match=r"image_size=.* must be 'auto', an integer of at least 1, or two"):
        read_images(saved(PIXELS), image_size=size)


@pytest.mark.parametrize(
    ("option", "rule"),
    [
        ({"max_pixels": 0}, "max_pixels=0 must be None or an integer of at least 1"),
        ({"max_value": 65536}, "max_value=65536 must be None or an integer from 1 to 65535"),
        ({"max_value": 0.5}, "max_value=0.5 must be None or an integer from 1 to 65535"),
    ],
)
def test_an_invalid_limit_is_an_error(saved, option, rule):
    with pytest.raises(ValueError, match=rule):
        read_images(saved(PIXELS), **option)


@pytest.mark.parametrize("shape", [(2, 3, 4, 4), (2, 4, 4, 2), (2, 4, 4, 4), (2, 1, 1, 4, 4)])
def test_an_array_that_is_no_pictures_is_an_error(saved, shape):
    with pytest.raises(DatasetError, match=r"holds images of shape .* save them as \(height, width\)"):
        read_images(saved(np.zeros(shape)))


def test_grey_arrays_are_not_in_colour(saved):
    with pytest.raises(DatasetError, match="holds grey images of 4x4; leave color"):
        read_images(saved(np.zeros((2, 4, 4))), color=True)


def test_labels_that_are_words_are_numbered_in_alphabetical_order(tmp_path):
    np.savez(tmp_path / "pets.npz", images=PIXELS[:3], labels=["dog", "cat", "dog"])
    pets = read_images(tmp_path / "pets.npz")
    assert (pets.target.tolist(), pets.target_names) == ([1, 0, 1], ["cat", "dog"])


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (["01", "1", "1_0"], ["01", "1", "1_0"]),
        ([b"dog", b"cat", b"dog"], ["cat", "dog"]),
        (["20240101123045123456", "2", "2"], ["2", "20240101123045123456"]),
        ([0.5, 1.0, 1.0], ["0.5", "1.0"]),
    ],
)
def test_labels_of_which_a_number_would_lose_something_are_names(tmp_path, labels, names):
    np.savez(tmp_path / "images.npz", images=PIXELS[:3], labels=labels)
    images = read_images(tmp_path / "images.npz")
    assert images.target_names == names
    assert len(set(images.target.tolist())) == len(names)


def test_labels_that_are_whole_numbers_stay_as_they_are(tmp_path):
    for labels in ([7, 3, 7], [7.0, 3.0, 7.0], ["7", "3", "7"]):
        np.savez(tmp_path / "digits.npz", images=PIXELS[:3], labels=labels)
        digits = read_images(tmp_path / "digits.npz")
        assert digits.target.tolist() == [7, 3, 7]
        assert digits.target_names is None


@pytest.mark.parametrize(
    ("name", "problem"),
    [("images.txt", "has an unknown form"), ("photo.JPG", "is a single image; give the folder that it is in")],
)
def test_a_file_of_another_kind_is_an_error(tmp_path, name, problem):
    (tmp_path / name).write_text("hello")
    with pytest.raises(DatasetError, match=problem):
        read_images(tmp_path / name)


def test_the_home_of_an_unknown_user_does_not_exist():
    with pytest.raises(FileNotFoundError, match="~nobody-of-this-name/photos does not exist"):
        read_images("~nobody-of-this-name/photos")


def test_a_path_with_nothing_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere does not exist"):
        read_images(tmp_path / "nowhere")


@pytest.mark.parametrize("image_size", [np.int64(4), np.array([4, 4]), [4, 4], np.array([4, 4], np.uint8)])
def test_sizes_may_be_numbers_of_numpy(tmp_path, image_size):
    Image.new("L", (9, 9)).save(tmp_path / "a.png")
    assert read_images(tmp_path, image_size=image_size).data.shape == (1, 16)


@pytest.mark.parametrize(
    ("labels", "target", "names"),
    [([np.nan, 3.0, 5.0], [np.nan, 3, 5], None), ([0.5, np.nan, 0.5], [0, np.nan, 0], ["0.5"])],
)
def test_labels_that_are_missing_in_an_array_are_nan(tmp_path, labels, target, names):
    np.savez(tmp_path / "images.npz", images=PIXELS[:3], labels=labels)
    images = read_images(tmp_path / "images.npz")
    np.testing.assert_array_equal(images.target, target)
    assert images.target_names == names


def test_an_array_without_any_label_has_no_target(tmp_path):
    np.savez(tmp_path / "images.npz", images=PIXELS[:3], labels=[np.nan] * 3)
    assert read_images(tmp_path / "images.npz").target is None
