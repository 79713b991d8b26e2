"""Rows that are equal, and one label for them."""

import hashlib
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning


def firsts_of_equal_rows(X):
    """Return for each row the position of the first row that is equal to it, shape (n_samples,)."""
    first: dict[bytes, int] = {}
    firsts = np.empty(len(X), np.intp)
    for i, row in enumerate(X):  # row + 0 makes 0 of -0
        firsts[i] = first.setdefault(hashlib.blake2b((row + 0).tobytes(), digest_size=16).digest(), i)
    return firsts


def unite_equal_rows(X, labels, n_clusters, name, noun="rows"):
    """Give equal rows the label of the first of them; warn if fewer clusters are left than were asked for.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        Rows.
    labels : ndarray of shape (n_samples,)
        Their clusters.
    n_clusters : int
        The number of clusters that was asked for.
    name : str
        Name of the estimator, for the warning.
    noun : str
        What rows are called in the warning.

    Returns
    -------
    ndarray of shape (n_samples,)
        Labels; those that no row has any more are missing.
    """
    firsts = firsts_of_equal_rows(X)
    united = labels[firsts]
    n_found, n_distinct = len(np.unique(united)), len(np.unique(firsts))
    if n_found < n_clusters:
        warnings.warn(
            f"{name} found {n_found} clusters instead of n_clusters={n_clusters}: X has {n_distinct} different {noun}.",
            ConvergenceWarning,
            stacklevel=4,  # fit, and its decorator, lie between
        )
    return united
