"""Checks of X by scikit-learn, with words for images that are no rows yet."""

from typing import Any

import numpy as np
from sklearn.utils import check_array as _check_array
from sklearn.utils.validation import validate_data as _validate_data


def validate_data(estimator, X: Any = "no_validation", *args, **options):
    """Validate X as scikit-learn's `validate_data` does; refuse stacks of images with the way to rows."""
    refuse_images(X, estimator)
    return _validate_data(estimator, X, *args, **options)


def check_array(X, *, estimator, **options):
    """Validate X as scikit-learn's `check_array` does; refuse stacks of images with the way to rows."""
    refuse_images(X, estimator)
    return _check_array(X, estimator=estimator, **options)


def refuse_images(X, estimator) -> None:
    """Refuse an array of images, (n, height, width) or (n, height, width, channels), with the way to rows of pixels."""
    shape = _shape(X)
    if len(shape) not in (3, 4):
        return
    way_out = "pass X.reshape(len(X), -1)"
    if hasattr(estimator, "image_shape"):
        way_out += f", and image_shape={tuple(shape[1:])} to {type(estimator).__name__}(...)"
    raise ValueError(
        f"X has the shape {tuple(shape)}, but {type(estimator).__name__} takes each image as a row of pixels, "
        f"(n_samples, n_features); {way_out}."
    )


def _shape(X):
    shape = getattr(X, "shape", None)
    if isinstance(shape, tuple):
        return shape
    try:
        return np.shape(X) if isinstance(X, list | tuple) else ()
    except ValueError:  # lists of unequal lengths, which scikit-learn refuses
        return ()
