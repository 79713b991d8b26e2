"""Images from .npy, .npz and IDX files."""

import zipfile
from pathlib import Path

import numpy as np

from skfashion._utils.unpacking import NPY, begins_with, check_npy, check_npz
from skfashion.datasets._errors import DatasetError, refused
from skfashion.datasets._idx import read_idx

IMAGE_NAMES = ("data", "images", "image", "x")  # names of arrays in an .npz file, in lower case
MISSING = ("", "nan", "NaN", "NA", "<NA>", "N/A", "None", "null", "NULL")  # what pandas reads as not known
LABEL_NAMES = ("target", "targets", "label", "labels", "class", "classes", "y")  # also names of a column in a CSV file


def read_npy(path: Path) -> tuple[np.ndarray, None]:
    """Map the array in an .npy file into memory, to be read only; it has no labels."""
    array = _load(path, ".npy")
    if not isinstance(array, np.ndarray):
        raise DatasetError(path, "holds several arrays", "give it the ending .npz")
    return _numbers(path, array), None


def read_npz(path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    """Read the images and, if there are any, the labels in an .npz file."""
    arrays = _load(path, ".npz")
    if isinstance(arrays, np.ndarray):
        raise DatasetError(path, "holds one array without a name", "give it the ending .npy")
    labels = [name for name in arrays if name.lower() in LABEL_NAMES]
    others = [name for name, array in arrays.items() if array.ndim > 1 and name not in labels]
    images = _only(path, others, IMAGE_NAMES, "arrays of images")
    if not labels:
        return _numbers(path, arrays[images]), None
    name = _only(path, labels, LABEL_NAMES, "arrays of labels")
    return _numbers(path, arrays[images]), _labels(path, name, arrays[name], len(arrays[images]))


def read_idx_pair(path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    """Read the images in an IDX file, and their labels if the file of labels is in the same folder."""
    way_out = "unpack or download it again"
    images = _numbers(path, read_idx(path, way_out))
    labels_path = path.with_name(path.name.replace("images", "labels").replace("idx3", "idx1"))
    if labels_path == path or not labels_path.exists():
        return images, None
    labels = read_idx(labels_path, way_out)
    if labels.shape != images.shape[:1]:
        raise DatasetError(labels_path, f"has shape {labels.shape} for {len(images)} images", "move it elsewhere")
    return images, labels


def _labels(path, name, labels, n_images):
    """Return one label for each image, None for missing ones; Keras' data sets have them as a column."""
    if labels.shape not in ((n_images,), (n_images, 1)):
        problem = f"holds labels {name!r} of shape {labels.shape} for {n_images} images"
        raise DatasetError(path, problem, "save one label for each image, or give the array another name")
    if labels.dtype.kind not in "biufSU":
        raise DatasetError(path, f"holds labels {name!r} of type {labels.dtype}", "save them as numbers or texts")
    labels = labels.ravel()
    if labels.dtype.kind == "S":
        labels = np.char.decode(labels, "utf-8", "replace")
    if labels.dtype.kind != "U":
        return labels
    try:
        texts = labels.tolist()
    except (SystemError, ValueError) as error:  # of numbers beyond those of characters
        raise DatasetError(path, f"holds labels {name!r} that are no text", "save them again with numpy") from error
    return np.array([None if text.strip() in MISSING else text for text in texts], object)


def _load(path, form):
    """Load an array, or a dict of arrays."""
    try:
        with path.open("rb") as file:
            if begins_with(NPY, file):  # a single one, perhaps larger than the memory
                check_npy(file, path.stat().st_size)
                return np.load(path, mmap_mode="r", allow_pickle=False)
            if zipfile.is_zipfile(file):  # numpy says what else it is
                check_npz(file)
            file.seek(0)
            arrays = dict(np.load(file, allow_pickle=False))
    except OSError as error:
        if error.errno is not None:  # an error of the disk, not of the file
            raise refused(path, error) from error
        raise _unreadable(path, form, error) from error
    except Exception as error:  # numpy raises many exceptions for damaged files
        raise _unreadable(path, form, error) from error
    if not all(isinstance(array, np.ndarray) for array in arrays.values()):
        raise _unreadable(path, form, "it holds something that is no array")
    return arrays


def _unreadable(path, form, error):
    reason = str(error)
    if "pickle" in reason:  # numpy takes any other file for one of objects, and tells how to run them
        reason = "it has another form, or holds Python objects, which are not loaded"
    return DatasetError(path, f"is not a readable {form} file of numbers ({reason})", "save it again with numpy")


def _only(path, names, known, what):
    """Return the single name, or the single known one among several."""
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
