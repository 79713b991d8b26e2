"""Parameters and steps that several clusterers have in common."""

from numbers import Integral

import numpy as np
from sklearn.cluster import KMeans
from sklearn.utils._param_validation import HasMethods, Interval

from skfashion._utils.pipelines import seeded_clone

AT_LEAST_1 = [Interval(Integral, 1, None, closed="left")]
CLUSTERER = [HasMethods("fit_predict"), HasMethods(["fit", "predict"]), None]


def check_at_most_n_samples(n_samples, **numbers):
    """Refuse more clusters, or vectors, than there are rows."""
    for name, number in numbers.items():
        if number > n_samples:
            raise ValueError(f"{name}={number} must be <= n_samples={n_samples}; pass more rows or lower {name}.")


def check_at_most_n_distinct(n_clusters, n_samples, n_distinct):
    """Refuse more clusters than there are distinct rows: identical rows have one cluster."""
    if n_clusters > n_distinct:
        most = f"n_samples={n_samples}" if n_distinct == n_samples else f"the number of distinct rows, {n_distinct}"
        raise ValueError(f"n_clusters={n_clusters} must be <= {most}; pass more rows that differ, or lower n_clusters.")


def fit_clone(clusterer, X, rng):
    """Fit a seeded clone of a clusterer, or of k-means for None; return it and the labels, shape (n_samples,)."""
    clone = seeded_clone(KMeans(n_init=10) if clusterer is None else clusterer, rng)
    return clone, fit_labels(clone, X)


def fit_labels(clusterer, X):
    """Fit a clusterer; return the labels, shape (n_samples,)."""
    # mixtures have no `labels_`, and searches no `fit_predict`
    has_fit_predict = hasattr(clusterer, "fit_predict")
    return np.asarray(clusterer.fit_predict(X) if has_fit_predict else clusterer.fit(X).predict(X))
