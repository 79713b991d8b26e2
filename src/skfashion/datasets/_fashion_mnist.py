"""Fashion-MNIST: 70,000 grey images of 28 x 28 pixels in 10 classes of clothing."""

import os
from functools import partial
from importlib.resources import files
from pathlib import Path

import numpy as np
from sklearn.datasets import get_data_home
from sklearn.utils import Bunch

from skfashion._utils.files import expanded
from skfashion._utils.special_files import check_regular
from skfashion.datasets._errors import DatasetError
from skfashion.datasets._idx import read_idx

TARGET_NAMES = [
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
]
N_PIXELS = 784

DEBIAN_FOLDER = Path("/usr/share/datasets/fashion-mnist")
ENVIRONMENT_VARIABLE = "SKFASHION_DATA"

MAX_RETRIES = 3  # of a failed download

_URL = "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/"
_SHA256 = {
    "train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    "train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    "t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    "t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
}
_PARTS = {"train": ("train",), "test": ("t10k",), "all": ("train", "t10k")}
_CSV_NAMES = {"train": "fashion-mnist_train.csv", "t10k": "fashion-mnist_test.csv"}
_GET_IT = (
    "install Debian's package dataset-fashion-mnist, or put the four files of "
    f"https://github.com/zalandoresearch/fashion-mnist into a folder and name it by data_home or {ENVIRONMENT_VARIABLE}"
)

_DESCR = """Fashion-MNIST

Zalando's article images: 60,000 for training and 10,000 for testing, each of 28 x 28 grey pixels from 0 (background) to
255, as a row of 784 bytes; 10 classes, 7,000 images each. Licence: MIT, copyright 2017 Zalando SE.

H. Xiao, K. Rasul and R. Vollgraf (2017), Fashion-MNIST: a novel image dataset for benchmarking machine learning
algorithms, arXiv:1708.07747."""


def fetch_fashion_mnist(*, subset="train", data_home=None, return_X_y=False, as_frame=False, download_if_missing=True):
    """Load Fashion-MNIST, and download it if it is not on this computer.

    The files are searched for in `data_home`, or in the folder of the environment variable ``SKFASHION_DATA``; then in
    the folder of Debian's package dataset-fashion-mnist; then in scikit-learn's data folder. A download goes to the
    first of these that you name, or to scikit-learn's folder. A folder may hold the four IDX files, gzipped or not, or
    the two CSV files (``fashion-mnist_train.csv``, ``fashion-mnist_test.csv``: label, then 784 pixels), which split
    the same images in another way. The two forms are never mixed.

    Parameters
    ----------
    subset : {"train", "test", "all"}, default="train"
        The 60,000 training images, the 10,000 test images, or the training images followed by the test images.
    data_home : str or path-like, default=None
        Folder of the files.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.
    as_frame : bool, default=False
        Whether data is a pandas DataFrame and target a Series.
    download_if_missing : bool, default=True
        Whether to download files that are not found.

    Returns
    -------
    Bunch
        data : ndarray of shape (n_samples, 784), uint8, rows in the order of the file;
        target : ndarray of shape (n_samples,), uint8;
        feature_names ("pixel1" to "pixel784"), target_names : lists of str;
        frame : DataFrame of both, or None; DESCR : str.
    (data, target) : tuple
        If ``return_X_y=True``.

    Raises
    ------
    DatasetError
        If a file is damaged, or missing and not to be downloaded. A ValueError.
    OSError
        If the download fails. No incomplete file is left.

    References
    ----------
    H. Xiao, K. Rasul and R. Vollgraf (2017), arXiv:1708.07747.

    Examples
    --------
    >>> from skfashion import fetch_fashion_mnist
    >>> X, y = fetch_fashion_mnist(subset="test", return_X_y=True)  # doctest: +SKIP
    >>> X.shape, X.dtype  # doctest: +SKIP
    ((10000, 784), dtype('uint8'))
    """
    if subset not in _PARTS:
        raise ValueError(f"subset={subset!r} must be 'train', 'test' or 'all'.")
    arrays = [read() for read in _find_readers(_PARTS[subset], data_home, download_if_missing)]
    X, y = (np.concatenate(parts) for parts in zip(*arrays, strict=True))
    return _bunch(X, y, return_X_y, as_frame)


def load_fashion_mnist_sample(*, return_X_y=False, as_frame=False):
    """Load the sample of Fashion-MNIST that comes with the package: 500 real training images of each class.

    Parameters
    ----------
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.
    as_frame : bool, default=False
        Whether data is a pandas DataFrame and target a Series.

    Returns
    -------
    Bunch
        As from `fetch_fashion_mnist`, with 5,000 rows.
    (data, target) : tuple
        If ``return_X_y=True``.

    Examples
    --------
    >>> from skfashion import load_fashion_mnist_sample
    >>> load_fashion_mnist_sample().data.shape
    (5000, 784)
    """
    with files("skfashion.datasets").joinpath("data/fashion_mnist_sample.npz").open("rb") as file:
        arrays = np.load(file, allow_pickle=False)
        X, y = arrays["data"], arrays["target"]
    return _bunch(X, y, return_X_y, as_frame)


def _find_readers(parts, data_home, download_if_missing):
    """Return a function for each part that reads it from the first folder that has all parts in one form."""
    named = data_home or os.environ.get(ENVIRONMENT_VARIABLE)
    places = [lambda: expanded(named)] if named else []
    for place in (*places, lambda: DEBIAN_FOLDER, _cache):
        folder = place()
        for readers in ([_idx_reader(part, folder) for part in parts], [_csv_reader(part, folder) for part in parts]):
            if all(readers):
                return readers
    folder = expanded(named) if named else _cache()
    if not download_if_missing:
        raise DatasetError(folder, "has no Fashion-MNIST", f"{_GET_IT}, or set download_if_missing=True")
    return [partial(_download_and_read, part, folder) for part in parts]


def _cache():
    return Path(get_data_home()) / "fashion-mnist"  # get_data_home makes the folder


def _idx_reader(part, folder):
    paths = _idx_paths(part, folder)
    return partial(_read_idx_pair, *paths) if paths else None


def _csv_reader(part, folder):
    path = folder / _CSV_NAMES[part]
    return partial(_read_csv, path) if path.exists() else None


def _download_and_read(part, folder):
    return _read_idx_pair(*[_download(name, folder) for name in _idx_names(part)])


def _idx_names(part):
    return f"{part}-images-idx3-ubyte.gz", f"{part}-labels-idx1-ubyte.gz"


def _idx_paths(part, folder):
    """Return the paths of images and labels, gzipped or not; None unless the folder has both."""
    pairs = [[path for path in (folder / name, folder / name[:-3]) if path.exists()] for name in _idx_names(part)]
    return [found[0] for found in pairs] if all(pairs) else None


def _read_idx_pair(images_path, labels_path):
    images, labels = read_idx(images_path), read_idx(labels_path)
    if images.shape[1:] != (28, 28):
        raise DatasetError(images_path, f"has shape {images.shape} where images of (28, 28) are expected")
    if labels.shape != images.shape[:1]:
        raise DatasetError(labels_path, f"has shape {labels.shape} but {images_path.name} has {len(images)} images")
    _check_labels(labels_path, labels)
    return images.reshape(len(images), N_PIXELS), labels


def _read_csv(path):
    try:
        check_regular(path)
        table = np.loadtxt(path, np.uint8, delimiter=",", skiprows=1, ndmin=2)
    except (OSError, ValueError, OverflowError) as error:
        raise DatasetError(path, f"cannot be read ({error})") from error
    if table.shape[1] != 1 + N_PIXELS:
        raise DatasetError(path, f"has {table.shape[1]} columns where a label and {N_PIXELS} pixels are expected")
    _check_labels(path, table[:, 0])
    return np.ascontiguousarray(table[:, 1:]), table[:, 0].copy()


def _check_labels(path, labels):
    if labels.max(initial=0) >= len(TARGET_NAMES):
        raise DatasetError(path, f"has the label {labels.max()} where 0 to {len(TARGET_NAMES) - 1} are expected")


def _download(name, folder):
    import pooch

    fetcher = pooch.create(path=folder, base_url=_URL, registry=_SHA256, retry_if_failed=MAX_RETRIES)
    try:
        return Path(fetcher.fetch(name, downloader=pooch.HTTPDownloader(progressbar=True, timeout=30)))
    except (OSError, ValueError) as error:  # errors of requests are OSErrors
        reason = type(error).__name__ if isinstance(error, OSError) else "the downloaded file has another SHA-256"
        raise OSError(
            f"{name} is not on this computer and could not be downloaded to {folder} ({reason}); {_GET_IT}."
        ) from error


def _bunch(X, y, return_X_y, as_frame):
    feature_names, frame = [f"pixel{i}" for i in range(1, N_PIXELS + 1)], None
    if as_frame:
        import pandas as pd

        X, y = pd.DataFrame(X, columns=feature_names), pd.Series(y, name="target")
        frame = pd.concat([X, y], axis=1)
    if return_X_y:
        return X, y
    return Bunch(
        data=X, target=y, frame=frame, feature_names=feature_names, target_names=list(TARGET_NAMES), DESCR=_DESCR
    )
