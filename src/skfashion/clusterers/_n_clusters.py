"""Choice of the number of clusters, without labels."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.utils import check_random_state

from skfashion._utils.neighbor_graph import exact_neighbors, mutual_graph, weights_among
from skfashion._utils.validation import check_array
from skfashion.clusterers._cuts import Cutter
from skfashion.clusterers._separation import Separation
from skfashion.clusterers._sizes import EQUAL_SIZES, PARTS_PER_CLUSTER

FEW_ROWS = 200  # of fewer distinct rows, graphs alone tell too little
N_RUNS = 6  # for each number and kind of sizes
MAX_ROWS = 10_000  # more are drawn from: the cost grows with their number
MAX_CLUSTERS = 50
DENSE_UP_TO = 20  # every number is tried up to here, then every twentieth part more
ANY_SIZE = 0.8  # factor of the score of clusters of any size


class GraphSettings(NamedTuple):
    """Numbers of neighbours, of which the runs take one after another, and the least number of rows per cluster."""

    n_neighbors: tuple[int, ...]
    min_rows_per_cluster: int


def graph_settings(n_rows):
    """Return the settings of graphs of so many distinct rows."""
    return GraphSettings((3, 6), 4) if n_rows < FEW_ROWS else GraphSettings((10, 30), 10)


class NClusters(NamedTuple):
    """A number of clusters, and the score of each number that was tried.

    Attributes
    ----------
    n_clusters : int
        The number with the highest score.
    scores : dict of int to float
        Score by number, in ascending order of the numbers; at most 1, higher is better. Empty if there are too few rows
        to choose.
    """

    n_clusters: int
    scores: dict[int, float]


class Quality(NamedTuple):
    """Means over runs that cut a graph into the same number of clusters."""

    agreement: float
    modularity: float

    @property
    def score(self):
        """The product, with the modularity squared: too few clusters can be stable, but cut few edges."""
        return self.agreement * max(self.modularity, 0) ** 2


def choose_n_clusters(X, *, n_jobs=None, random_state=None):
    """Choose the number of clusters that other rows of the same kind would confirm.

    For each number from 2 to 50, with ten distinct rows or more for each cluster, graphs of nearest neighbours are cut
    in several runs, each on resampled rows: once into parts of nearly equal size, and once into more parts that are
    merged to clusters of any size. The score of a number is the product of two means: the adjusted Rand index of each
    two runs, which is high if the cuts fall on the same places again [1]_, and the squared modularity of the runs,
    which is high if the cuts fall between groups [2]_. The better kind of sizes counts, clusters of any size by four
    fifths: they can be stable for wrong numbers, too.

    Graphs of fewer than 200 distinct rows have fewer neighbours, and four rows for each cluster are enough. Their cuts
    tell less: the score is then the square root of the other one, times the separation, by which the mean silhouette of
    Ward's clusters exceeds that of rows from a normal distribution with the same covariance, similar to the gap
    statistic [3]_.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Rows, as a clusterer sees them. Of more than 10,000 distinct rows, as many are drawn.
    n_jobs : int or None, default=None
        Number of parallel jobs. The result is the same for all.
    random_state : int, RandomState instance or None, default=None
        Source of the runs.

    Returns
    -------
    NClusters
        The number and the scores.

    Raises
    ------
    ImportError
        If pymetis is not installed.

    References
    ----------
    .. [1] A. Ben-Hur, A. Elisseeff and I. Guyon (2002), A stability based method for discovering structure in clustered
       data, Pacific Symposium on Biocomputing.
    .. [2] M. Newman and M. Girvan (2004), Finding and evaluating community structure in networks, Physical Review E 69.
    .. [3] R. Tibshirani, G. Walther and T. Hastie (2001), Estimating the number of clusters in a data set via the gap
       statistic, Journal of the Royal Statistical Society B 63.

    Examples
    --------
    >>> from sklearn.datasets import make_blobs
    >>> from skfashion.clusterers import choose_n_clusters
    >>> X, _ = make_blobs(500, centers=4, n_features=5, random_state=0)
    >>> choose_n_clusters(X, random_state=0).n_clusters
    4
    """
    rng = check_random_state(random_state)
    X = check_array(X, dtype=(np.float64, np.float32), estimator="choose_n_clusters")
    rows, n_copies = np.unique(X, axis=0, return_counts=True)
    if len(rows) > MAX_ROWS:
        drawn = np.sort(rng.choice(len(rows), MAX_ROWS, replace=False))
        rows, n_copies = rows[drawn], n_copies[drawn]
    most = min(MAX_CLUSTERS, len(rows) // graph_settings(len(rows)).min_rows_per_cluster)
    if most < 2:
        return NClusters(1, {})
    graphs = _graphs(rows, n_jobs)
    separation = Separation(rows, rng) if len(rows) < FEW_ROWS else None

    def scores_of(numbers):
        scores = _scores(graphs, n_copies, numbers, n_jobs, rng)
        if separation is None:
            return scores
        return {k: max(separation(k), 0) * max(score, 0) ** 0.5 for k, score in scores.items()}

    scores = scores_of(_numbers(most))
    between = _between(scores)
    if between:
        scores |= scores_of(between)
    return NClusters(max(scores, key=scores.__getitem__), dict(sorted(scores.items())))


def _graphs(rows, n_jobs):
    """Return the mutual graphs of nearest neighbours for each number of neighbours."""
    numbers = sorted({min(n, len(rows) - 1) for n in graph_settings(len(rows)).n_neighbors})
    distances, places = exact_neighbors(rows, numbers[-1], n_jobs).kneighbors()
    return [mutual_graph(weights_among(distances[:, :n], places[:, :n]), places[:, :n]) for n in numbers]


def _numbers(most):
    """Return the numbers of clusters to try at first, in ascending order."""
    numbers = [2]
    while numbers[-1] < most:
        numbers.append(min(most, numbers[-1] + numbers[-1] // DENSE_UP_TO + 1))
    return numbers


def _between(scores):
    """Return the numbers between the best one and those next to it."""
    numbers = sorted(scores)
    best = numbers.index(max(scores, key=scores.__getitem__))
    low, high = numbers[max(best - 1, 0)], numbers[min(best + 1, len(numbers) - 1)]
    return [k for k in range(low, high) if k not in scores]


def _scores(*args):
    """Return the score of each number of clusters; the arguments are those of `qualities`."""
    return {k: max(equal.score, ANY_SIZE * free.score) for k, (equal, free) in qualities(*args).items()}


def qualities(graphs, n_copies, numbers, n_jobs, rng):
    """Return the quality of clusters of equal size and of clusters of any size, for each number of clusters."""
    n_nodes, most = len(n_copies), max(numbers)
    n_parts = max(most, min(PARTS_PER_CLUSTER * most, n_nodes // graph_settings(n_nodes).min_rows_per_cluster))
    of_any_size = _runs(graphs, n_copies, n_parts, numbers, n_jobs, rng)
    return {
        k: (_quality(graphs, *_runs(graphs, n_copies, k, [k], n_jobs, rng)), _quality(graphs, runs))
        for k, runs in zip(numbers, of_any_size, strict=True)
    }


def _runs(graphs, n_copies, n_parts, numbers, n_jobs, rng):
    """Return the clusters by number, graph and run."""
    runs = [
        Cutter(graph, n_copies, numbers[0], n_parts, EQUAL_SIZES, n_jobs).runs_of_numbers(
            numbers, N_RUNS // len(graphs), rng, resample=True
        )
        for graph in graphs
    ]
    return [[[clusters[i] for clusters in of_graph] for of_graph in runs] for i in range(len(numbers))]


def _quality(graphs, runs):
    """Return the means of the adjusted Rand index of each two runs and of the modularity of the runs."""
    modularities = [_modularity(g, labels) for g, of_graph in zip(graphs, runs, strict=True) for labels in of_graph]
    together = [labels for of_graph in runs for labels in of_graph]
    return Quality(_mean_rand_index(together), float(np.mean(modularities)))


def _mean_rand_index(partitions):
    """Return the mean adjusted Rand index of each two partitions (Hubert and Arabie 1985)."""
    n_clusters = [labels.max() + 1 for labels in partitions]
    starts = np.r_[0, np.cumsum(n_clusters)]
    members = hstack([_members(labels) for labels in partitions], format="csr")
    pairs = (members.T @ members).toarray()  # rows that two clusters have in common
    pairs = np.add.reduceat(np.add.reduceat(pairs * (pairs - 1) / 2, starts[:-1], axis=0), starts[:-1], axis=1)
    one, other = np.triu_indices(len(partitions), k=1)
    within, n_rows = pairs.diagonal(), len(partitions[0])
    expected = within[one] * within[other] / (n_rows * (n_rows - 1) / 2)
    largest = (within[one] + within[other]) / 2
    return float(np.mean((pairs[one, other] - expected) / (largest - expected)))


def _members(labels):
    """Return the matrix with a 1 for the cluster of each row, shape (n_rows, n_clusters)."""
    ones = np.ones(len(labels))
    return csr_matrix((ones, labels, np.arange(len(labels) + 1)), shape=(len(labels), labels.max() + 1))


def _modularity(graph, labels):
    """Return the modularity of clusters, numbered from 0, in a symmetric weighted graph (Newman and Girvan 2004)."""
    members = _members(labels)
    weights = members.T @ graph @ members
    shares = np.asarray(weights.sum(axis=1)).ravel() / weights.sum()
    return weights.diagonal().sum() / weights.sum() - (shares**2).sum()
