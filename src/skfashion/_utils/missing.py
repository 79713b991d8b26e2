"""Labels of which some are missing: None, NaN, NaT, pandas' NA and polars' null."""

import sys

import numpy as np
from sklearn.utils import column_or_1d

_MAX_EXACT = 2**53  # floats tell whole numbers apart up to here


def known_labels(labels, name="labels"):
    """Find the rows that have a label, and their labels.

    Empty text is a label like any other: only a reader of files knows that an empty cell has no label.

    Parameters
    ----------
    labels : array-like of shape (n_samples,)
        An array, a list, or a column of pandas or polars.
    name : str, default="labels"
        Name of the labels in an error.

    Returns
    -------
    is_known : ndarray of shape (n_samples,) of bool
        False where the label is missing.
    known : ndarray of shape (n_known,)
        The labels that are there. Floats that are whole numbers become integers: missing ones had made them floats.

    Raises
    ------
    ValueError
        If the labels are not of one type.

    Examples
    --------
    >>> from skfashion._utils.missing import known_labels
    >>> is_known, known = known_labels([3, None, 5])
    >>> is_known.tolist(), known.tolist()
    ([True, False, True], [3, 5])
    """
    is_list = isinstance(labels, list | tuple)  # numpy would make the text "nan" of a NaN among texts
    labels = column_or_1d(np.asarray(labels, object) if is_list else np.asarray(labels))
    is_known = ~_is_missing(labels)
    known = labels[is_known]
    if labels.dtype == object:
        known = _of_one_type(known, name)
    if known.dtype.kind == "f" and _are_whole(known):
        known = known.astype(np.int64)
    return is_known, known


def labels_or_none(labels, name="labels"):
    """Return labels as an array of their own type; if some are missing, as an array of objects with None there."""
    is_known, known = known_labels(labels, name)
    if is_known.all():
        return known
    found = np.full(len(is_known), None)
    found[is_known] = known
    return found


def known_texts(labels, n_rows):
    """Return an array of texts, empty where a label is missing; None stands for no labels at all."""
    texts = np.full(n_rows, "", object)
    if labels is not None:
        is_known, known = known_labels(labels)
        if len(is_known) != n_rows:
            raise ValueError(f"labels has {len(is_known)} entries but there are {n_rows} rows; pass one for each row.")
        texts[is_known] = known
    return texts


def require_labels(is_known, name) -> None:
    """Refuse rows of which no one has a label."""
    if not is_known.any():
        raise ValueError(f"{name} has no label: all {len(is_known):,} are missing; pass at least one, or no labels.")


def refuse_missing(is_known, name, way_out) -> None:
    """Refuse rows of which one has no label."""
    if not is_known.all():
        n_missing, first = int((~is_known).sum()), int(np.argmin(is_known))
        raise ValueError(
            f"{name} is missing in {n_missing:,} of {len(is_known):,} rows, the first of them row {first}; {way_out}."
        )


def _is_missing(labels):
    if labels.dtype.kind in "fc":
        return np.isnan(labels)
    if labels.dtype.kind in "mM":
        return np.isnat(labels)
    if labels.dtype != object:
        return np.zeros(len(labels), bool)
    na = getattr(sys.modules.get("pandas"), "NA", None)  # it answers no comparison
    return np.array([value is None or value is na or value != value for value in labels.tolist()], bool)


def _of_one_type(known, name):
    """Turn an array of objects into one of their own type; refuse text among numbers, and collections."""
    values = known.tolist()
    for value in values:
        if hasattr(value, "__len__") and not isinstance(value, str | bytes):  # numpy would take its elements
            raise ValueError(f"{name} has {value!r:.50}, which is no label; pass one label for each row.")
    texts = sum(isinstance(value, str) for value in values)
    if texts not in (0, len(values)):
        number = next(value for value in values if not isinstance(value, str))
        raise ValueError(f"{name} has both texts and others, such as {number!r}; pass labels of one type.")
    return known if texts else np.asarray(values)


def _are_whole(values):
    values = values.astype(np.result_type(values, np.float64), copy=False)  # half precision has no number so large
    return bool(np.all((np.abs(values) <= _MAX_EXACT) & (values == np.floor(values))))
