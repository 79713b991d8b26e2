"""Layouts of arrays in memory: the last bits of a product depend on them, and so do bitwise equal results.

An .npy file keeps the layout of contiguous arrays. Other arrays are contiguous after loading: slices, such as the
`components_` of scikit-learn's PCA.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

MAX_BYTES = 2**30  # of all arrays with gaps of a model together, gaps included


def layouts_of(estimator) -> list[dict[str, Any]]:
    """List the arrays with gaps, and the number of bytes from one value to the next along each axis.

    Arrays that would take more than the limit are left out; they will be contiguous.
    """
    layouts, left = [], MAX_BYTES
    for path, _, array in _arrays(estimator, []):
        if not (array.flags.c_contiguous or array.flags.f_contiguous) and min(array.strides) > 0:
            n_bytes = _n_bytes(array, array.strides)
            if n_bytes <= left:
                layouts.append({"path": path, "strides": list(array.strides)})
                left -= n_bytes
    return layouts


def restore_layouts(estimator, layouts: list[dict[str, Any]]) -> None:
    """Give the arrays of a loaded estimator their layouts. An impossible layout raises a ValueError."""
    strides = {tuple(layout["path"]): tuple(map(int, layout["strides"])) for layout in layouts}
    left = MAX_BYTES
    for path, holder, array in list(_arrays(estimator, [])):
        if tuple(path) in strides:
            holder[path[-1]], n_bytes = _laid_out(array, strides[tuple(path)], left)
            left -= n_bytes


def _laid_out(array, strides, limit):
    """Return a copy of an array with these strides, and its bytes; refuse more bytes than the limit."""
    if len(strides) != array.ndim or min(strides) <= 0:
        raise ValueError(f"an array of shape {array.shape} cannot have the strides {strides}")
    n_bytes = _n_bytes(array, strides)
    if n_bytes > limit:
        raise ValueError(f"an array of shape {array.shape} and strides {strides} takes {n_bytes:,} bytes")
    laid_out = np.ndarray(array.shape, array.dtype, np.empty(n_bytes, np.uint8), strides=strides)
    laid_out[...] = array
    return laid_out, n_bytes


def _n_bytes(array, strides):
    """Return the number of bytes from the first to the last value of an array with these strides."""
    return sum((n - 1) * stride for n, stride in zip(array.shape, strides, strict=True)) + array.itemsize


def _arrays(thing, path) -> Iterator[tuple[list, Any, np.ndarray]]:
    """Yield the path of each array, the dict or list that holds it, and the array."""
    holder = vars(thing) if _has_attributes(thing) else thing
    if not isinstance(holder, dict | list | tuple):
        return
    for key, value in holder.items() if isinstance(holder, dict) else enumerate(holder):
        if not isinstance(value, np.ndarray):
            yield from _arrays(value, [*path, key])
        elif value.dtype.kind in "biuf" and value.size and not isinstance(holder, tuple):
            yield [*path, key], holder, value


def _has_attributes(thing):
    """Return True for estimators, and for the objects of scikit-learn that hold estimators, such as calibrated ones."""
    is_of_scikit_learn = type(thing).__module__.startswith("sklearn.") and hasattr(thing, "__dict__")
    return isinstance(thing, BaseEstimator) or (is_of_scikit_learn and not isinstance(thing, dict))
