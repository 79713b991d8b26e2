"""Saved models, and images in the size, the colours and the range that a model takes."""

from pathlib import Path

import numpy as np

from skfashion.cli._input import Expected, Images, read_input
from skfashion.cli._output import InputError
from skfashion.persistence import ModelFileError, load, read_manifest


def load_model(path: Path):
    """Load a model, and its metadata."""
    try:
        return load(path), read_manifest(path)["metadata"]
    except (ModelFileError, OSError) as error:
        text = f"{path}: {error.strerror}" if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(" ".join(text.split())) from error


def expected_by(model, metadata, path: Path) -> Expected:
    """Read the description of the images that a model takes; refuse one that does not fit the model."""
    try:
        expected = Expected.of(metadata)
    except ValueError as error:
        raise InputError(f"{path}: {error}; cluster again and take the new model") from error
    n_said = expected.n_given or expected.n_features
    n_taken = getattr(model, "n_features_in_", n_said)
    if n_said not in (None, n_taken):
        raise InputError(f"{path} is for rows of {n_taken} values, but describes its images as rows of {n_said}")
    return expected


def read_expected(path: Path, expected: Expected, *, of_run: bool = False, **reading) -> Images:
    """Read images as those that a model was trained on; `of_run` means that these are the same ones."""
    shape = expected.shape
    size, color = (shape[:2], len(shape) == 3) if shape else (None, False)
    size = size if of_run or path.is_dir() else None
    images = read_input(path, image_size=size, color=color, max_value=expected.max_value, **reading)
    is_other_shape = shape and images.image_shape and tuple(images.image_shape) != shape
    if is_other_shape or images.X.shape[1] != (expected.n_features or images.X.shape[1]):
        raise InputError(f"{path} holds images of {images.pixels}, but the model takes {expected.pixels}")
    _check_order(path, images.feature_names or [], expected.feature_names or [])
    if not images.are_files and expected.n_given is None:
        _check_scale(path, images, expected)
    return images


def _check_order(path, names, trained):
    """Refuse columns of pixels in another order than in the file that the model was trained on."""
    places = {name: place for place, name in enumerate(trained)}
    known = [places[name] for name in names if name in places]  # pixel0, ... and pixel1, ... have one order
    if names != trained and known != sorted(known):
        raise InputError(
            f"{path} has its columns in another order than the images that the model was trained on; "
            f"the first ones were {', '.join(trained[:3])}"
        )


def _check_scale(path, images: Images, expected: Expected):
    """Refuse values on another scale: a model of bytes would label fractions, and all of them wrong."""
    if expected.range is None:
        return
    (low, high), (trained_low, trained_high) = images.range, expected.range
    width = trained_high - trained_low
    if expected.scale == "bytes":
        is_other = images.X.dtype != np.uint8
    else:
        is_other = low < trained_low - width or high > trained_high + width or high <= 1 < trained_high
    if is_other:
        trained = f"values from {trained_low:g} to {trained_high:g}"
        raise InputError(
            f"{path} holds values from {low:g} to {high:g}, but the model was trained on {trained}; "
            "bring them to the same scale"
        )
