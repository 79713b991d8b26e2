import subprocess
import sys

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


@pytest.mark.parametrize(
    ("target", "reason"),
    [("nowhere.png", "No such file or directory"), ("b.png", "Too many levels of symbolic links")],
)
def test_a_link_to_nothing_or_itself_is_unreadable(save, tmp_path, target, reason):
    save("a.png", _grey([0, 1]))
    (tmp_path / "b.png").symlink_to(tmp_path / target)
    with pytest.raises(DatasetError, match=rf"b.png cannot be read \({reason}\); put it there, or remove the link"):
        read_images(tmp_path)
    assert read_images(tmp_path, skip_unreadable=True).skipped == {"b.png": reason}


def test_sizes_that_differ_are_an_error_without_a_size(save, tmp_path):
    save("a.png", np.zeros((28, 28), np.uint8))
    save("b.png", np.zeros((20, 30), np.uint8))
    with pytest.raises(DatasetError, match=r"b.png has 30x20 pixels, but a.png has 28x28; pass image_size='auto' "):
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


def test_progress_is_told(save, tmp_path, monkeypatch):
    monkeypatch.setattr(_folder, "CALLBACK_INTERVAL", 2)
    for i in range(5):
        save(f"{i}.png", _grey([0]))
    told = []
    read_images(tmp_path, callback=lambda *counts: told.append(counts))
    assert told == [(2, 5), (4, 5), (5, 5)]


def test_files_that_are_no_images_are_counted_by_suffix(save, tmp_path):
    save("bag/a.png", _grey([0, 1]))
    for name in ("a.TXT", "bag/b.txt", "c.json", "LICENSE", ".hidden.txt", ".cache/d.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert read_images(tmp_path).passed_over == {".txt": 2, ".json": 1, "without suffix": 1}


def test_twelve_bits_fill_the_range_of_bytes(save, tmp_path):
    save("a.png", np.array([[0, 2048, 4095]], np.uint16))
    images = read_images(tmp_path)
    assert images.data.tolist() == [[0, 128, 255]]
    assert images.max_value == 4095


def test_values_of_bytes_in_sixteen_bits_stay_as_they_are(save, tmp_path):
    save("a.png", np.array([[0, 7, 9]], np.uint16))
    images = read_images(tmp_path)
    assert (images.data.tolist(), images.max_value) == ([[0, 7, 9]], 255)


def test_all_files_of_sixteen_bits_are_scaled_by_one_value(save, tmp_path):
    for name, values in {"a": [0, 1000], "b": [100, 4000], "c": [1000, 0], "d": [4095, 4095]}.items():
        save(f"{name}.png", np.array([values], np.uint16))
    save("e.png", _grey([3, 200]))
    images = read_images(tmp_path)
    assert images.data.tolist() == [[0, 62], [6, 249], [62, 0], [255, 255], [3, 200]]
    assert images.max_value == 4095


def test_files_of_sixteen_bits_are_not_decoded_twice_without_need(save, tmp_path, monkeypatch):
    decoded = []
    decode = _folder.decode
    monkeypatch.setattr(_folder, "decode", lambda header, wanted: decoded.append(header) or decode(header, wanted))
    for name, value in {"a": 1000, "b": 4000, "c": 900, "d": 3000}.items():
        save(f"{name}.png", np.array([[value]], np.uint16))
    assert read_images(tmp_path).data.ravel().tolist() == [62, 249, 56, 187]
    assert len(decoded) == 5  # a once more


def test_new_images_are_scaled_like_those_before(save, tmp_path):
    save("a.png", np.array([[0, 1000, 4095]], np.uint16))
    save("b.png", np.array([[0, 1000, 9000]], np.uint16))
    images = read_images(tmp_path, max_value=4095)
    assert images.data.tolist() == [[0, 62, 255], [0, 62, 255]]
    assert (images.max_value, images.clipped) == (4095, ["b.png"])


def test_sixteen_bits_of_grey_in_colour_have_three_equal_channels(save, tmp_path):
    save("a.png", np.array([[0, 65535]], np.uint16))
    images = read_images(tmp_path, color=True)
    assert (images.data.tolist(), images.image_shape) == ([[0, 0, 0, 255, 255, 255]], (1, 2, 3))


def test_the_range_of_sixteen_bits_does_not_depend_on_the_size(save, tmp_path):
    pixels = np.full((90, 90), 1000, np.uint16)
    pixels[0, 0] = 4000
    save("a.png", pixels)
    images = read_images(tmp_path, image_size=3)
    assert images.max_value == 4095
    assert set(images.data.ravel()) <= {62, 63}


def test_files_of_several_frames_are_named_and_the_first_is_read(save, tmp_path):
    frames = [Image.new("L", (2, 1), value) for value in (10, 200)]
    for name in ("a.gif", "b.tif", "c.png", "d.webp"):
        frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:], lossless=True)
    save("e.png", _grey([10, 10]))
    images = read_images(tmp_path)
    assert images.several_frames == ["a.gif", "b.tif", "c.png", "d.webp"]
    assert (images.data == 10).all()


def test_too_many_pixels_are_an_error_that_names_the_option_or_skipped(save, tmp_path):
    save("a.png", np.zeros((5, 5), np.uint8))
    save("b.png", np.zeros((20, 30), np.uint8))
    problem = "it has 30x20 = 600 pixels, more than the limit of 500"
    with pytest.raises(DatasetError, match=rf"b.png .*{problem}.*pass max_pixels=600 \(--max-pixels\)"):
        read_images(tmp_path, image_size=5, max_pixels=500)
    images = read_images(tmp_path, image_size=5, max_pixels=500, skip_unreadable=True)
    assert (images.filenames, images.skipped) == (["a.png"], {"b.png": problem})
    assert len(read_images(tmp_path, image_size=5, max_pixels=600).data) == 2


def test_a_folder_of_files_that_need_a_package_says_which(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    (tmp_path / "a.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0")
    with pytest.raises(DatasetError, match=r"HEIC files need pip install 'skfashion\[heic\]'"):
        read_images(tmp_path)
    with pytest.raises(DatasetError, match=r"all are unreadable; the reason is that HEIC files need pip install"):
        read_images(tmp_path, skip_unreadable=True)


@pytest.mark.once
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the peak of memory is read from /proc")
def test_memory_is_bounded_whatever_the_files_are(tmp_path, programs):
    for name, mode in (("a.png", "RGB"), ("b.png", "RGBA"), ("c.png", "RGB"), ("d.png", "L")):
        Image.new(mode, (10_000, 10_000)).save(tmp_path / name, compress_level=1)
    run = [sys.executable, programs / "read_large_images.py", tmp_path]
    peak = int(subprocess.run(run, capture_output=True, text=True, check=True).stdout)
    assert peak < 1000  # MB
