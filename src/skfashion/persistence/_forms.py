"""Forms of the attributes of a fitted estimator: counts, numbers, arrays, other estimators.

A form is a function of a value, of the sizes that are known of the estimator, and of the estimator. It raises a
ValueError that completes a sentence: "labels_ of Ward ...". A size has a name, and the first value that has it sets it.
"""

from collections.abc import Callable
from numbers import Real
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from skfashion._utils.checks import is_count

NETWORK = "skfashion.engine.fitted.FittedNetwork"  # by name: an import would be one of Keras
MAX_COUNT = 2**31  # of rows, features, clusters
Form = Callable[[Any, dict[str, int], Any], None]


def text(value, *_):
    """Refuse what is no text."""
    require(isinstance(value, str), "must be a text")


def count(size: str | None = None, low: int = 1) -> Form:
    """Make the form of an integer; the size has its value."""

    def check(value, sizes, _):
        require(is_count(value, low) and value < MAX_COUNT, f"must be an integer from {low}")
        if size is not None:
            _require_size(value, size, sizes)

    return check


def below(size: str) -> Form:
    """Make the form of an integer from 0 that is less than a size."""
    return lambda value, sizes, _: require(
        is_count(value, 0) and value < sizes[size], f"must be an integer in range({sizes[size]})"
    )


def number(value, *_):
    """Refuse what is no finite number."""
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    require(is_number and abs(value) < np.inf, "must be a finite number")  # NaN is not below it


def flag(value, *_):
    """Refuse what is no boolean."""
    require(isinstance(value, bool | np.bool_), "must be a boolean")


def floats(*shape, low=-np.inf, is_finite=True) -> Form:
    """Make the form of an array of floating numbers; its shape is of numbers, names of sizes, and None for any."""

    def check(value, sizes, _):
        _require_array(value, "f", shape, sizes)
        values = value.data if issparse(value) else value  # coefficients can be sparse
        require(values.dtype.itemsize >= 4, "must have single or double precision")  # float16 overflows
        require(not is_finite or bool(np.isfinite(values).all()), "must have finite numbers only")
        require(not values.size or not values.min() < low, f"must have no number below {low:g}")

    return check


def integers(*shape, low=0, below=None) -> Form:
    """Make the form of an array of integers from `low` that are less than a size."""

    def check(value, sizes, _):
        _require_array(value, "iu", shape, sizes)
        high = MAX_COUNT if below is None else sizes[below]
        require(not value.size or (value.min() >= low and value.max() < high), f"must be from {low} to {high - 1}")

    return check


def booleans(*shape) -> Form:
    """Make the form of an array of booleans."""
    return lambda value, sizes, _: _require_array(value, "b", shape, sizes)


def entries(*shape) -> Form:
    """Make the form of an array of anything, such as the names of classes."""
    return lambda value, sizes, _: _require_array(value, "OSUTbiuf", shape, sizes)


def listed(form: Form, size: str | None = None, kind: type = list, low: int = 0) -> Form:
    """Make the form of a list, or a tuple, with entries of one form."""

    def check(value, sizes, owner):
        require(isinstance(value, kind), f"must be a {kind.__name__}")
        require(len(value) >= low, f"must have {low} entries or more")
        if size is not None:
            _require_size(len(value), size, sizes)
        for entry in value:
            form(entry, sizes, owner)

    return check


def mapping(keys: Form, values: Form) -> Form:
    """Make the form of a dict."""

    def check(value, sizes, owner):
        require(isinstance(value, dict), "must be a dict")
        for key, entry in value.items():
            keys(key, sizes, owner)
            values(entry, sizes, owner)

    return check


def optional(form: Form) -> Form:
    """Make the form of a value that may be None."""
    return lambda value, sizes, owner: None if value is None else form(value, sizes, owner)


def fitted(*methods: str, kind: str | None = None, **attributes: str) -> Form:
    """Make the form of a fitted estimator: its methods, the name of its class, and attributes that are sizes."""

    def check(value, sizes, _):
        wanted = "estimator" if kind is None else kind
        require(isinstance(value, BaseEstimator), f"must be a fitted {wanted}")
        require(kind in (None, type(value).__name__), f"must be a fitted {wanted}, not {type(value).__name__}")
        for method in methods:
            require(callable(getattr(value, method, None)), f"must have the method {method}")
        require(is_fitted(value), f"must be a fitted {wanted}")
        for attribute, size in attributes.items():
            if kind is not None or hasattr(value, attribute):  # not all estimators have them
                _require_size(getattr(value, attribute, None), size, sizes)

    return check


def is_fitted(estimator) -> bool:
    """Return True for a fitted estimator, and for one that needs no fit."""
    try:
        check_is_fitted(estimator)
    except (NotFittedError, TypeError):
        return False
    return True


def network(*size_names: str | None) -> Form:
    """Make the form of a network that an estimator of the same class as its own has built, for data of these sizes."""

    def check(value, sizes, owner):
        kind = type(value)
        require(f"{kind.__module__}.{kind.__qualname__}" == NETWORK, "must be a network")
        require(type(value.blueprint) is type(owner), f"must be built by a {type(owner).__name__}")
        require(len(value.sizes) == len(size_names), f"must have {len(size_names)} sizes")
        for n, size in zip(value.sizes, size_names, strict=True):
            if size is not None:
                _require_size(n, size, sizes)

    return check


def require(is_right: bool, problem: str) -> None:
    """Raise a ValueError if something is not right."""
    if not is_right:
        raise ValueError(problem)


def _require_size(n, size, sizes):
    require(sizes.setdefault(size, n) == n, f"has {n!r:.50} for {size}, which is {sizes[size]!r:.50}")


def _require_array(value, kinds, shape, sizes):
    name = {"f": "an array of floating numbers", "iu": "an array of integers", "b": "an array of booleans"}
    is_array = isinstance(value, np.ndarray) or (issparse(value) and kinds == "f")
    require(is_array and value.dtype.kind in kinds, f"must be {name.get(kinds, 'an array')}")
    require(value.ndim == len(shape), f"must have {len(shape)} dimensions, not {value.ndim}")
    wanted = tuple(
        sizes.setdefault(size, n) if isinstance(size, str) else n if size is None else size
        for n, size in zip(value.shape, shape, strict=True)
    )
    require(value.shape == wanted, f"must have the shape {wanted}, not {value.shape}")
