"""Clusters of the rows of one cluster."""

from typing import NamedTuple

import numpy as np
from sklearn.base import clone
from sklearn.cluster import KMeans

from skfashion._utils.pipelines import NOISE, clusters_of, n_clusters_parameter
from skfashion.labelling._decisions import DecisionError


class Parts(NamedTuple):
    """Parts of a cluster.

    Attributes
    ----------
    labels : ndarray of shape (n_samples,) of int
        Part of each row, from 0; -1 for noise.
    confidence : ndarray of shape (n_samples,) or None
        Confidence in the part of each row, if the clusterer has it.
    clusterer : estimator
        The clusterer that was fitted.
    """

    labels: np.ndarray
    confidence: np.ndarray | None
    clusterer: object


def split_rows(Z, clusterer, n_clusters: int = 2) -> Parts:
    """Cluster the rows of one cluster; if the clusterer cannot split them, k-means makes two parts.

    Parameters
    ----------
    Z : ndarray of shape (n_samples, n_components)
        Codes of the rows.
    clusterer : estimator
        Clusterer; it stays as it is.
    n_clusters : int, default=2
        Number of parts, for clusterers that take a number.

    Returns
    -------
    Parts
        Part of each row, and the clusterer.

    Raises
    ------
    DecisionError
        If all rows are equal.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.cluster import KMeans
    >>> from skfashion.labelling import split_rows
    >>> parts = split_rows(np.array([[0.0], [0.1], [5.0]]), KMeans(8, random_state=0))
    >>> bool(parts.labels[0] == parts.labels[1] != parts.labels[2])
    True
    """
    if (Z[0] == Z).all():
        raise DecisionError(f"a cluster to split has {len(Z)} images with equal codes")
    clusterer = clone(clusterer)
    if (parameter := n_clusters_parameter(clusterer)) is not None:
        clusterer.set_params(**{parameter: n_clusters})
    try:
        parts = clusterer.fit_predict(Z)
    except ValueError:  # too few rows, for example
        parts = np.full(len(Z), NOISE)
    if len(clusters_of(parts)) < 2:
        clusterer = KMeans(2, n_init=10, random_state=0)
        parts = clusterer.fit_predict(Z)
    names, labels = np.unique(parts, return_inverse=True)
    return Parts(labels - np.sum(names == NOISE), getattr(clusterer, "confidence_", None), clusterer)


def with_parts(clusters, rows, parts) -> np.ndarray:
    """Return the clusters after a split: the parts get numbers that no cluster has.

    Parameters
    ----------
    clusters : ndarray of shape (n_samples,) of int
        Cluster of each row.
    rows : ndarray of int
        Rows that were split.
    parts : ndarray of int
        Part of each of these rows, from 0; -1 for noise.

    Returns
    -------
    ndarray of shape (n_samples,) of int
        Cluster of each row after the split.

    Examples
    --------
    >>> import numpy as np
    >>> from skfashion.labelling import with_parts
    >>> with_parts(np.array([0, 1, 1, 1]), np.array([1, 2, 3]), np.array([0, 1, -1]))
    array([ 0,  2,  3, -1])
    """
    clusters = np.array(clusters)
    clusters[rows] = np.where(parts == NOISE, NOISE, parts + clusters.max() + 1)
    return clusters
