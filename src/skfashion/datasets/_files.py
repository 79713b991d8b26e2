"""Image files in a folder, found by their suffix."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from skfashion._utils.special_files import is_special
from skfashion.datasets._errors import DatasetError, refused

SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm", ".ppm", ".pnm"),
    *(".tga", ".ico", ".jp2", ".avif", ".heic", ".heif"),
)
NO_SUFFIX = "without suffix"
SPECIAL = "not a regular file"
LINKED = "link to a folder"


class Found(NamedTuple):
    """The files of a folder and its subfolders, without hidden ones."""

    paths: list[Path]  # of images, in the order of their names
    passed_over: dict[str, int]  # number of other files by suffix, the most frequent first


def find_images(folder: Path) -> Found:
    """Find the image files in a folder and its subfolders.

    Pipes, devices and sockets are passed over, since opening them could wait for ever, and so are links to folders,
    which could lead in circles or to the same images again. A link to nothing is kept: reading it is an error that
    names it.
    """
    paths, others = list[Path](), Counter[str]()
    for path in _visible_files(folder, others):
        suffix = path.suffix.lower()
        if suffix not in SUFFIXES:
            others[suffix or NO_SUFFIX] += 1
        elif is_special(path):
            others[SPECIAL] += 1
        else:
            paths.append(path)
    if not paths:
        links = ", and its links to folders are not followed" if others[LINKED] else ""
        raise DatasetError(folder, f"holds no image files{links}", f"put some there: {', '.join(SUFFIXES)}")
    return Found(sorted(paths), dict(others.most_common()))


def _visible_files(folder, others) -> Iterator[Path]:
    """Yield all files but the hidden ones, and count the links to folders among the others."""
    for place, subfolders, names in os.walk(folder, onerror=_refuse):
        subfolders[:] = [name for name in subfolders if not name.startswith(".")]
        others.update(LINKED for name in subfolders if os.path.islink(os.path.join(place, name)))
        yield from (Path(place, name) for name in names if not name.startswith("."))


def _refuse(error):
    """Stop at a folder without permission; its images would be missing without a word."""
    raise refused(Path(error.filename), error) from error
