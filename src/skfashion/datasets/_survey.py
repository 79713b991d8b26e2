"""A look at some image files of a folder, before all are read."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from skfashion.datasets._decoding import ORIENTATION, Wanted, decode, read_header
from skfashion.datasets._files import find_images
from skfashion.datasets._formats import open_image

MAX_FILES = 200  # of which the colours are looked at, at equal distances in the order of their names
SIDE = 16  # pixels to which they are reduced
MIN_CHROMA = 32  # of 255: difference of the channels of a pixel that has a colour
MAX_OWN_SIDE = 128  # larger images are reduced
DEFAULT_SIZE = (64, 64)
MIN_PIXEL_SHARE, MIN_IMAGE_SHARE = 0.05, 0.1  # with colour: of the pixels of a coloured image, and of the images


class Survey(NamedTuple):
    """Sizes and colours of the files of a folder.

    Attributes
    ----------
    sizes : set of (int, int)
        Height and width of the upright images.
    is_colored : bool
        True if at least a tenth of the images have colours.
    """

    sizes: set[tuple[int, int]]
    is_colored: bool

    @property
    def size(self) -> tuple[int, int] | None:
        """The size to read the images in: None for their own, if it is one and small."""
        is_one = len(self.sizes) <= 1
        is_small = all(max(size) <= MAX_OWN_SIDE for size in self.sizes)
        return None if is_one and is_small else DEFAULT_SIZE


def survey_folder(folder: Path, *, max_pixels: int | None = None) -> Survey:
    """Look at the sizes of the images of a folder, and at the colours of 200; unreadable ones are left out."""
    paths = find_images(folder).paths
    step = -(-len(paths) // MAX_FILES)
    wanted = Wanted((SIDE, SIDE), color=True, max_pixels=max_pixels)
    sizes = {size for path in paths if (size := _or_none(_upright_size, path)) is not None}
    images = [_or_none(lambda path: decode(read_header(path, wanted), wanted).pixels, path) for path in paths[::step]]
    is_colored = [_has_colors(pixels) for pixels in images if pixels is not None]
    return Survey(sizes, sum(is_colored) >= max(1, MIN_IMAGE_SHARE * len(is_colored)))


def _or_none(read, path):
    """Return what a function reads from a file, or None if it cannot."""
    try:
        return read(path)
    except Exception:  # decoders raise many exceptions for damaged files; reading names them
        return None


def _upright_size(path):
    """Return the height and width of an image, turned by its EXIF orientation."""
    opened = open_image(path)
    try:
        width, height = opened.image.size
        is_turned = opened.image.getexif().get(ORIENTATION, 1) >= 5
        return (width, height) if is_turned else (height, width)
    finally:
        opened.close()


def _has_colors(pixels):
    """Return True if enough pixels of an image, shape (height, width, 3), are not grey."""
    chroma = pixels.max(axis=2).astype(int) - pixels.min(axis=2)
    return np.mean(chroma >= MIN_CHROMA) >= MIN_PIXEL_SHARE
