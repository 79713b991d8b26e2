"""Small pictures of many images, in sheets."""

import base64
import io
from typing import NamedTuple

import numpy as np

N_COLUMNS = 20  # of a sheet; it has as many lines
PER_SHEET = N_COLUMNS**2
MANY = 20_000  # of more images, the pictures are smaller
MAX_SIDE, MAX_SIDE_OF_MANY = 48, 32  # pixels
QUALITY = 80


class Sprites(NamedTuple):
    """Sheets of pictures.

    Attributes
    ----------
    width, height : int
        Pixels of a picture.
    kind : str
        Media type of the sheets.
    sheets : list of str
        Each in base64, with 20 columns of pictures, line by line.
    """

    width: int
    height: int
    kind: str
    sheets: list[str]

    @property
    def n_characters(self) -> int:
        """The length of all sheets."""
        return sum(map(len, self.sheets))


def can_be_drawn(image_shape) -> bool:
    """Return True for the shape of grey images or of images in colour."""
    return image_shape is not None and (*image_shape, 1)[2] in (1, 3)


def draw_sprites(X, rows, image_shape, value_range, *, n_images: int | None = None) -> Sprites:
    """Draw images in the order of the rows.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        Images.
    rows : ndarray of shape (n_drawn,)
        Rows of X.
    image_shape : tuple of int
        (height, width) or (height, width, channels).
    value_range : tuple of float
        Values of black and white.
    n_images : int or None, default=None
        Number of images on the page, on which their size depends; None is that of the rows.

    Returns
    -------
    Sprites
    """
    from PIL import features

    kind = "webp" if features.check("webp") else "jpeg"
    height, width = image_shape[:2]
    shrink = min(1.0, (MAX_SIDE if (n_images or len(rows)) <= MANY else MAX_SIDE_OF_MANY) / max(height, width))
    size = max(1, round(width * shrink)), max(1, round(height * shrink))
    parts = (rows[start : start + PER_SHEET] for start in range(0, len(rows), PER_SHEET))
    sheets = [_encoded(_sheet(_bytes_of(X[part], image_shape, *value_range), size), kind) for part in parts]
    return Sprites(*size, f"image/{kind}", sheets)


def _bytes_of(pixels, image_shape, low, high):
    """Return images as bytes, shape (n_images, height, width, channels)."""
    shape = (len(pixels), *image_shape, 1)[:4]
    if pixels.dtype == np.uint8 and (low, high) == (0, 255):
        return pixels.reshape(shape)
    unit = np.clip((pixels.astype(np.float32) - low) / (high - low if high > low else 1), 0, 1)
    return np.rint(255 * unit).astype(np.uint8).reshape(shape)


def _sheet(images, size):
    """Lay images on a sheet, shape (lines * height, columns * width, channels)."""
    n_images, *shape = images.shape
    if (shape[1], shape[0]) != size:
        images = np.stack([_resized(image, size) for image in images])
    n_lines = -(-n_images // N_COLUMNS)
    width, height = size
    sheet = np.zeros((n_lines * N_COLUMNS, height, width, shape[2]), np.uint8)
    sheet[:n_images] = images
    sheet = sheet.reshape(n_lines, N_COLUMNS, height, width, shape[2]).swapaxes(1, 2)
    return sheet.reshape(n_lines * height, N_COLUMNS * width, shape[2])


def _resized(image, size):
    from PIL import Image

    is_grey = image.shape[2] == 1
    picture = Image.fromarray(image[:, :, 0] if is_grey else image)
    resized = picture.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
    return np.asarray(resized).reshape(size[1], size[0], -1)


def _encoded(sheet, kind):
    from PIL import Image

    buffer = io.BytesIO()
    options = {"method": 2} if kind == "webp" else {}  # higher ones take twice the time for 2% less
    Image.fromarray(sheet[:, :, 0] if sheet.shape[2] == 1 else sheet).save(buffer, kind, quality=QUALITY, **options)
    return base64.b64encode(buffer.getvalue()).decode()
