"""Orders for a person who decides: clusters by worth, images by typicality or doubt, similar clusters to merge."""

import numpy as np
from sklearn.neighbors import NearestNeighbors

UNKNOWN = 0.5  # doubt about an image of which nothing is known


def doubts_of(n_samples, *, confidence=None, margins=None) -> np.ndarray:
    """Return the doubt about the cluster of each image, from 0 to 1.

    Parameters
    ----------
    n_samples : int
        Number of images.
    confidence : array-like of shape (n_samples,) or None, default=None
        Confidence in the cluster of each, from 0 to 1. The doubt is the rest to 1.
    margins : array-like of shape (n_samples,) or None, default=None
        Margins of `skfashion.inspection.Centres.compare`, used where there is no confidence: the doubt is 0 at the
        mean of the own cluster, 1/2 half-way to the next one, and more beyond.

    Returns
    -------
    ndarray of shape (n_samples,)
        1 for images without a known value, such as noise; 1/2 for all if neither is given.

    Examples
    --------
    >>> from skfashion.labelling import doubts_of
    >>> doubts_of(3, confidence=[1, 0.75, float("nan")])
    array([0.  , 0.25, 1.  ])
    """
    if confidence is not None:
        doubts = 1 - np.asarray(confidence, dtype=np.float64)
    elif margins is not None:
        doubts = (1 - np.asarray(margins, dtype=np.float64)) / 2
    else:
        return np.full(n_samples, UNKNOWN)
    return np.clip(np.nan_to_num(doubts, nan=1.0), 0, 1)


def cluster_worth(labels, doubts, *, named=()) -> tuple[np.ndarray, np.ndarray]:
    """Return the worth of the next decision on each cluster: the number of images that it may be expected to settle.

    The worth is size times doubt, the doubt that the decision removes. Nobody knows the label of a cluster without a
    name: a name settles its images except for the doubt about each. In a cluster with a name, this doubt is left.

    Parameters
    ----------
    labels : array-like of shape (n_samples,)
        Cluster of each image.
    doubts : array-like of shape (n_samples,)
        Doubt about each, as `doubts_of` returns it.
    named : collection of int, default=()
        Clusters that have a name.

    Returns
    -------
    clusters : ndarray of shape (n_clusters,)
        Clusters in ascending order.
    worths : ndarray of shape (n_clusters,)
        Worth of a decision on each, from 0 to its size.

    Examples
    --------
    >>> from skfashion.labelling import cluster_worth
    >>> clusters, worths = cluster_worth([0, 0, 0, 0, 1, 1], [0.5, 0.5, 0.5, 0.5, 0, 0], named=[1])
    >>> worths
    array([2., 0.])
    """
    clusters, places = np.unique(labels, return_inverse=True)
    in_doubt = np.bincount(places, weights=doubts)
    sizes = np.bincount(places)
    return clusters, np.where(np.isin(clusters, list(named)), in_doubt, sizes - in_doubt)


def order_by_typicality(labels, distances) -> np.ndarray:
    """Return the rows cluster by cluster, the most typical image of each first.

    Parameters
    ----------
    labels : array-like of shape (n_samples,)
        Cluster of each image.
    distances : array-like of shape (n_samples,)
        Distance of each to its cluster; images without one come last.

    Returns
    -------
    ndarray of shape (n_samples,)
        Positions of the rows.

    Examples
    --------
    >>> from skfashion.labelling import order_by_typicality
    >>> order_by_typicality([1, 0, 0, 1], [0.5, 2, 1, 0.1])
    array([2, 1, 3, 0])
    """
    return np.lexsort((distances, labels))  # NaN is the last


def order_by_doubt(labels, doubts, distances=None) -> np.ndarray:
    """Return the rows cluster by cluster, the most doubtful image of each first.

    Parameters
    ----------
    labels : array-like of shape (n_samples,)
        Cluster of each image.
    doubts : array-like of shape (n_samples,)
        Doubt about each.
    distances : array-like of shape (n_samples,) or None, default=None
        Distance of each to its cluster. Among images in equal doubt, the farthest come first.

    Returns
    -------
    ndarray of shape (n_samples,)
        Positions of the rows.

    Examples
    --------
    >>> from skfashion.labelling import order_by_doubt
    >>> order_by_doubt([1, 0, 0, 1], [0.5, 0.2, 0.3, 0.1])
    array([2, 1, 0, 3])
    """
    ties = np.zeros(len(doubts)) if distances is None else -np.nan_to_num(distances, nan=-np.inf)
    return np.lexsort((ties, -np.asarray(doubts), labels))


def similar_clusters(means, radii, *, n_neighbors=3) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of clusters that overlap most, the most similar first, as suggestions to merge.

    Parameters
    ----------
    means : ndarray of shape (n_clusters, n_components)
        Mean of each cluster.
    radii : ndarray of shape (n_clusters,)
        Mean distance of its rows to it.
    n_neighbors : int, default=3
        Number of nearest other clusters that each is compared with.

    Returns
    -------
    pairs : ndarray of shape (n_pairs, 2)
        Positions of the two, the lower one first.
    similarities : ndarray of shape (n_pairs,)
        The sum of the radii over the distance of the means: R of Davies and Bouldin 1979, definition 5.

    Examples
    --------
    >>> import numpy as np
    >>> from skfashion.labelling import similar_clusters
    >>> similar_clusters(np.array([[0.0], [1.0], [9.0]]), np.array([1.0, 1.0, 1.0]), n_neighbors=1)
    (array([[0, 1],
           [1, 2]]), array([2.  , 0.25]))
    """
    means, radii = np.asarray(means, dtype=np.float64), np.asarray(radii, dtype=np.float64)
    n_neighbors = min(n_neighbors, len(means) - 1)
    if n_neighbors < 1:
        return np.empty((0, 2), dtype=np.intp), np.empty(0)
    places = NearestNeighbors(n_neighbors=n_neighbors).fit(means).kneighbors(return_distance=False)
    pairs = np.column_stack([np.repeat(np.arange(len(means)), n_neighbors), places.ravel()])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    apart = np.linalg.norm(means[pairs[:, 0]] - means[pairs[:, 1]], axis=1)
    spread = radii[pairs].sum(axis=1)
    similarities = np.divide(spread, apart, out=np.full(len(pairs), np.inf), where=apart > 0)
    order = np.argsort(-similarities, kind="stable")
    return pairs[order], similarities[order]
