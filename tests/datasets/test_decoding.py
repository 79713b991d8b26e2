import numpy as np
import pytest
from PIL import Image, ImageOps

from skfashion.datasets import _decoding
from skfashion.datasets._decoding import ORIENTATION, Wanted, decode, read_header
from skfashion.datasets._formats import UnreadableError


def _read(path, size=None, *, color=False):
    wanted = Wanted(size, color, None)
    return decode(read_header(path, wanted), wanted).pixels


@pytest.fixture
def photo(tmp_path):
    """A smooth picture in colour that is partly transparent, and larger than a strip."""
    x, y = np.meshgrid(np.linspace(0, 1, 700), np.linspace(0, 1, 500))
    layers = [x, y, x * y, np.where(np.hypot(x - 0.5, y - 0.5) < 0.3, 1, 0.4)]
    path = tmp_path / "photo.png"
    Image.fromarray(np.uint8(255 * np.stack(layers, axis=-1))).save(path)
    return path


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("size", [(8, 8), (20, 10), (500, 700), (300, 600), None])
def test_strips_make_the_same_image_as_the_whole(photo, monkeypatch, size, color):
    monkeypatch.setattr(_decoding, "STRIP_PIXELS", 10_000)
    image = Image.open(photo)
    white = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB" if color else "L")
    expected = np.asarray(white if size is None else white.resize(size[::-1], Image.Resampling.BICUBIC))
    pixels = _read(photo, size, color=color)
    assert pixels.shape == expected.shape
    assert np.abs(pixels.astype(int) - expected).max() <= 6


def test_hidden_colours_do_not_show_at_the_edge_of_what_is_transparent(tmp_path):
    pixels = np.zeros((40, 40, 4), np.uint8)  # black, and transparent
    pixels[:, 20:] = 255
    Image.fromarray(pixels).save(tmp_path / "a.png")
    assert _read(tmp_path / "a.png", (5, 5)).min() == 255


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("size", [None, (4, 6)])
def test_images_are_upright(tmp_path, orientation, size):
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    pixels = np.random.default_rng(0).integers(256, size=(3, 2), dtype=np.uint8)
    path = tmp_path / "a.png"
    Image.fromarray(pixels.repeat(4, 0).repeat(4, 1)).save(path, exif=exif)
    expected = ImageOps.exif_transpose(Image.open(path))
    if size is not None:
        expected = expected.resize(size[::-1], Image.Resampling.BICUBIC)
    np.testing.assert_array_equal(_read(path, size), np.asarray(expected))


@pytest.mark.parametrize("name", ["a.jpg", "a.jp2"])
def test_decoders_skip_detail_that_is_not_wanted(tmp_path, name):
    Image.new("RGB", (1600, 1600), (200, 200, 200)).save(tmp_path / name)
    wanted = Wanted((28, 28), False, None)
    header = read_header(tmp_path / name, wanted)
    assert header.n_pixels <= 200 * 200
    np.testing.assert_allclose(decode(header, wanted).pixels, 200, atol=2)


def test_a_jpeg_2000_file_is_reduced_as_often_as_it_allows(tmp_path):
    Image.new("L", (1600, 1600), 200).save(tmp_path / "a.jp2", num_resolutions=2)
    wanted = Wanted((28, 28), False, None)
    header = read_header(tmp_path / "a.jp2", wanted)
    assert header.n_pixels == 800 * 800
    np.testing.assert_allclose(decode(header, wanted).pixels, 200, atol=2)


def test_pixels_of_large_files_in_memory_are_those_of_the_reduced_image(tmp_path):
    Image.new("RGB", (1000, 1000)).save(tmp_path / "a.jpg")
    full = read_header(tmp_path / "a.jpg", Wanted(None, True, None))
    small = read_header(tmp_path / "a.jpg", Wanted((16, 16), True, None))
    assert small.n_bytes < full.n_bytes / 10
    small.close()
    full.close()


def test_the_limit_is_lower_where_a_decoder_needs_more_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(_decoding, "BUDGET", 10**6)
    for name in ("a.png", "a.webp"):
        Image.new("RGB", (400, 400)).save(tmp_path / name)
    assert _read(tmp_path / "a.png").shape == (400, 400)
    with pytest.raises(UnreadableError, match="it has 400x400 = 160,000 pixels, more than the limit of 58,823"):
        read_header(tmp_path / "a.webp", Wanted(None, False, None))


@pytest.mark.parametrize("maximum", [255, 4095, 65535])
def test_the_largest_value_of_sixteen_bits_is_told(tmp_path, maximum):
    Image.fromarray(np.array([[0, maximum]], np.uint16)).save(tmp_path / "a.png")
    wanted = Wanted(None, False, None)
    image = decode(read_header(tmp_path / "a.png", wanted), wanted)
    assert (image.largest, image.pixels.tolist()) == (maximum, [[0, maximum]])


def test_a_pgm_file_of_sixteen_bits_is_read(tmp_path):
    (tmp_path / "a.pgm").write_bytes(b"P5 2 1 65535\n\x00\x00\xff\xff")
    assert _read(tmp_path / "a.pgm").tolist() == [[0, 65535]]
