"""A look at some image files of a folder, before all are read."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from skfashion.datasets._decoding import ORIENTATION, Wanted, decode, read_header
from skfashion.datasets._files import find_images
from skfashion.datasets._formats import open_image

MAX_FILES = 200  # that are looked at, at equal distances in the order of their names
SIDE = 16  # pixels to which they are reduced
MIN_CHROMA = 32  # of 255: difference of the channels of a pixel that has a colour
MAX_OWN_SIDE = 128  # larger images are reduced
DEFAULT_SIZE = (64, 64)
MIN_PIXELS, MIN_IMAGES = 0.05, 0.1  # shares with colour: of the pixels of a coloured image, and of the images


class Survey(NamedTuple):
    """What some files of a folder look like.

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
    """Look at 200 image files of a folder, or at all if there are fewer; unreadable ones are left out."""
    paths = find_images(folder).paths
    step = -(-len(paths) // MAX_FILES)
    wanted = Wanted((SIDE, SIDE), color=True, max_pixels=max_pixels)
    sizes, n_colored, n_read = set[tuple[int, int]](), 0, 0
    for path in paths[::step]:
        try:
            size = _upright_size(path)
            pixels = decode(read_header(path, wanted), wanted).pixels
        except Exception:  # decoders raise many exceptions for damaged files; reading names them
            continue
        sizes.add(size)
        n_read += 1
        n_colored += _has_colors(pixels)
    return Survey(sizes, n_colored >= max(1, MIN_IMAGES * n_read))


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
    return np.mean(chroma >= MIN_CHROMA) >= MIN_PIXELS
