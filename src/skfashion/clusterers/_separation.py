"""Separation of the clusters of few rows, compared with rows without groups."""

import numpy as np
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import pdist, squareform
from sklearn.metrics import silhouette_score

from skfashion.clusterers._ward import cut

N_REFERENCES = 3  # sets of rows without groups


class Separation:
    """The mean silhouette of Ward's clusters, less that of rows without groups.

    Silhouettes alone rise with the number of clusters if there are few rows. Rows without groups come from a normal
    distribution with the covariance of the rows, similar to the reference of the gap statistic (R. Tibshirani,
    G. Walther and T. Hastie (2001), Estimating the number of clusters in a data set via the gap statistic, Journal of
    the Royal Statistical Society B 63).

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_features)
        Rows that differ. Memory grows with the square of their number.
    rng : numpy.random.RandomState
        Source of the rows without groups.
    """

    def __init__(self, rows, rng):
        self._own = _tree(rows)
        self._references = [_tree(_without_groups(rows, rng)) for _ in range(N_REFERENCES)]

    def __call__(self, n_clusters):
        """Return the separation of n_clusters clusters, from -2 to 2; there must be more rows."""
        references = [_silhouette(reference, n_clusters) for reference in self._references]
        return float(_silhouette(self._own, n_clusters) - np.mean(references))


def _without_groups(rows, rng):
    """Draw as many rows from a normal distribution with the same covariance."""
    return rng.normal(size=(len(rows), len(rows))) @ (rows - rows.mean(axis=0)) / np.sqrt(len(rows))


def _tree(rows):
    """Return the distances of the rows and the merges of Ward's method."""
    distances = pdist(rows)
    return squareform(distances), linkage(distances, "ward")


def _silhouette(tree, n_clusters):
    distances, merges = tree
    return silhouette_score(distances, cut(merges, n_clusters), metric="precomputed")
