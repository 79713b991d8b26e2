"""Images of a folder of image files: one array, whatever the files are."""

from collections.abc import Callable, Iterator
from functools import partial
from math import prod
from pathlib import Path
from typing import NamedTuple

import numpy as np

from skfashion.datasets._ahead import decoded_in_order
from skfashion.datasets._decoding import Decoded, Wanted, decode, read_header
from skfashion.datasets._errors import DatasetError, refused
from skfashion.datasets._files import find_images
from skfashion.datasets._formats import UnreadableError

CALLBACK_INTERVAL = 100  # files between two calls
MAX_BYTES = 4 * 2**30  # of pixels; more are likely due to a forgotten image_size
BLOCK = 2**20  # pixels that are scaled at a time


class Files(NamedTuple):
    """The images of a folder."""

    pixels: np.ndarray  # (n_files, height, width) or (n_files, height, width, 3), uint8
    names: list[str]  # relative to the folder
    classes: list[str] | None  # subfolder of each file
    skipped: dict[str, str]  # reason by name
    passed_over: dict[str, int]  # number of files that are no images by suffix
    several_frames: list[str]  # names of files of which only the first frame was read
    max_value: int | None  # value of 16 bits that became 255
    clipped: list[str]  # names of files with larger values


def read_folder(
    folder: Path,
    wanted: Wanted,
    *,
    max_value: int | None,
    skip_unreadable: bool,
    callback: Callable[[int, int], object] | None,
) -> Files:
    """Read the image files in a folder and its subfolders in the order of their names."""
    found = find_images(folder)
    images = _Images(folder, len(found.paths), max_value)
    if wanted.size is not None:
        images.check_room((*wanted.size, 3) if wanted.color else wanted.size)
    skipped = dict[str, str]()
    for path, image in _told(_decoded(found.paths, wanted), callback, len(found.paths)):
        if not isinstance(image, Exception):
            images.add(path, image)
        elif skip_unreadable:
            skipped[images.name(path)] = _reason(image)
        else:
            raise _unreadable(path, image) from image
    if images.pixels is None:
        raise DatasetError(
            folder, f"holds {len(found.paths)} image files, and all are unreadable", _way_out_of_all(skipped)
        )
    images.read_again(images.pixels, wanted)
    names = [images.name(path) for path in images.paths]
    return Files(
        images.pixels[: len(names)],
        names,
        _classes(names),
        skipped,
        found.passed_over,
        images.several_frames,
        images.max_value if images.deep else None,
        images.clipped,
    )


class _Images:
    """The images of a folder, as far as they are read.

    Files of 16 bits become bytes at once, by the largest value so far. If a later file has a larger one, those before
    it are read again at the end. These are few in most folders, and no second array is needed.
    """

    def __init__(self, folder, n_files, max_value):
        self.folder = folder
        self.n_files = n_files
        self.pixels: np.ndarray | None = None
        self.paths: list[Path] = []  # of the rows of pixels
        self.several_frames: list[str] = []
        self.is_chosen = max_value is not None
        self.max_value = max_value or 255
        self.deep: dict[int, int] = {}  # max_value by row
        self.clipped: list[str] = []

    def name(self, path):
        return path.relative_to(self.folder).as_posix()

    def add(self, path: Path, image: Decoded):
        shape = image.pixels.shape
        if self.pixels is None:
            self.check_room(shape)
            self.pixels = np.empty((self.n_files, *shape), np.uint8)
        if shape != self.pixels.shape[1:]:
            raise _other_size(path, shape, self.paths[0], self.pixels.shape[1:])
        if image.largest is not None:
            self._choose_max_value(path, image.largest)
            self.deep[len(self.paths)] = self.max_value
        _copy(image, self.max_value, self.pixels[len(self.paths)])
        self.paths.append(path)
        if image.has_frames:
            self.several_frames.append(self.name(path))

    def _choose_max_value(self, path, largest):
        """Take the smallest of 255, 511, 1023, ..., 65535 that no value exceeds."""
        if not self.is_chosen:
            self.max_value = max(self.max_value, 2 ** largest.bit_length() - 1)
        elif largest > self.max_value:
            self.clipped.append(self.name(path))

    def read_again(self, pixels, wanted):
        """Read the files of 16 bits again that were scaled by a smaller value than others."""
        rows = [row for row, max_value in self.deep.items() if max_value < self.max_value]
        again = _decoded([self.paths[row] for row in rows], wanted)
        for row, (path, image) in zip(rows, again, strict=True):
            if isinstance(image, Exception):
                raise _unreadable(path, image) from image
            _copy(image, self.max_value, pixels[row])

    def check_room(self, shape):
        n_bytes = self.n_files * prod(shape)
        if n_bytes > MAX_BYTES:
            size = f"{self.n_files:,} images of {_size(shape)} pixels, {n_bytes / 2**30:,.1f} GiB"
            way_out = "pass image_size (--image-size), 64 for example, to make them smaller"
            raise DatasetError(self.folder, f"holds {size}", way_out)


def _decoded(paths, wanted):
    return decoded_in_order(paths, partial(read_header, wanted=wanted), partial(decode, wanted=wanted))


def _copy(image: Decoded, max_value, out):
    """Copy the pixels, and bring 16 bits to 8: `max_value` becomes 255, and so do larger values."""
    if image.largest is None:
        out[...] = image.pixels
        return
    step = max(1, BLOCK // image.pixels.shape[1])
    for top in range(0, len(out), step):
        block = np.minimum(image.pixels[top : top + step], max_value)
        out[top : top + step] = np.rint(block * (255 / max_value))


def _told(results, callback, n_files) -> Iterator[tuple[Path, Decoded | Exception]]:
    """Yield the results, and call the callback now and then."""
    for i, result in enumerate(results, start=1):
        yield result
        if callback is not None and (i % CALLBACK_INTERVAL == 0 or i == n_files):
            callback(i, n_files)


def _unreadable(path, error):
    if isinstance(error, OSError) and error.errno is not None:  # an error of the disk, not of the file
        return refused(path, error)
    way_out = error.way_out if isinstance(error, UnreadableError) else UnreadableError("").way_out
    way_out = f"{way_out}, or skip unreadable files (--skip-unreadable)"
    return DatasetError(path, f"is not a readable image ({_reason(error)})", way_out)


def _reason(error):
    if isinstance(error, OSError) and error.errno is not None:
        return error.strerror
    return " ".join(str(error).split()) or type(error).__name__


def _way_out_of_all(skipped):
    """Name the reason if it is the same for all, such as a missing package."""
    reasons = set(skipped.values())
    return f"the reason is that {reasons.pop()}" if len(reasons) == 1 else "replace them"


def _other_size(path, shape, first_path, first_shape):
    problem = f"has {_size(shape)} pixels, but {first_path.name} has {_size(first_shape)}"
    way_out = "pass image_size='auto' (--image-size auto), or a size, to resize all to one"
    return DatasetError(path, problem, way_out)


def _size(shape):
    return f"{shape[1]}x{shape[0]}"


def _classes(names):
    """Return the first subfolder of each name if all are in subfolders, and these are several."""
    classes = [name.split("/")[0] if "/" in name else "" for name in names]
    return classes if all(classes) and len(set(classes)) > 1 else None
