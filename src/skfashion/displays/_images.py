"""Mosaics of images."""

import numpy as np

from skfashion._utils.image_shape import resolve_image_shape


def drawn_shape(image_shape, n_features):
    """Return the shape of `n_features` pixels in a drawing: (height, width) if grey, (height, width, 3) if RGB."""
    shape = resolve_image_shape(image_shape, n_features)
    if shape[2:] not in ((), (1,), (3,)):
        raise ValueError(f"image_shape={shape} must have 1 channel (grey) or 3 (red, green, blue) to be drawn.")
    return shape[:2] if shape[2:] == (1,) else shape


def value_range(images):
    """Return the values to draw as black and white: 0 and 255 for bytes, else the least and the greatest."""
    if images.dtype == np.uint8:
        return 0.0, 255.0
    return float(images.min()), float(images.max())


def scale(images, low, high):
    """Scale the values from `low` and `high` to 0 and 1, and clip the others; blanks (NaN) stay."""
    span = high - low if high > low else 1.0
    return np.clip((np.asarray(images, dtype=np.float32) - low) / span, 0, 1)


def mosaic(images, image_shape, n_columns):
    """Arrange images, shape (n_rows * n_columns, n_features), row by row in one picture.

    Its gaps between the tiles are NaN, and so are the tiles of images that are NaN.
    """
    height, width, *channels = image_shape
    gap = _gap(image_shape)
    tiles = images.reshape(-1, n_columns, height, width, *channels)
    margins = [(0, 0), (0, 0), (0, gap), (0, gap), *[(0, 0)] * len(channels)]
    tiles = np.pad(tiles, margins, constant_values=np.nan).swapaxes(1, 2)  # (n_rows, height, n_columns, width)
    n_rows = len(tiles)
    return tiles.reshape(n_rows * (height + gap), n_columns * (width + gap), *channels)[:-gap, :-gap]


def draw_mosaic(ax, images, image_shape, n_columns):
    """Draw images with values from 0 to 1 in a mosaic, without ticks."""
    picture = mosaic(images, image_shape, n_columns)
    if len(image_shape) == 3:
        picture = np.nan_to_num(picture, nan=1.0)  # RGB has no blank value: take white
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    ax.set_anchor("E")  # free space is on the left, for the names of rows
    return ax.imshow(picture, cmap="gray", vmin=0, vmax=1)


def row_centres(n_rows, image_shape):
    """Return the vertical centre of each row of tiles, in pixels of the mosaic."""
    height = image_shape[0]
    return np.arange(n_rows) * (height + _gap(image_shape)) + (height - 1) / 2


def _gap(image_shape):
    """Return the gap between tiles, in pixels: a part of their shorter side, so that it never fills the picture."""
    return max(1, min(image_shape[:2]) // 14)
