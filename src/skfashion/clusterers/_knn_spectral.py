"""Spectral clustering of a sparse graph of nearest neighbours, for many rows, and with an answer for new ones."""

from dataclasses import KW_ONLY, dataclass
from numbers import Integral
from typing import ClassVar

import numpy as np
from scipy.sparse import csr_matrix, diags_array
from scipy.sparse.linalg import eigsh
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.cluster import KMeans
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import normalize
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted, validate_data

from skfashion._utils.checks import check_at_most_n_samples

SMALLEST_WEIGHT = 1e-10  # of two neighbours
FEW_ROWS = 300  # up to which all eigenvectors are computed at once: the iteration wants many more rows than vectors


@dataclass(eq=False, repr=False)
class KNNSpectral(ClusterMixin, BaseEstimator):
    """Spectral clustering of the graph of nearest neighbours.

    Rows are joined to their nearest neighbours by weights that adapt to the local scale [1]_; the leading eigenvectors
    of the normalised graph, each row at length 1, are clustered by k-means [2]_. All matrices are sparse, where those
    of `sklearn.cluster.SpectralClustering` with its default affinity grow with the square of the number of rows.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of clusters.
    n_neighbors : int, default=10
        Neighbours that each row is joined to, itself excluded; at most all others.
    n_components : int or None, default=None
        Number of eigenvectors; None takes `n_clusters`.
    n_init : int, default=10
        Starts of k-means, of which the one with the lowest inertia is kept.
    random_state : int, RandomState instance or None, default=None
        Source of the start of the eigenvectors' iteration and of those of k-means.

    Attributes
    ----------
    labels_ : ndarray of shape (n_samples,)
        Cluster of each training row.
    embedding_ : ndarray of shape (n_samples, n_components)
        The eigenvectors, each row at length 1; a single one as it is.
    eigenvalues_ : ndarray of shape (n_components,)
        Of the normalised graph, from the largest, which is 1, down.
    cluster_centers_ : ndarray of shape (n_clusters, n_components)
        Centres of the clusters among the rows of `embedding_`.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, if X had string names.

    See Also
    --------
    sklearn.cluster.SpectralClustering : With other affinities, and without `predict`.

    References
    ----------
    .. [1] L. Zelnik-Manor and P. Perona (2004), Self-tuning spectral clustering, NIPS.
    .. [2] A. Ng, M. Jordan and Y. Weiss (2002), On spectral clustering: analysis and an algorithm, NIPS.
    .. [3] Y. Bengio et al. (2004), Out-of-sample extensions for LLE, Isomap, MDS, eigenmaps, and spectral clustering,
       NIPS.

    Examples
    --------
    >>> from sklearn.datasets import make_circles
    >>> from skfashion.clusterers import KNNSpectral
    >>> X, y = make_circles(400, factor=0.4, noise=0.03, random_state=0)
    >>> labels = KNNSpectral(2, random_state=0).fit_predict(X)
    >>> bool((labels == y).all() or (labels != y).all())
    True
    """

    n_clusters: int = 8
    _: KW_ONLY
    n_neighbors: int = 10
    n_components: int | None = None
    n_init: int = 10
    random_state: int | np.random.RandomState | None = None

    _parameter_constraints: ClassVar[dict] = {
        "n_clusters": [Interval(Integral, 1, None, closed="left")],
        "n_neighbors": [Interval(Integral, 1, None, closed="left")],
        "n_components": [Interval(Integral, 1, None, closed="left"), None],
        "n_init": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
    }

    def fit(self, X, y=None):
        """Cluster the rows of X.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or X is out of its range.
        """
        self._validate_params()
        X = validate_data(self, X, dtype=(np.float64, np.float32), ensure_min_samples=2)
        n_vectors = self.n_components or self.n_clusters
        check_at_most_n_samples(len(X), n_clusters=self.n_clusters, n_components=n_vectors)
        rng = check_random_state(self.random_state)
        self._X = X
        self._neighbors = NearestNeighbors(n_neighbors=min(self.n_neighbors, len(X) - 1)).fit(X)
        graph, self._scales = _self_tuned_graph(self._neighbors)
        self._degrees = np.asarray(graph.sum(axis=1)).ravel()
        self.eigenvalues_, self._vectors = _leading_eigenvectors(graph, self._degrees, n_vectors, rng)
        self.embedding_ = _at_length_1(self._vectors)
        self._kmeans = KMeans(self.n_clusters, n_init=self.n_init, random_state=rng).fit(self.embedding_)
        self.cluster_centers_, self.labels_ = self._kmeans.cluster_centers_, self._kmeans.labels_
        return self

    def predict(self, X):
        """Cluster new rows by their neighbours among the training rows.

        A row is placed among the eigenvectors as their weighted mean over its neighbours (the Nyström extension [3]_)
        and given to the nearest centre. A row that `fit` has seen keeps its label.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples,)
            Clusters.
        """
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=(np.float64, np.float32))
        distances, neighbors = self._neighbors.kneighbors(X)  # (n_samples, n_neighbors)
        weights = _weights(distances, _scales(distances)[:, np.newaxis], self._scales[neighbors])
        weights /= np.sqrt(self._degrees[neighbors])
        embedding = np.einsum("ij,ijk->ik", weights, self._vectors[neighbors]) / self.eigenvalues_
        labels = self._kmeans.predict(_at_length_1(embedding).astype(self.embedding_.dtype, copy=False))
        is_seen = (self._X[neighbors[:, 0]] == X).all(axis=1)  # the distance of a row to itself is rounded, too
        return np.where(is_seen, self.labels_[neighbors[:, 0]], labels)


def _self_tuned_graph(neighbors):
    """Symmetric weights of neighbouring training rows, and each row's scale, the distance to its last neighbour."""
    distances, places = neighbors.kneighbors()  # (n_samples, n_neighbors), a row not among its own
    n_samples, n_neighbors = distances.shape
    scales = _scales(distances)
    weights = _weights(distances, scales[:, np.newaxis], scales[places])
    starts = np.arange(0, n_samples * n_neighbors + 1, n_neighbors)
    graph = csr_matrix((weights.ravel(), places.ravel(), starts), shape=(n_samples, n_samples))
    return graph.maximum(graph.T), scales


def _scales(distances):
    """The distance to the last neighbour, which is 0 where a row occurs many times."""
    return np.maximum(distances[:, -1], np.finfo(distances.dtype).tiny)


def _weights(distances, scales, scales_of_neighbors):
    """Zelnik-Manor and Perona 2004, eq. 1; never 0, so that no row is without a neighbour."""
    with np.errstate(over="ignore"):  # beside rows that occur several times
        return np.maximum(np.exp(-(distances / scales) * (distances / scales_of_neighbors)), SMALLEST_WEIGHT)


def _at_length_1(vectors):
    """Rows at length 1, as Ng, Jordan and Weiss (2002) have them; of a single vector, nothing would be left."""
    return normalize(vectors) if vectors.shape[1] > 1 else vectors


def _leading_eigenvectors(graph, degrees, n_vectors, rng):
    """The largest eigenvalues of the graph, normalised by its degrees, and their vectors, from the largest down."""
    scaling = diags_array(1 / np.sqrt(degrees))
    normalised = scaling @ graph @ scaling
    if len(degrees) <= max(FEW_ROWS, 4 * n_vectors):
        values, vectors = np.linalg.eigh(normalised.toarray())
    else:
        start = rng.uniform(-1, 1, len(degrees)).astype(normalised.dtype)
        values, vectors = eigsh(normalised, k=n_vectors, which="LA", v0=start)
    order = np.argsort(values)[::-1][:n_vectors]
    return values[order], vectors[:, order]
