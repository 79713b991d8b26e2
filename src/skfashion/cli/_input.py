"""Images from where the user says, else Fashion-MNIST."""

import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

from skfashion.cli._errors import InputError
from skfashion.cli._output import note
from skfashion.datasets import DatasetError, fetch_fashion_mnist, load_fashion_mnist_sample


class Images(NamedTuple):
    """Rows of pixels and, where they are known, their classes."""

    name: str
    X: np.ndarray  # (n_samples, n_features)
    y: np.ndarray | None  # (n_samples,)


def fashion_mnist(*, sample: bool) -> Images:
    """Fashion-MNIST's training images, or the bundled sample of them: on request, or if they cannot be had."""
    if not sample:
        try:
            return Images("Fashion-MNIST, training images", *fetch_fashion_mnist(return_X_y=True))
        except DatasetError as error:
            raise InputError(str(error)) from error
        except OSError as error:
            note(f"Using the bundled sample of 5,000 images: {error}")
    return Images("Fashion-MNIST, bundled sample", *load_fashion_mnist_sample(return_X_y=True))


def read_npy(path: Path) -> Images:
    """The array in an .npy file, one image a row: any shape (n_samples, ...), numbers, all finite."""
    try:
        with path.open("rb") as file:
            array = np.load(file, allow_pickle=False)
    except FileNotFoundError as error:
        raise InputError(f"{path} does not exist") from error
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(f"{path} is not a readable .npy file of numbers: {error}") from error
    if not isinstance(array, np.ndarray) or array.ndim < 2 or array.dtype.kind not in "biuf" or array.size == 0:
        found = f"{array.dtype} of shape {array.shape}" if isinstance(array, np.ndarray) else "several arrays"
        raise InputError(f"{path} holds {found}; save one array of numbers of shape (n_images, ...)")
    if not np.isfinite(array).all():
        raise InputError(f"{path} contains NaN or infinity; replace or drop those images")
    return Images(str(path), array.reshape(len(array), -1), None)
