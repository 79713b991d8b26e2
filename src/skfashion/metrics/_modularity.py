"""Modularity of clusters in the graph of nearest neighbours: the score and the scorer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from sklearn.utils import _safe_indexing, check_consistent_length, column_or_1d

from skfashion._utils.checks import check_count, sample_rows
from skfashion._utils.last_results import keep_last
from skfashion._utils.neighbor_graph import exact_neighbors, union_graph
from skfashion._utils.pipelines import NOISE
from skfashion._utils.validation import check_array
from skfashion.features import gradient_components
from skfashion.metrics._scorers import LabelFreeScorer


def modularity_score(X, labels, *, n_neighbors=10, noise_label=None):
    """Compute the modularity of clusters in the graph of nearest neighbours, in [-1/2, 1). Label-free.

    An edge joins two rows if one of them is among the nearest neighbours of the other. The modularity is the share of
    edges within clusters, minus the share that is expected of random edges with the same number at each row [1]_. It
    assumes no shape of clusters, and favours neither one large cluster nor many small ones.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Rows.
    labels : array-like of shape (n_samples,)
        The cluster of each.
    n_neighbors : int, default=10
        Number of nearest neighbours of each row, the row itself excluded; at most all others.
    noise_label : int, str or None, default=None
        Each row of this cluster counts as a cluster of its own.

    Returns
    -------
    float
        Higher is better; 0 for a single cluster.

    Raises
    ------
    ValueError
        If there are fewer than two rows, or the number of labels differs.

    References
    ----------
    .. [1] M. Newman and M. Girvan (2004), Finding and evaluating community structure in networks, Physical Review E 69.

    Examples
    --------
    >>> from skfashion.metrics import modularity_score
    >>> X = [[0], [1], [2], [10], [11], [12]]
    >>> modularity_score(X, [0, 0, 0, 1, 1, 1], n_neighbors=2)
    0.5
    >>> modularity_score(X, [0, 0, 0, 0, 0, 0], n_neighbors=2)
    0.0
    """
    X = check_array(X, estimator="modularity_score", dtype=(np.float64, np.float32), ensure_min_samples=2)
    labels = column_or_1d(labels)
    check_consistent_length(X, labels)
    _, places = exact_neighbors(X, min(n_neighbors, len(X) - 1)).kneighbors()
    graph = union_graph(np.ones(places.shape), places).tocoo()
    clusters = np.unique(labels, return_inverse=True)[1]
    if noise_label is not None:
        is_noise = labels == noise_label
        clusters[is_noise] = clusters.max() + 1 + np.arange(is_noise.sum())
    within = np.mean(clusters[graph.row] == clusters[graph.col])
    expected = np.sum((np.bincount(clusters[graph.row]) / graph.nnz) ** 2)
    return float(within - expected)


@dataclass(frozen=True, kw_only=True)
class Modularity(LabelFreeScorer):
    """Scorer of a clusterer by `modularity_score`, in [-1/2, 1). Label-free.

    Parameters
    ----------
    space : {"embedding", "input", "gradients"}, default="embedding"
        Space of the neighbours: see `Silhouette`. "gradients" takes X as images, and compares the leading 150
        components of their `HOGFeatures`. Neighbours by gradients share a class more often than neighbours by pixels.
    image_shape : sequence of int or None, default=None
        (height, width) or (height, width, channels) of the images if `space` is "gradients"; None for square grey ones.
    n_neighbors : int, default=10
        Number of nearest neighbours of each row.
    noise_label : int, str or None, default=-1
        Each row of this cluster counts as a cluster of its own.
    sample_size : int or None, default=5000
        Number of rows to draw, since the cost grows with its square; None takes all.
    random_state : int or None, default=0
        Source of the rows that are drawn.
    without_predict : {"refit", "labels", "raise"}, default="refit"
        Treatment of a clusterer without `predict`: see `HungarianAccuracy`.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> from sklearn.datasets import load_iris
    >>> from skfashion.metrics import Modularity
    >>> X, _ = load_iris(return_X_y=True)
    >>> round(Modularity()(KMeans(3, random_state=0).fit(X), X), 2)
    0.62
    """

    image_shape: Sequence[int] | None = None
    n_neighbors: int = 10
    noise_label: object = NOISE
    sample_size: int | None = 5000

    spaces: ClassVar = ("input", "embedding", "gradients")

    def __post_init__(self):
        super().__post_init__()
        check_count("n_neighbors", self.n_neighbors)

    def score_clusters(self, labels, *, X, Z, y, clusterer) -> float:
        if self.space == "gradients":
            chosen = sample_rows(len(labels), self.sample_size, self.random_state)
            rows = _components(_safe_indexing(X, chosen), self.image_shape)
            labels = np.asarray(labels)[chosen]
        else:
            rows, labels = self._sample(labels, X, Z)
        return modularity_score(rows, labels, n_neighbors=self.n_neighbors, noise_label=self.noise_label)


_components = keep_last(2)(gradient_components)  # a search scores many clusterers of the same images
