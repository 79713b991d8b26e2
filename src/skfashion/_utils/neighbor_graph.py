"""Graphs of nearest neighbours, as sparse matrices."""

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.neighbors import NearestNeighbors

from skfashion._utils.blocks import blocks_of
from skfashion._utils.validation import check_squares

MIN_WEIGHT = 1e-10  # of two neighbours
ONE_SIDED = 0.01  # share of the weight that an edge keeps if only one of its rows names the other
MIN_SPREAD = 1e-11  # of the squares of rows: less is lost when distances are computed
MAX_EXACT_ROWS = 100_000  # the cost of exact neighbours grows with the square of the number of rows
N_APPROXIMATE_TREES = 8  # of pynndescent; more trees cost memory


def nearest_neighbors(X, n_neighbors, *, n_jobs=None, rng=None):
    """Return the nearest neighbours of each row, the row itself excluded.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        Rows.
    n_neighbors : int
        Number of neighbours of each row; less than n_samples.
    n_jobs : int or None, default=None
        Number of parallel jobs, as in scikit-learn.
    rng : numpy.random.RandomState or None, default=None
        Source of the approximate search. Needed for more than 100,000 rows.

    Returns
    -------
    distances : ndarray of shape (n_samples, n_neighbors)
        In ascending order.
    places : ndarray of shape (n_samples, n_neighbors)
        Positions of the neighbours.

    Raises
    ------
    ImportError
        If there are more than 100,000 rows and pynndescent is missing.
    """
    if len(X) <= MAX_EXACT_ROWS:
        return exact_neighbors(X, n_neighbors, n_jobs).kneighbors()
    return _approximate_neighbors(X, n_neighbors, n_jobs, rng)


def exact_neighbors(X, n_neighbors, n_jobs=None):
    """Return the fitted exact search. It holds arrays only, so that models with it can be saved safely."""
    _check_distances(X)
    return NearestNeighbors(n_neighbors=n_neighbors, algorithm="brute", n_jobs=n_jobs).fit(X)


def _check_distances(X):
    """Refuse rows as `check_squares`, and rows that are so far from 0 that rounding covers their differences."""
    check_squares(X)
    mean = X.mean(axis=0, dtype=np.float64)
    squares = sum(np.einsum("ij,ij->", part, part, dtype=np.float64) for part in blocks_of(X)) / len(X)
    if squares - mean @ mean < MIN_SPREAD * squares and np.ptp(X, axis=0).any():
        raise ValueError(
            "The rows of X differ too little, compared with their values, for their distances to be computed; subtract "
            "the mean of each column."
        )


def _approximate_neighbors(X, n_neighbors, n_jobs, rng):
    """Return nearest neighbours by NN-descent (Dong, Moses and Li 2011); a few of a hundred are not the nearest."""
    _check_distances(X)
    try:
        from pynndescent import NNDescent
    except ImportError as error:
        raise ImportError(
            f"The neighbours of {len(X)} rows need an approximate search; "
            "run: pip install 'skfashion[approximate]', or pass at most 100,000 rows."
        ) from error
    index = NNDescent(
        X,
        n_neighbors=n_neighbors + 1,
        n_trees=N_APPROXIMATE_TREES,
        low_memory=True,
        n_jobs=n_jobs or 1,
        random_state=rng.randint(np.iinfo(np.int32).max),
    )
    places, distances = index.neighbor_graph
    if (places < 0).any():
        raise ValueError("The approximate search did not find enough neighbours of some rows; lower n_neighbors.")
    return _without_self(places, distances)


def _without_self(places, distances):
    """Drop each row from its own neighbours, or its last neighbour if it is not among them."""
    is_other = places != np.arange(len(places))[:, np.newaxis]
    is_other[is_other.all(axis=1), -1] = False
    shape = len(places), places.shape[1] - 1
    return distances[is_other].reshape(shape), places[is_other].reshape(shape)


def directed_graph(weights, places):
    """Return the sparse matrix with the weight of each row's neighbours, both of shape (n_samples, n_neighbors)."""
    n_samples, n_neighbors = places.shape
    starts = np.arange(0, n_samples * n_neighbors + 1, n_neighbors)
    return csr_matrix((weights.ravel(), places.ravel(), starts), shape=(n_samples, n_samples))


def union_graph(weights, places):
    """Return the symmetric graph with an edge where one row or the other names the other as a neighbour."""
    graph = directed_graph(weights, places)
    return graph.maximum(graph.T)


def mutual_graph(weights, places, one_sided=ONE_SIDED):
    """Return the symmetric graph of rows that name each other; other edges keep the share `one_sided` of the weight."""
    graph = directed_graph(weights, places)
    return ((1 - one_sided) * graph.minimum(graph.T) + one_sided * graph.maximum(graph.T)).tocsr()


def scales_of(distances):
    """Return each row's distance to its last neighbour, above 0 even if a row occurs many times."""
    return np.maximum(distances[:, -1], np.finfo(distances.dtype).tiny)


def self_tuned_weights(distances, scales, scales_of_neighbors):
    """Weight neighbours by Zelnik-Manor and Perona 2004, eq. 1; never 0, so that each row has a neighbour."""
    with np.errstate(over="ignore"):  # where a row occurs several times
        return np.maximum(np.exp(-(distances / scales) * (distances / scales_of_neighbors)), MIN_WEIGHT)


def weights_among(distances, places):
    """Return the self-tuned weights of rows and their neighbours among the same rows."""
    scales = scales_of(distances)
    return self_tuned_weights(distances, scales[:, np.newaxis], scales[places])
