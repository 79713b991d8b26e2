"""How far clusters keep to the graph of nearest neighbours: a score, and the scorer."""

from dataclasses import dataclass

import numpy as np
from sklearn.neighbors import kneighbors_graph
from sklearn.utils import check_array, check_consistent_length, column_or_1d

from skfashion._utils.pipelines import NOISE
from skfashion.metrics._scorers import LabelFreeScorer


def modularity_score(X, labels, *, n_neighbors=10, noise_label=None):
    """Modularity of clusters in the graph of nearest neighbours, in [-1/2, 1). Label-free.

    Two rows are joined if either is among the other's nearest neighbours. The modularity is the share of the edges that
    stay within clusters, less the share that would if rows kept their numbers of edges and were joined at random [1]_.
    It asks for no shape of clusters, and one large cluster or many small ones are no gain.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Rows.
    labels : array-like of shape (n_samples,)
        The cluster of each.
    n_neighbors : int, default=10
        Nearest neighbours of each row, itself excluded; at most all others.
    noise_label : int, str or None, default=None
        Each row of this cluster counts as a cluster of its own.

    Returns
    -------
    float
        Higher is better; 0 of a single cluster.

    Raises
    ------
    ValueError
        If there are fewer than two rows, or not a label for each.

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
    X = check_array(X, dtype=(np.float64, np.float32), ensure_min_samples=2)
    labels = column_or_1d(labels)
    check_consistent_length(X, labels)
    graph = kneighbors_graph(X, min(n_neighbors, len(X) - 1))
    graph = graph.maximum(graph.T).tocoo()
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
    space : {"embedding", "input"}, default="embedding"
        Where neighbours are looked for: see `Silhouette`.
    n_neighbors : int, default=10
        Nearest neighbours of each row.
    noise_label : int, str or None, default=-1
        Each row of this cluster counts as a cluster of its own.
    sample_size : int or None, default=5000
        Rows to draw, since the cost grows with the square of their number; None takes all.
    random_state : int or None, default=0
        Which rows are drawn.
    without_predict : {"refit", "labels", "raise"}, default="refit"
        What to do with a clusterer that has no `predict`: see `HungarianAccuracy`.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> from sklearn.datasets import load_iris
    >>> from skfashion.metrics import Modularity
    >>> X, _ = load_iris(return_X_y=True)
    >>> round(Modularity()(KMeans(3, random_state=0).fit(X), X), 2)
    0.62
    """

    n_neighbors: int = 10
    noise_label: object = NOISE
    sample_size: int | None = 5000

    def __post_init__(self):
        super().__post_init__()
        if self.n_neighbors < 1 or self.n_neighbors != int(self.n_neighbors):
            raise ValueError(f"n_neighbors={self.n_neighbors!r} must be an integer of at least 1.")

    def score_clusters(self, labels, *, X, Z, y, clusterer) -> float:
        rows, labels = self._sample(labels, X if self.space == "input" else Z)
        return modularity_score(rows, labels, n_neighbors=self.n_neighbors, noise_label=self.noise_label)
