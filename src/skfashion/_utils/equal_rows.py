"""One label for rows that are equal."""

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning


def unite_equal_rows(X, labels, n_clusters, name):
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

    Returns
    -------
    ndarray of shape (n_samples,)
        Labels; those that no row has any more are missing.
    """
    firsts: dict[bytes, int] = {}
    places = np.array([firsts.setdefault(row.tobytes(), i) for i, row in enumerate(X)])
    united = labels[places]
    n_found = len(np.unique(united))
    if n_found < n_clusters:
        warnings.warn(
            f"{name} found {n_found} clusters instead of n_clusters={n_clusters}: X has {len(firsts)} different rows.",
            ConvergenceWarning,
            stacklevel=3,
        )
    return united
