"""Images of your own, from files of several forms."""

from collections.abc import Callable
from math import isqrt, prod

import numpy as np
from sklearn.utils import Bunch

from skfashion._utils.blocks import blocks_of, extremes
from skfashion._utils.checks import is_count
from skfashion._utils.files import expanded
from skfashion._utils.missing import known_labels
from skfashion._utils.special_files import is_special
from skfashion.datasets._arrays import read_idx_pair, read_npy, read_npz
from skfashion.datasets._csv import Table, read_csv
from skfashion.datasets._decoding import Wanted
from skfashion.datasets._errors import DatasetError
from skfashion.datasets._files import SPECIAL, SUFFIXES
from skfashion.datasets._folder import read_folder
from skfashion.datasets._survey import survey_folder

AUTO = "auto"


def read_images(
    path,
    *,
    image_size: int | tuple[int, int] | str | None = None,
    color: bool | str = False,
    label_column: str | int | None = "auto",
    skip_unreadable: bool = False,
    max_pixels: int | None = None,
    max_value: int | None = None,
    callback: Callable[[int, int], object] | None = None,
):
    """Read images from a folder of image files, or from an .npy, .npz, CSV or IDX file.

    - Folder: PNG, JPEG, BMP, GIF, TIFF, WebP, PGM, PPM, TGA, ICO, JPEG 2000, AVIF and HEIC files, also in subfolders;
      AVIF needs Pillow 11.3, and HEIC ``pip install 'skfashion[heic]'``. Other files are counted, hidden ones ignored,
      and links to folders are counted, not followed.
      If every image is in one of several subfolders, these are the classes. Images are turned upright by their
      EXIF data, transparent pixels become white, 16 bits become 8 by `max_value`, and of several frames only the first
      is read. Reading takes up to 1 GB in addition to the result.
    - .npy: one array, (n_samples, n_features), (n_samples, height, width) or (n_samples, height, width, channels).
    - .npz: such an array, alone or named "data", "images" or "x", and labels named "target", "labels" or "y".
    - CSV (commas, semicolons or tabs, also .csv.gz; UTF-8): a line for each image, with or without a header and a
      column of labels; a first column without a name, pandas' index, is ignored. Cells may be quoted. Numbers between
      semicolons or tabs may have a decimal comma.
    - IDX (also .gz): the format of MNIST; labels are in the ``labels-idx1`` file in the folder of ``images-idx3``.

    No pickle is loaded.

    Parameters
    ----------
    path : str or path-like
        The folder or the file.
    image_size : int, (int, int), "auto" or None, default=None
        Size in pixels, of a square or as (height, width). Image files are resized to it, without keeping their
        proportions; arrays must have it. None takes image files of one size, and square images from flat rows. "auto"
        is None for files of one size of at most 128 pixels, else 64.
    color : bool or "auto", default=False
        Whether to read image files in RGB instead of grey. Flat rows are then taken as RGB, too; other arrays must be
        RGB. "auto" reads files in RGB if at least a tenth of 200 of them have colours.
    label_column : str, int or None, default="auto"
        Name or number (from 0) of the column of labels in a CSV file. None: there are no labels. "auto": a column with
        a usual name ("label", "class", "target", "y"), or the only one without numbers. Columns of row numbers ("id",
        "index", and the like) are no pixels, and one of names of files ("file", "filename") gives `filenames`.
    skip_unreadable : bool, default=False
        Whether to leave out image files that cannot be decoded instead of raising.
    max_pixels : int or None, default=None
        Largest number of pixels of an image file. None: 200 million, or as many as can be decoded in 1 GB: fewer for
        WebP, AVIF, HEIC and JPEG 2000 files. Files above a limit of your own may take more memory.
    max_value : int or None, default=None
        Value in files of 16 bits of grey that becomes 255, from 1 to 65535; larger ones become 255, too. None: the
        smallest of 255, 511, 1023, ..., 65535 that no file in the folder exceeds, 4095 for images of 12 bits. Pass the
        one of the training images to read new images in the same way.
    callback : callable or None, default=None
        Function ``callback(n_read, n_files)``, called now and then while a folder is read.

    Returns
    -------
    Bunch
        data : ndarray of shape (n_samples, n_features), uint8 for values that are integers from 0 to 255, else float32
        or float64; of an .npy file of one of these types a memory map, which cannot be written to;
        target : ndarray of shape (n_samples,) of ints, or None; if some labels are missing (NaN in an array, an empty
        text, "NA", "nan", "None" or "null"), of floats, with NaN in their rows; target_names : list of the names that
        the targets index, or None; image_shape : (height, width) or (height, width, channels), or None if it is
        unknown; filenames : list of names relative to the folder, or None; skipped : dict of
        reasons by the name of a file that was left out; passed_over : dict of the number of files in the folder that
        are no images, by suffix; several_frames : list of names of files with further frames, which were not read;
        max_value : int, or None without files of 16 bits; clipped : list of names of files with values above it;
        feature_names : list of the names of the columns of pixels in a CSV file, or None.

    Raises
    ------
    FileNotFoundError
        If there is nothing at `path`.
    DatasetError
        If the file or folder holds no such data, or if an image is damaged or of another size. A ValueError.

    Examples
    --------
    >>> import numpy as np, tempfile
    >>> from pathlib import Path
    >>> from skfashion import read_images
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.savez(Path(folder, "digits.npz"), images=np.zeros((5, 28, 28), np.uint8), labels=[3, 1, 4, 1, 5])
    ...     digits = read_images(Path(folder, "digits.npz"))
    >>> digits.data.shape, digits.image_shape, digits.target.tolist()
    ((5, 784), (28, 28), [3, 1, 4, 1, 5])
    """
    path = expanded(path)
    size = _check_size(image_size)
    if color not in (True, False, AUTO):
        raise ValueError(f"color={color!r} must be True, False or 'auto'.")
    _check_number("max_pixels", max_pixels)
    _check_number("max_value", max_value, 65535)
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist.")
    if path.is_dir():
        if AUTO in (size, color):
            survey = survey_folder(path, max_pixels=max_pixels)
            size = survey.size if size == AUTO else size
            color = survey.is_colored if color == AUTO else color
        wanted = Wanted(size, bool(color), max_pixels)
        files = read_folder(path, wanted, max_value=max_value, skip_unreadable=skip_unreadable, callback=callback)
        return _bunch_of_files(files)
    if is_special(path):  # reading a pipe or a device may never end
        raise DatasetError(path, f"is {SPECIAL}", "copy it into one")
    size, color = None if size == AUTO else size, color is not False and color != AUTO
    array, labels, files, names = _read_array(path, label_column)
    if array.dtype.kind == "f" and not all(np.isfinite(part).all() for part in blocks_of(array)):
        raise DatasetError(path, "contains NaN or infinity", "replace or drop those images")
    shape = _image_shape(path, array.shape[1:], size, color)
    return _bunch(_as_bytes(path, array), shape, labels, filenames=files, feature_names=names)


def _check_size(image_size):
    if image_size is None or (isinstance(image_size, str) and image_size == AUTO):
        return image_size
    size = tuple(image_size) if np.ndim(image_size) == 1 else (image_size, image_size)
    if len(size) != 2 or not all(is_count(n) for n in size):
        raise ValueError(
            f"image_size={image_size!r} must be 'auto', an integer of at least 1, or two such integers: "
            "(height, width)."
        )
    return int(size[0]), int(size[1])


def _check_number(name, value, most=None):
    if value is not None and not (is_count(value) and value <= (most or value)):
        limits = f"from 1 to {most}" if most else "of at least 1"
        raise ValueError(f"{name}={value!r} must be None or an integer {limits}.")


def _read_array(path, label_column):
    """Read the images, the labels and the names in a file; the form follows from its name."""
    name = path.name.lower()
    if name.endswith(".npy"):
        return Table(*read_npy(path))
    if name.endswith(".npz"):
        return Table(*read_npz(path))
    if name.endswith((".csv", ".csv.gz", ".tsv")):
        return read_csv(path, label_column)
    if "ubyte" in name or name.endswith((".idx", ".idx.gz")):
        return Table(*read_idx_pair(path))
    if name.endswith(SUFFIXES):
        raise DatasetError(path, "is a single image", f"give the folder that it is in, {path.parent}")
    raise DatasetError(path, "has an unknown form", "give a folder of image files, or .npy, .npz, .csv or IDX (-ubyte)")


def _as_bytes(path, array):
    """Turn whole numbers from 0 to 255 into bytes, and refuse numbers that single precision cannot hold."""
    if array.dtype == np.uint8:
        return array
    low, high = extremes(array)
    if max(-low, high) > float(np.finfo(np.float32).max):
        raise DatasetError(path, f"has values up to {max(-low, high):.2g}, beyond single precision", "scale them")
    if low >= 0 and high <= 255 and (array.dtype.kind in "biu" or _are_whole(array)):
        return array.astype(np.uint8)
    return array if array.dtype in (np.float32, np.float64) else array.astype(np.float64)


def _are_whole(array):
    return all(np.array_equal(part, np.rint(part)) for part in blocks_of(array))


def _image_shape(path, shape, size, color):
    """Find height, width and channels of the images: from the shape of the array, or of flat rows from the options."""
    if len(shape) > 3 or shape[2:] not in ((), (1,), (3,)):
        problem = f"holds images of shape {shape}"
        raise DatasetError(
            path, problem, "save them as (height, width), or (height, width, channels) with 1 or 3 of them"
        )
    if color and len(shape) > 1 and shape[2:] != (3,):
        raise DatasetError(path, f"holds grey images of {_words(shape)}", "leave color (--color) out")
    found = _flat_shape(shape[0], size, color) if len(shape) == 1 else shape[:2] if shape[2:] == (1,) else shape
    if size is not None and (found is None or found[:2] != size):
        had = f"images of {_words(shape)}" if len(shape) > 1 else f"rows of {shape[0]} values"
        way_out = "resize them, or give another image_size (--image-size)"
        raise DatasetError(path, f"holds {had}, not images of {_words(size)}", way_out)
    return found


def _words(shape):
    return "x".join(map(str, shape))


def _flat_shape(n_values, size, color):
    channels = 3 if color else 1
    if size is None:
        side = isqrt(n_values // channels)
        size = (side, side)
    return (*size, 3)[: 3 if color else 2] if prod(size) * channels == n_values else None


def _bunch_of_files(files):
    return _bunch(
        files.pixels,
        files.pixels.shape[1:],
        files.classes,
        filenames=files.names,
        skipped=files.skipped,
        passed_over=files.passed_over,
        several_frames=files.several_frames,
        max_value=files.max_value,
        clipped=files.clipped,
    )


def _bunch(images, image_shape, labels, **of_files):
    target, target_names = _encode(labels)
    without_files = dict[str, object](filenames=None, skipped={}, passed_over={})
    without_files |= {"several_frames": [], "max_value": None, "clipped": [], "feature_names": None}
    return Bunch(
        data=images.reshape(len(images), -1),
        target=target,
        target_names=target_names,
        image_shape=image_shape,
        **without_files | of_files,
    )


def _encode(labels):
    """Turn labels into integers, NaN for missing ones; return their names, too, unless they were integers before."""
    if labels is None:
        return None, None
    is_known, known = known_labels(labels)
    if not is_known.any():
        return None, None
    target, names = _encode_known(known.astype(str) if known.dtype == object else known)
    if is_known.all():
        return target, names
    if names is None and not np.array_equal(target, target.astype(float).astype(target.dtype)):
        target, names = _named(target)  # floats cannot hold these integers
    with_missing = np.full(len(is_known), np.nan)
    with_missing[is_known] = target
    return with_missing, names


def _encode_known(labels):
    whole = _whole(labels)
    if whole is not None:
        return whole, None
    return _named(labels)


def _named(labels):
    names, target = np.unique(labels, return_inverse=True)
    return target, [str(name) for name in names]


def _whole(labels):
    """Return labels as integers if they are integers, or text of integers that loses nothing; else None."""
    if labels.dtype.kind in "iub":
        return labels if labels.dtype.kind != "b" else labels.astype(np.int64)
    try:
        with np.errstate(invalid="ignore"):
            whole = labels.astype(np.int64)
    except (ValueError, OverflowError):
        return None
    again = whole.astype(str) if labels.dtype.kind == "U" else whole
    return whole if np.array_equal(again, labels) else None
