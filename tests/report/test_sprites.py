import base64
import io

import numpy as np
import pytest
from PIL import Image

from skfashion.report._sprites import N_COLUMNS, can_be_drawn, draw_sprites


def _pixels(sheet):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(sheet))).convert("RGB")).astype(int)


def _picture(sprites, place):
    line, column = divmod(place % N_COLUMNS**2, N_COLUMNS)
    sheet = _pixels(sprites.sheets[place // N_COLUMNS**2])
    height, width = sprites.height, sprites.width
    return sheet[line * height : (line + 1) * height, column * width : (column + 1) * width]


def test_each_picture_is_in_its_place():
    shades = np.linspace(0, 255, 450).astype(np.uint8)
    X = np.repeat(shades[:, np.newaxis], 64, axis=1)
    rows = np.arange(450)[::-1]
    sprites = draw_sprites(X, rows, (8, 8), (0, 255))
    assert len(sprites.sheets) == 2
    for place in (0, 21, 399, 400, 449):
        assert abs(_picture(sprites, place).mean() - shades[rows[place]]) < 8


def test_colours_and_the_range_of_values_are_kept():
    X = np.tile(np.float32([1, -1, 0]), (3, 16 * 16))
    picture = _picture(draw_sprites(X, np.arange(3), (16, 16, 3), (-1, 1)), 1)
    np.testing.assert_allclose(picture.mean(axis=(0, 1)), [255, 0, 128], atol=12)


@pytest.mark.parametrize(
    ("image_shape", "size"), [((28, 28), (28, 28)), ((96, 48), (24, 48)), ((1, 784), (48, 1)), ((64, 64, 3), (48, 48))]
)
def test_large_images_are_made_smaller(image_shape, size):
    X = np.zeros((2, np.prod(image_shape)), np.uint8)
    sprites = draw_sprites(X, np.arange(2), image_shape, (0, 255))
    assert (sprites.width, sprites.height) == size
    assert sprites.n_characters == len(sprites.sheets[0]) > 0


def test_pictures_of_very_many_images_are_smaller_still(monkeypatch):
    monkeypatch.setattr("skfashion.report._sprites.MANY", 10)
    assert draw_sprites(np.zeros((11, 4096), np.uint8), np.arange(11), (64, 64), (0, 255)).width == 32


def test_only_grey_images_and_images_in_colour_can_be_drawn():
    assert can_be_drawn((8, 8))
    assert can_be_drawn((8, 8, 3))
    assert not can_be_drawn((8, 8, 2))
    assert not can_be_drawn(None)
