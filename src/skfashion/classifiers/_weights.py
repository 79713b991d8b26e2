"""Weights of rows and of classes in the loss."""

import numpy as np
from sklearn.utils import compute_class_weight
from sklearn.utils.validation import _check_sample_weight

MIN_WEIGHT = 1e-30  # as a share of the mean; a batch of lighter rows would have a sum of 0 in single precision


def check_weights(sample_weight, X):
    """Return the weights of rows as an array; refuse negative ones, and zeros alone."""
    weights = _check_sample_weight(sample_weight, X, dtype=np.float64)
    if (weights < 0).any():
        raise ValueError(f"sample_weight has {weights.min():g} in row {weights.argmin()}; weights must be at least 0.")
    if not weights.any():
        raise ValueError("sample_weight is 0 in all rows; give at least one row a weight above 0.")
    return weights


def weights_of_classes(class_weight, classes, places, of_rows):
    """Return the weight of each class, or None for equal ones.

    Parameters
    ----------
    class_weight : dict, "balanced" or None
        As in scikit-learn: "balanced" gives all classes the same share of the total weight.
    classes : ndarray of shape (n_classes,)
        The classes.
    places : ndarray of shape (n_samples,), int
        The place of the class of each row in `classes`.
    of_rows : ndarray of shape (n_samples,) or None
        Weights of the rows.

    Returns
    -------
    ndarray of shape (n_classes,) or None
    """
    if class_weight is None:
        return None
    if class_weight == "balanced":
        totals = np.bincount(places, of_rows, minlength=len(classes))
        return np.divide(totals.sum(), np.sum(totals > 0) * totals, out=np.zeros(len(classes)), where=totals > 0)
    weights = compute_class_weight(class_weight, classes=classes, y=classes)
    if not np.isfinite(weights).all() or (weights < 0).any() or not weights[places].any():
        raise ValueError(f"class_weight={class_weight!r} must be finite, not negative, and not 0 for all rows.")
    return weights


def weighted(X, places, of_rows, of_classes):
    """Combine the weights, with a mean of 1; leave out the rows of weight 0.

    Returns
    -------
    X, places, weights
        Weights are None if all are equal.
    """
    if of_rows is None and of_classes is None:
        return X, places, None
    weights = np.ones(len(places)) if of_rows is None else of_rows
    weights = weights if of_classes is None else weights * of_classes[places]
    is_kept = weights > MIN_WEIGHT * weights.max()
    if not is_kept.any():
        raise ValueError("sample_weight and class_weight leave no row with a weight above 0.")
    if not is_kept.all():
        X, places, weights = X[is_kept], places[is_kept], weights[is_kept]
    return X, places, (weights / weights.mean()).astype(np.float32)
