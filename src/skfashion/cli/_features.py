"""Features of images that were made elsewhere, in an .npy file."""

from pathlib import Path

import numpy as np

from skfashion._utils.blocks import blocks_of
from skfashion._utils.pipelines import image_shape_parameters
from skfashion._utils.special_files import check_regular
from skfashion.cli._input import Expected, Images
from skfashion.cli._output import InputError, counted
from skfashion.plugins import get_plugin
from skfashion.plugins.registry import takes_images

NUMBERS = "biuf"  # kinds of dtypes


def with_features(images: Images, path: Path | None) -> Images:
    """Return the images with the features in a file, one row for each image in the order of the file names.

    Raises
    ------
    InputError
        If the file holds no such features.
    """
    if path is None:
        return images
    features = _read(path)
    if len(features) != len(images.X):
        raise InputError(
            f"--features {path} has {counted(len(features), 'row')} for {counted(len(images.X), 'image')}; "
            "give one row for each image, in the order of the file names"
        )
    return images._replace(features=features)


def feature_facts(images: Images, path: Path | None) -> dict[str, str]:
    """Return a line for the report."""
    return {} if images.features is None else {"Features": f"{path}: {images.features.shape[1]:,} for each image"}


def check_takes_features(reducer: str, clusterer: str) -> None:
    """Refuse plugins that take the images themselves."""
    is_of_images = {
        reducer: bool(image_shape_parameters(get_plugin("reducer", reducer).estimator())),
        clusterer: takes_images(clusterer),
    }
    for name, is_refused in is_of_images.items():
        if is_refused:
            raise InputError(f"{name} takes the images themselves; leave out --features, or choose another")


def check_expected(images: Images, expected: Expected, model: Path) -> None:
    """Refuse features for a model of images, images without features for a model of features, and other features."""
    if images.features is None and expected.n_given is not None:
        raise InputError(
            f"{model} was trained on {expected.n_given:,} features for each image, made elsewhere; give those of the "
            "new images with --features FILE"
        )
    if images.features is None:
        return
    if expected.n_given is None:
        raise InputError(f"{model} takes the images themselves; leave out --features")
    if images.features.shape[1] != expected.n_given:
        raise InputError(
            f"--features has {images.features.shape[1]:,} columns, but {model} takes {expected.n_given:,} features"
        )


def _read(path):
    """Read an .npy file without pickles: a matrix of finite numbers; return float32."""
    try:
        check_regular(path)
        features = np.load(path, mmap_mode="r", allow_pickle=False)
    except OSError as error:
        raise InputError(f"--features {path}: {error.strerror or error}") from error
    except (ValueError, EOFError) as error:
        raise InputError(f"--features {path} is no .npy file of numbers; write it with numpy.save") from error
    if not isinstance(features, np.ndarray):
        raise InputError(f"--features {path} holds several arrays; save one with numpy.save, as .npy")
    if features.ndim != 2 or features.dtype.kind not in NUMBERS or not features.size:
        raise InputError(
            f"--features {path} has an array of shape {features.shape} and type {features.dtype}; save a matrix of "
            "numbers, with one row for each image"
        )
    with np.errstate(over="ignore"):  # numbers that are too large become infinite
        features = features.astype(np.float32, copy=False)
    is_finite = np.concatenate([np.isfinite(block).all(axis=1) for block in blocks_of(features)])
    if not is_finite.all():
        raise InputError(f"--features {path} has NaN or infinity in row {int(is_finite.argmin())}")
    return features
