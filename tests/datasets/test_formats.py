import io
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, features

from skfashion.datasets import _decoding, read_images
from skfashion.datasets._formats import UnreadableError, open_image

needs_avif = pytest.mark.skipif("avif" not in features.get_supported(), reason="Pillow has no AVIF")


@pytest.mark.parametrize(
    "name",
    ["a.jfif", "a.jpe", "a.tga", "a.ico", "a.jp2", pytest.param("a.avif", marks=needs_avif)],
)
def test_further_suffixes_are_read(tmp_path, name):
    form = {"jfif": "JPEG", "jpe": "JPEG", "jp2": "JPEG2000"}.get(name[2:], name[2:].upper())
    Image.new("RGB", (32, 32), (200, 200, 200)).save(tmp_path / name, form)
    pixels = read_images(tmp_path).data
    assert pixels.shape == (1, 1024)
    assert np.abs(pixels.astype(int) - 200).max() <= 2


def test_heic_files_are_read_with_the_extra(tmp_path):
    pillow_heif = pytest.importorskip("pillow_heif")
    pillow_heif.from_pillow(Image.new("RGB", (32, 32), (200, 200, 200))).save(tmp_path / "a.heic")
    assert np.abs(read_images(tmp_path).data.astype(int) - 200).max() <= 2


def test_the_largest_picture_of_an_icon_is_read(tmp_path):
    Image.new("RGB", (64, 64)).save(tmp_path / "a.ico", sizes=[(16, 16), (64, 64), (32, 32)])
    assert read_images(tmp_path).image_shape == (64, 64)


def test_the_content_tells_the_format_and_not_the_name(tmp_path):
    Image.new("L", (3, 2), 7).save(tmp_path / "a.tga", "PNG")
    assert read_images(tmp_path).data.tolist() == [[7] * 6]


@pytest.mark.parametrize(
    ("brand", "reason"),
    [
        (b"heic", r"HEIC files need pip install 'skfashion\[heic\]'"),
        (b"avif", r"AVIF files need pip install 'pillow>=11.3'"),
        (b"mp42", "its format is unknown"),
    ],
)
def test_a_missing_decoder_is_named(tmp_path, monkeypatch, brand, reason):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    Image.init()
    monkeypatch.delitem(Image.OPEN, "AVIF", raising=False)
    path = tmp_path / "a.heic"
    path.write_bytes(b"\0\0\0\x18ftyp" + brand + bytes(12))
    with pytest.raises(UnreadableError, match=reason):
        open_image(path)


def test_pillows_limit_of_pixels_is_not_ours(tmp_path, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    monkeypatch.setattr(_decoding, "STRIP_PIXELS", 500)
    for name in ("a.png", "b.tif", "c.webp", "d.gif"):
        Image.new("L", (60, 50)).save(tmp_path / name)
    assert len(read_images(tmp_path).data) == 4
    assert Image.MAX_IMAGE_PIXELS == 1000


def test_a_file_that_cannot_be_opened_as_an_image_is_closed(tmp_path, monkeypatch):
    opened = io.BytesIO(b"hello")
    monkeypatch.setattr(Path, "open", lambda self, mode: opened)
    with pytest.raises(UnreadableError, match="unknown"):
        open_image(tmp_path / "a.png")
    assert opened.closed
