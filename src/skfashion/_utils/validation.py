"""Checks of X and of parameters by scikit-learn, and what it lets pass: arrays of images, and booleans as numbers."""

from contextlib import contextmanager
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.utils import check_array as _check_array
from sklearn.utils._param_validation import Interval, InvalidParameterError
from sklearn.utils.validation import validate_data as _validate_data

from skfashion._utils.blocks import extremes

MAX_JOBS = 4096  # more threads than a processor has
N_JOBS = [Interval(Integral, -MAX_JOBS, MAX_JOBS, closed="both"), None]  # the constraint of a parameter `n_jobs`


def validate_data(estimator, X: Any = "no_validation", *args, **options):
    """Validate X as scikit-learn's `validate_data` does; refuse stacks of images with the way to rows."""
    refuse_images(X, estimator)
    return _validate_data(estimator, X, *args, **options)


def check_array(X, *, estimator, **options):
    """Validate X as scikit-learn's `check_array` does; refuse stacks of images with the way to rows."""
    refuse_images(X, estimator)
    return _check_array(X, estimator=estimator, **options)


def check_squares(X):
    """Refuse rows with squared distances that overflow, or that are too small to be told apart."""
    limits, (low, high) = np.finfo(X.dtype), extremes(X)
    largest = max(high, -low)
    if largest and not 1e3 * np.sqrt(limits.tiny) < largest < np.sqrt(limits.max / X.shape[1]) / 2:
        raise ValueError(
            f"X has values up to {largest:.2g}, and {X.dtype} cannot hold the squares of their distances; scale X, for "
            "example to [0, 1]."
        )


def validate_params(estimator) -> None:
    """Validate the parameters as scikit-learn does; refuse booleans as numbers and classes as functions.

    scikit-learn takes True for 1, since it is an integer of Python: ``n_clusters=True`` would be one cluster, and
    ``rescale=True`` a division by 1. It takes a class for a function, since it can be called.

    Raises
    ------
    InvalidParameterError
        If a parameter is invalid.
    """
    estimator._validate_params()
    constraints = getattr(estimator, "_parameter_constraints", {})  # a subclass may validate by its own method
    for name, value in estimator.get_params(deep=False).items():
        kinds = constraints.get(name, "no_validation")
        if isinstance(value, bool) and kinds != "no_validation" and not {"boolean", "verbose"} & set(map(str, kinds)):
            raise InvalidParameterError(f"{name}={value} of {type(estimator).__name__} is a boolean; pass a number.")
        if isinstance(value, type) and callable in kinds:
            raise InvalidParameterError(f"{name} of {type(estimator).__name__} is a class; pass a function.")


@contextmanager
def images_refused(X, caller):
    """Say the way to rows where scikit-learn says that X has too many dimensions.

    For work by estimators of any kind, since some take arrays of images: a Pipeline that begins with a reshape.
    """
    try:
        yield
    except ValueError as error:
        if "array with dim" in str(error):
            refuse_images(X, caller)
        raise


def refuse_images(X, estimator) -> None:
    """Refuse an array of images, (n, height, width) or (n, height, width, channels), with the way to rows of pixels.

    `estimator` may be the name of a function.
    """
    shape = _shape(X)
    if len(shape) not in (3, 4):
        return
    name = estimator if isinstance(estimator, str) else type(estimator).__name__
    way_out = "pass X.reshape(len(X), -1)"
    if hasattr(estimator, "image_shape"):
        way_out += f", and image_shape={tuple(shape[1:])} to {name}(...)"
    raise ValueError(
        f"X has the shape {tuple(shape)}, but {name} takes each image as a row of pixels, "
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
