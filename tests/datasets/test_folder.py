import numpy as np
import pytest
from PIL import Image

from skfashion.datasets import DatasetError, _folder, read_images


@pytest.fixture
def save(tmp_path):
    """A function that writes an array as an image file in the folder."""

    def save(name, pixels, **options):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.asarray(pixels)).save(path, **options)
        return path

    return save


def _grey(*rows):
    return np.array(rows, np.uint8)


def test_files_are_read_in_the_order_of_their_names_and_others_passed_over(save, tmp_path, sample):
    pixels = sample[0][:3].reshape(3, 28, 28)
    for name, image in zip(["c.png", "a.bmp", "b.PNG"], pixels, strict=True):
        save(name, image)
    save(".thumbnails/x.png", pixels[0])
    (tmp_path / "notes.txt").write_text("hello")
    images = read_images(tmp_path)
    assert images.filenames == ["a.bmp", "b.PNG", "c.png"]
    np.testing.assert_array_equal(images.data, pixels[[1, 2, 0]].reshape(3, 784))
    assert images.image_shape == (28, 28)
    assert images.target is None


def test_subfolders_are_classes(save, tmp_path):
    for name in ("trouser/a.png", "bag/old/b.png", "bag/a.png"):
        save(name, _grey([0, 1]))
    images = read_images(tmp_path)
    assert images.filenames == ["bag/a.png", "bag/old/b.png", "trouser/a.png"]
    assert (images.target.tolist(), images.target_names) == ([0, 0, 1], ["bag", "trouser"])


@pytest.mark.parametrize("names", [("bag/a.png", "b.png"), ("bag/a.png", "bag/b.png")], ids=["some", "a single one"])
def test_subfolders_are_no_classes_unless_all_images_are_in_several(save, tmp_path, names):
    for name in names:
        save(name, _grey([0, 1]))
    assert read_images(tmp_path).target is None


def test_colours_become_grey_unless_they_are_wanted(save, tmp_path):
    save("red.png", np.array([[[255, 0, 0]]], np.uint8))
    assert read_images(tmp_path).data.tolist() == [[76]]  # ITU-R 601-2 luma
    images = read_images(tmp_path, color=True)
    assert (images.data.tolist(), images.image_shape) == ([[255, 0, 0]], (1, 1, 3))


def test_exif_turns_an_image_upright(save, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise by a quarter
    save("turned.png", _grey([10, 20, 30]), exif=exif)
    images = read_images(tmp_path)
    assert images.image_shape == (3, 1)
    assert images.data.tolist() == [[10, 20, 30]]


def test_exif_is_respected_in_large_jpeg_files_that_are_made_smaller(save, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    left_white = np.zeros((400, 600), np.uint8)
    left_white[:, :300] = 255
    save("photo.jpg", left_white, exif=exif)
    pixels = read_images(tmp_path, image_size=8).data.reshape(8, 8)
    assert pixels[:3].min() > 250  # what was on the left is above
    assert pixels[5:].max() < 5


def test_transparent_pixels_are_white(save, tmp_path):
    save("clear.png", np.array([[[0, 0, 0, 0], [0, 0, 0, 255]]], np.uint8))
    assert read_images(tmp_path).data.tolist() == [[255, 0]]


def test_sixteen_bits_become_eight(save, tmp_path):
    save("deep.png", np.array([[0, 65535, 32896]], np.uint16))
    assert read_images(tmp_path).data.tolist() == [[0, 255, 128]]


@pytest.mark.parametrize("dtype", [np.int32, np.float32])
def test_thirty_two_bits_are_an_error(save, tmp_path, dtype):
    save("deep.tiff", np.array([[0, 70_000]], dtype))
    with pytest.raises(DatasetError, match="it has 32 bits for each pixel, with an unknown range; save such images as"):
        read_images(tmp_path)


def test_exif_turns_sixteen_bits_too(save, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    save("turned.png", np.array([[0, 65535]], np.uint16), exif=exif)
    images = read_images(tmp_path)
    assert (images.image_shape, images.data.tolist()) == ((2, 1), [[0, 255]])


def test_a_link_to_nothing_is_unreadable(save, tmp_path):
    save("a.png", _grey([0, 1]))
    (tmp_path / "b.png").symlink_to(tmp_path / "nowhere.png")
    with pytest.raises(DatasetError, match=r"b.png cannot be read \(No such file or directory\)"):
        read_images(tmp_path)
    assert read_images(tmp_path, skip_unreadable=True).skipped == {"b.png": "No such file or directory"}


def test_sizes_that_differ_are_an_error_without_a_size(save, tmp_path):
    save("a.png", np.zeros((28, 28), np.uint8))
    save("b.png", np.zeros((20, 30), np.uint8))
    with pytest.raises(
        DatasetError, match=r"b.png has 30x20 pixels, but a.png has 28x28; pass image_size .--image-size., 28"
    ):
        read_images(tmp_path)
    assert read_images(tmp_path, image_size=(14, 16)).image_shape == (14, 16)


def test_resizing_keeps_what_is_seen(save, tmp_path, sample):
    image = Image.fromarray(sample[0][0].reshape(28, 28))
    image.resize((112, 112), Image.Resampling.NEAREST).save(tmp_path / "large.png")
    error = read_images(tmp_path, image_size=28).data.astype(float) - sample[0][0]
    assert np.abs(error).mean() < 5


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (lambda whole: whole[: len(whole) // 2], "truncated|broken"),
        (lambda whole: b"", "its format is unknown"),
        (lambda whole: b"hello", "its format is unknown"),
    ],
    ids=["truncated", "empty", "text"],
)
@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_a_broken_file_is_an_error_or_skipped(save, tmp_path, sample, content, reason, suffix):
    good = save(f"good.{suffix}", sample[0][0].reshape(28, 28))
    (tmp_path / f"bad.{suffix}").write_bytes(content(good.read_bytes()))
    with pytest.raises(
        DatasetError, match=f"bad.{suffix} is not a readable image .*({reason}).*; delete or replace it"
    ):
        read_images(tmp_path)
    images = read_images(tmp_path, skip_unreadable=True)
    assert images.filenames == [good.name]
    assert len(images.data) == 1
    assert list(images.skipped) == [f"bad.{suffix}"]


def test_a_folder_in_which_nothing_can_be_read_is_an_error(tmp_path):
    with pytest.raises(DatasetError, match="holds no image files; put some there"):
        read_images(tmp_path)
    (tmp_path / "bad.png").touch()
    with pytest.raises(DatasetError, match="holds 1 image files, and all are unreadable"):
        read_images(tmp_path, skip_unreadable=True)


def test_more_than_fits_in_memory_is_an_error(save, tmp_path, monkeypatch):
    monkeypatch.setattr(_folder, "MAX_BYTES", 1500)
    for name in ("a.png", "b.png"):
        save(name, np.zeros((28, 28), np.uint8))
    with pytest.raises(DatasetError, match=r"holds 2 images of 28x28 pixels.*pass image_size"):
        read_images(tmp_path)
    assert read_images(tmp_path, image_size=27).data.shape == (2, 729)
    with pytest.raises(DatasetError, match=r"holds 2 images of 1000000x1000000 pixels, 1,862.6 GiB"):
        read_images(tmp_path, image_size=10**6)


@pytest.mark.parametrize(("size", "ahead"), [(0, 1), (10**6, 3)], ids=["little", "large"])
def test_a_bounded_number_of_files_is_decoded_ahead(monkeypatch, size, ahead):
    monkeypatch.setattr(_folder, "MAX_AT_ONCE", 3)
    monkeypatch.setattr(_folder, "_size_on_disk", lambda path: size)
    decoded = []
    results = _folder._decoded(lambda path: decoded.append(path) or path, list(range(10)))
    assert next(results) == (0, 0)
    assert len(decoded) <= ahead
    assert [path for path, _ in results] == list(range(1, 10))


def test_large_files_are_read_in_order(save, tmp_path):
    rng = np.random.default_rng(0)
    for i in range(5):
        save(f"{i}.png", rng.integers(i, i + 2, size=(700, 700), dtype=np.uint8))
    images = read_images(tmp_path)
    assert (tmp_path / "0.png").stat().st_size > _folder.MIN_LARGE_FILE
    assert images.data.min(axis=1).tolist() == [0, 1, 2, 3, 4]


def test_progress_is_told(save, tmp_path, monkeypatch):
    monkeypatch.setattr(_folder, "CALLBACK_INTERVAL", 2)
    for i in range(5):
        save(f"{i}.png", _grey([0]))
    told = []
    read_images(tmp_path, callback=lambda *counts: told.append(counts))
    assert told == [(2, 5), (4, 5), (5, 5)]
