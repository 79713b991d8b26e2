"""k-means by directions, which starts at the clusters of Ward's method."""

import warnings
from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

import numpy as np
from scipy.cluster.hierarchy import linkage
from scipy.sparse import csr_array
from scipy.spatial.distance import pdist
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, ClusterMixin, TransformerMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state, gen_batches
from sklearn.utils.validation import check_is_fitted

from skfashion._utils.blocks import block_size
from skfashion._utils.equal_rows import unite_equal_rows
from skfashion._utils.fitting import all_or_nothing
from skfashion._utils.validation import validate_data, validate_params
from skfashion.clusterers._common import AT_LEAST_1, check_at_most_n_samples
from skfashion.clusterers._directions import at_length_1, most_similar
from skfashion.clusterers._ward import cut

START_ROWS = 5_000  # Ward's method sees so many of more rows: its memory grows with their square
DECIMALS = {"float64": 10, "float32": 4}  # directions that agree in so many are one


@dataclass(eq=False, repr=False)
class SphericalKMeans(ClassNamePrefixFeaturesOutMixin, TransformerMixin, ClusterMixin, BaseEstimator):
    """Spherical k-means that starts at the clusters of Ward's method.

    Each row belongs to the centre with the most similar direction: k-means [1]_ for rows and centres of length 1. It
    starts at the clusters that Ward's method [2]_ finds among the rows, which is better than random starts [3]_ if the
    clusters have few rows. Up to 5,000 rows, nothing is random.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of clusters.
    max_iter : int, default=300
        Largest number of steps. It stops earlier when the rows get no more similar to their centres.
    random_state : int, RandomState instance or None, default=None
        If there are more than 5,000 rows, Ward's method gets 5,000 of them, drawn at random, or ``2 * n_clusters`` if
        that is more. Its memory grows with the square of this number.

    Attributes
    ----------
    labels_ : ndarray of shape (n_samples,)
        Cluster of each training row.
    cluster_centers_ : ndarray of shape (n_clusters, n_features)
        Centres of the clusters, of length 1; zeros for clusters without rows.
    inertia_ : float
        Sum of the cosine distances of the training rows from their centres.
    n_iter_ : int
        Number of steps that were made.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, if X had string names.

    See Also
    --------
    sklearn.cluster.KMeans : By Euclidean distances, from random starts.
    Ward : Ward's method alone, which cannot label new rows.
    GraphPartition : For clusters of more rows.

    Notes
    -----
    The length of a row plays no part. A row of zeros is equally far from all centres; it gets the first cluster, and
    has no part in the centres.

    References
    ----------
    .. [1] I. S. Dhillon and D. S. Modha (2001), Concept decompositions for large sparse text data using clustering,
       Machine Learning 42.
    .. [2] J. Ward (1963), Hierarchical grouping to optimize an objective function, Journal of the American Statistical
       Association 58.
    .. [3] G. W. Milligan (1980), An examination of the effect of six types of error perturbation on fifteen clustering
       algorithms, Psychometrika 45.

    Examples
    --------
    >>> from skfashion import SphericalKMeans
    >>> model = SphericalKMeans(2).fit([[0.1, 2.0], [0.0, 5.0], [1.0, 0.1], [3.0, 0.2]])
    >>> model.labels_.tolist()
    [0, 0, 1, 1]
    >>> model.predict([[9.0, 1.0]]).tolist()
    [1]
    """

    n_clusters: int = 8
    _: KW_ONLY
    max_iter: int = 300
    random_state: int | np.random.RandomState | None = None

    _parameter_constraints: ClassVar[dict] = {
        "n_clusters": AT_LEAST_1,
        "max_iter": AT_LEAST_1,
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
            If a parameter is out of its range, or there are fewer than two rows or fewer rows than clusters.

        Warns
        -----
        ConvergenceWarning
            If there are fewer distinct directions than clusters, or `max_iter` is reached.
        """
        validate_params(self)
        X = validate_data(self, X, dtype=(np.float64, np.float32), ensure_min_samples=2)
        check_at_most_n_samples(len(X), n_clusters=self.n_clusters)
        rows = at_length_1(X)
        directions = rows[rows.any(axis=1)]
        if len(directions) < max(2, self.n_clusters):
            directions = rows
        labels = _start(directions, self.n_clusters, check_random_state(self.random_state))
        centers, self.n_iter_ = _improve(directions, labels, self.n_clusters, self.max_iter)
        labels, similarities = most_similar(rows, centers)
        rounded = rows.round(DECIMALS[rows.dtype.name])
        self.labels_ = unite_equal_rows(rounded, labels, self.n_clusters, "SphericalKMeans", "directions")
        centers[np.bincount(self.labels_, minlength=self.n_clusters) == 0] = 0
        self.cluster_centers_ = centers
        self.inertia_ = _total_distance(similarities)
        return self

    def predict(self, X):
        """Return the cluster of each row: that of the most similar centre.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples,)
            Clusters.
        """
        return most_similar(self._rows(X), self.cluster_centers_)[0]

    def transform(self, X):
        """Return the cosine distance of each row from each centre.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples, n_clusters)
            Distances, from 0 to 2.
        """
        return np.clip(1 - self._rows(X) @ self.cluster_centers_.T, 0, 2)

    def score(self, X, y=None):
        """Return minus the sum of the cosine distances of the rows from the nearest centres; higher is better.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.
        y : None
            Ignored.

        Returns
        -------
        float
            The score, at most 0.
        """
        return -_total_distance(most_similar(self._rows(X), self.cluster_centers_)[1])

    @property
    def _n_features_out(self):
        return len(self.cluster_centers_)

    def _rows(self, X):
        """Check new rows, and return them with the length 1 and the type of the centres."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=(np.float64, np.float32))
        return at_length_1(X).astype(self.cluster_centers_.dtype, copy=False)


def _start(rows, n_clusters, rng):
    """Return the cluster of each row by Ward's method, or by the centres that it finds among some of many rows."""
    n_drawn = max(START_ROWS, 2 * int(n_clusters))
    is_all = len(rows) <= n_drawn
    drawn = rows if is_all else rows[np.sort(rng.choice(len(rows), n_drawn, replace=False))]
    labels = cut(linkage(pdist(drawn), "ward"), n_clusters)
    return labels if is_all else most_similar(rows, _centers(drawn, labels, n_clusters))[0]


def _improve(rows, labels, n_clusters, max_iter):
    """Return the centres, shape (n_clusters, n_features), and the number of steps until nothing gets better."""
    best = -np.inf
    for step in range(1, max_iter + 1):
        centers, before = _centers(rows, labels, n_clusters), labels
        labels, similarities = most_similar(rows, centers)
        total = similarities.sum(dtype=np.float64)
        if total <= best or np.array_equal(labels, before):
            return centers, step
        best = total
        _fill(labels, similarities, n_clusters)
    warnings.warn(
        f"SphericalKMeans reached max_iter={max_iter} before it had converged; raise max_iter.",
        ConvergenceWarning,
        stacklevel=4,  # fit, and its decorator, lie between
    )
    return centers, max_iter


def _centers(rows, labels, n_clusters):
    """Return the mean direction of each cluster, shape (n_clusters, n_features)."""
    sums = np.zeros((n_clusters, rows.shape[1]))  # float32 would lose digits of many rows
    for block in gen_batches(len(rows), block_size(rows.shape[1])):
        part = rows[block]
        members = (np.ones(len(part)), (labels[block], np.arange(len(part))))
        sums += csr_array(members, shape=(n_clusters, len(part))) @ part
    return at_length_1(sums).astype(rows.dtype)


def _total_distance(similarities):
    """Return the sum of the cosine distances."""
    return float(np.clip(1 - similarities, 0, 2).sum(dtype=np.float64))


def _fill(labels, similarities, n_clusters):
    """Give each cluster that is empty the row that is least similar to its centre, in place."""
    sizes = np.bincount(labels, minlength=n_clusters)
    order = iter(np.argsort(similarities))
    for cluster in np.flatnonzero(sizes == 0):
        row = next(row for row in order if sizes[labels[row]] > 1)
        sizes[labels[row]] -= 1
        labels[row] = cluster
