"""Spectral clustering of a sparse graph of nearest neighbours, for many rows and for new rows."""

from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

import numpy as np
from scipy.sparse import diags_array
from scipy.sparse.linalg import eigsh
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.cluster import KMeans
from sklearn.preprocessing import normalize
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from skfashion._utils.equal_rows import unite_equal_rows
from skfashion._utils.fitting import all_or_nothing
from skfashion._utils.neighbor_graph import exact_neighbors, scales_of, self_tuned_weights, union_graph, weights_among
from skfashion._utils.validation import validate_data, validate_params
from skfashion.clusterers._common import AT_LEAST_1, check_at_most_n_samples

NEARLY = 0.01  # of the scale of a training row: within it, a new row is that row
MAX_DENSE_ROWS = 300  # with so few rows, all eigenvectors are computed: the iteration needs many more rows than vectors


@dataclass(eq=False, repr=False)
class KNNSpectral(ClusterMixin, BaseEstimator):
    """Spectral clustering of the graph of nearest neighbours.

    Edges join the rows to their nearest neighbours, with weights that adapt to the local scale [1]_. k-means clusters
    the leading eigenvectors of the normalised graph, with each row scaled to length 1 [2]_. All matrices are sparse.
    Those of `sklearn.cluster.SpectralClustering` with its default affinity grow with the square of the number of rows.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of clusters.
    n_neighbors : int, default=10
        Number of nearest neighbours of each row, the row itself excluded; at most all others.
    n_components : int or None, default=None
        Number of eigenvectors; None takes `n_clusters`.
    n_init : int, default=10
        Number of starts of k-means. The one with the lowest inertia is kept.
    random_state : int, RandomState instance or None, default=None
        Source of the starts of k-means and of the iteration for the eigenvectors.

    Attributes
    ----------
    labels_ : ndarray of shape (n_samples,)
        Cluster of each training row.
    embedding_ : ndarray of shape (n_samples, n_components)
        The eigenvectors, each row scaled to length 1; a single eigenvector is not scaled.
    eigenvalues_ : ndarray of shape (n_components,)
        Eigenvalues of the normalised graph in descending order; the first is 1.
    cluster_centers_ : ndarray of shape (n_clusters, n_components)
        Centres of the clusters among the rows of `embedding_`.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, if X had string names.

    See Also
    --------
    sklearn.cluster.SpectralClustering : Other affinities, but no `predict`.

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
        "n_clusters": AT_LEAST_1,
        "n_neighbors": AT_LEAST_1,
        "n_components": [*AT_LEAST_1, None],
        "n_init": AT_LEAST_1,
        "random_state": ["random_state"],
    }

    @all_or_nothing
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

        Warns
        -----
        ConvergenceWarning
            If there are fewer distinct rows than clusters.
        """
        validate_params(self)
        X = validate_data(self, X, dtype=(np.float64, np.float32), ensure_min_samples=2)
        n_vectors = int(self.n_components or self.n_clusters)  # a small integer type of numpy would overflow
        check_at_most_n_samples(len(X), n_clusters=self.n_clusters, n_components=n_vectors)
        rng = check_random_state(self.random_state)
        self._X = X
        self._neighbors = exact_neighbors(X, min(self.n_neighbors, len(X) - 1))
        graph, self._scales = _self_tuned_graph(self._neighbors)
        self._degrees = np.asarray(graph.sum(axis=1)).ravel()
        self.eigenvalues_, self._vectors = _leading_eigenvectors(graph, self._degrees, n_vectors, rng)
        self.embedding_ = _at_length_1(self._vectors)
        self._kmeans = KMeans(self.n_clusters, n_init=self.n_init, random_state=rng).fit(self.embedding_)
        self.cluster_centers_ = self._kmeans.cluster_centers_
        self.labels_ = unite_equal_rows(X, self._kmeans.labels_, self.n_clusters, "KNNSpectral")
        return self

    def predict(self, X):
        """Cluster new rows by their neighbours among the training rows.

        A row gets the weighted mean of its neighbours' eigenvectors (the Nyström extension, the third reference of the
        class), and the label of the nearest centre. A row that is nearly one that `fit` has seen gets its label.

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
        embedding = _at_length_1(self._extended(distances, neighbors))
        labels = self._kmeans.predict(embedding.astype(self.embedding_.dtype, copy=False))
        nearest = neighbors[:, 0]
        with np.errstate(under="ignore"):  # of rows that occur many times
            is_near = distances[:, 0] <= NEARLY * self._scales[nearest]
        is_seen = is_near | (self._X[nearest] == X).all(axis=1)
        return np.where(is_seen, self.labels_[nearest], labels)

    def _extended(self, distances, neighbors):
        """Return the eigenvectors at new rows, by the Nyström extension (Bengio et al. 2004) of the graph."""
        weights = self_tuned_weights(distances, scales_of(distances)[:, np.newaxis], self._scales[neighbors])
        degrees = weights.sum(axis=1, keepdims=True)
        weights /= np.sqrt(degrees * self._degrees[neighbors])
        return np.einsum("ij,ijk->ik", weights, self._vectors[neighbors]) / self.eigenvalues_


def _self_tuned_graph(neighbors):
    """Return the symmetric weights of neighbouring training rows, and the scale of each row."""
    distances, places = neighbors.kneighbors()  # (n_samples, n_neighbors), without the row itself
    return union_graph(weights_among(distances, places), places), scales_of(distances)


def _at_length_1(vectors):
    """Scale rows to length 1 as Ng, Jordan and Weiss (2002) do; a single vector would lose all information."""
    return normalize(vectors) if vectors.shape[1] > 1 else vectors


def _leading_eigenvectors(graph, degrees, n_vectors, rng):
    """Return the largest eigenvalues of the normalised graph and their vectors, in descending order."""
    scaling = diags_array(1 / np.sqrt(degrees))
    normalised = scaling @ graph @ scaling
    if len(degrees) <= max(MAX_DENSE_ROWS, 4 * n_vectors):
        values, vectors = np.linalg.eigh(normalised.toarray())
    else:
        start = rng.uniform(-1, 1, len(degrees)).astype(normalised.dtype)
        values, vectors = eigsh(normalised, k=n_vectors, which="LA", v0=start)
    order = np.argsort(values)[::-1][:n_vectors]
    return values[order], vectors[:, order]
