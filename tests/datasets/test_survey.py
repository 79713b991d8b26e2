import numpy as np
import pytest
from PIL import Image

from skfashion import read_images
from skfashion.datasets import _survey
from skfashion.datasets._survey import survey_folder

GREY, RED = (90, 90, 90), (200, 40, 40)


@pytest.fixture
def make(tmp_path):
    """Return a function that saves images of one colour, given as (colour, (width, height)), and returns the folder."""

    def save(*images):
        for i, (color, size) in enumerate(images):
            Image.new("RGB", size, color).save(tmp_path / f"{i:02d}.png")
        return tmp_path

    return save


def test_a_tenth_of_coloured_images_are_colours(make):
    assert survey_folder(make((RED, (8, 8)), *[(GREY, (8, 8))] * 9)).is_colored


def test_fewer_coloured_images_are_none(make):
    assert not survey_folder(make((RED, (8, 8)), *[(GREY, (8, 8))] * 10)).is_colored


def test_a_faint_tint_is_no_colour(make):
    assert not survey_folder(make(((120, 110, 105), (8, 8)))).is_colored


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [([(8, 9)] * 2, None), ([(8, 9), (9, 8)], (64, 64)), ([(128, 100)], None), ([(129, 100)], (64, 64))],
)
def test_small_images_of_one_size_keep_it(make, sizes, expected):
    assert survey_folder(make(*((GREY, size) for size in sizes))).size == expected


def test_sizes_are_those_of_upright_images(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("L", (10, 20)).save(tmp_path / "turned.jpg", exif=exif)
    assert survey_folder(tmp_path).sizes == {(10, 20)}


def test_unreadable_files_are_left_out(make):
    folder = make((RED, (8, 8)))
    (folder / "broken.png").write_bytes(b"no image")
    survey = survey_folder(folder)
    assert (survey.sizes, survey.is_colored) == ({(8, 8)}, True)


def test_of_many_files_all_sizes_and_some_colours_are_looked_at(make, monkeypatch):
    monkeypatch.setattr(_survey, "MAX_FILES", 2)
    survey = survey_folder(make((GREY, (8, 8)), (RED, (9, 9)), (GREY, (8, 8)), (RED, (8, 8))))
    assert (survey.sizes, survey.is_colored) == ({(8, 8), (9, 9)}, False)


def test_reading_follows_the_survey(make):
    bunch = read_images(make((RED, (8, 8)), (GREY, (20, 10))), image_size="auto", color="auto")
    assert bunch.image_shape == (64, 64, 3)
    np.testing.assert_array_equal(bunch.data.reshape(-1, 3)[0], RED)


def test_what_is_given_is_kept(make):
    bunch = read_images(make((RED, (8, 8)), (GREY, (20, 10))), image_size=5, color=False)
    assert bunch.image_shape == (5, 5)


def test_arrays_are_read_as_they_are(tmp_path):
    np.save(tmp_path / "rows.npy", np.zeros((3, 6, 5, 3), np.uint8))
    assert read_images(tmp_path / "rows.npy", image_size="auto", color="auto").image_shape == (6, 5, 3)
