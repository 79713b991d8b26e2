"""Arrays of images from files of one array or of several."""

import zipfile
import zlib
from pathlib import Path

import numpy as np

from skfashion.datasets._errors import DatasetError
from skfashion.datasets._idx import read_idx

IMAGE_NAMES = ("data", "images", "image", "x")  # of the arrays in an .npz file, in lower case
LABEL_NAMES = ("target", "targets", "label", "labels", "class", "classes", "y")  # also of a column of a CSV file


def read_npy(path: Path) -> tuple[np.ndarray, None]:
    """Read the array in an .npy file, which has no labels."""
    array = _load(path, ".npy")
    if not isinstance(array, np.ndarray):
        raise DatasetError(path, "holds several arrays", "give it the ending .npz")
    return _numbers(path, array), None


def read_npz(path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    """Read the images and, where there are any, the labels in an .npz file."""
    arrays = _load(path, ".npz")
    if isinstance(arrays, np.ndarray):
        raise DatasetError(path, "holds one array without a name", "give it the ending .npy")
    images = _only(path, [name for name, array in arrays.items() if array.ndim > 1], IMAGE_NAMES, "arrays of images")
    of_rows = [name for name, array in arrays.items() if array.shape == arrays[images].shape[:1]]
    labels = [name for name in of_rows if name.lower() in LABEL_NAMES]
    y = arrays[_only(path, labels, LABEL_NAMES, "arrays of labels")] if labels else None
    return _numbers(path, arrays[images]), y


def read_idx_pair(path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    """Read the images in an IDX file and their labels, if the file of that name lies beside it."""
    way_out = "unpack or download it anew"
    images = _numbers(path, read_idx(path, way_out))
    labels_path = path.with_name(path.name.replace("images", "labels").replace("idx3", "idx1"))
    if labels_path == path or not labels_path.exists():
        return images, None
    labels = read_idx(labels_path, way_out)
    if labels.shape != images.shape[:1]:
        raise DatasetError(labels_path, f"has shape {labels.shape} for {len(images)} images", "move it elsewhere")
    return images, labels


def _load(path, form):
    """An array, or a dict of arrays."""
    try:
        with path.open("rb") as file:
            content = np.load(file, allow_pickle=False)
            return content if isinstance(content, np.ndarray) else dict(content)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        problem = f"is not a readable {form} file of numbers ({error})"
        raise DatasetError(path, problem, "save it anew with numpy") from error


def _only(path, names, known, what):
    """The single name, or the single known one among several."""
    found = names if len(names) == 1 else [name for name in names if name.lower() in known]
    if len(found) != 1:
        held = f"holds several {what} ({', '.join(names)})" if names else f"holds no {what}"
        raise DatasetError(
            path, held, "save one array of shape (n_images, ...), as 'data', with its labels as 'target'"
        )
    return found[0]


def _numbers(path, array):
    if array.ndim < 2 or array.dtype.kind not in "biuf" or array.size == 0:
        found = f"holds {array.dtype} of shape {array.shape}"
        raise DatasetError(path, found, "save one array of numbers of shape (n_images, ...)")
    return array
