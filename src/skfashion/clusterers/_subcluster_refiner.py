"""A clusterer that splits the poor clusters of another one."""

from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from typing import ClassVar

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.base import BaseEstimator, ClusterMixin, MetaEstimatorMixin, clone
from sklearn.metrics import pairwise_distances_argmin, silhouette_samples
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from skfashion._utils.fitting import all_or_nothing
from skfashion._utils.pipelines import (
    NOISE,
    as_array,
    clusters_of,
    last_step,
    n_clusters_of,
    n_clusters_parameter,
    steps_of,
    with_names,
)
from skfashion._utils.validation import validate_data, validate_params
from skfashion.clusterers._common import CLUSTERER, fit_clone


def _all_can_predict(self):
    return all(hasattr(model, "predict") for model in (self.clusterer, self.splitter) if model is not None)


@dataclass(eq=False, repr=False)
class SubclusterRefiner(ClusterMixin, MetaEstimatorMixin, BaseEstimator):
    """Clusterer that splits the poor clusters of another one, then merges close parts to as many clusters.

    A clusterer may put two groups into one cluster and cut another group in two. The refiner clusters each cluster
    with a low silhouette again, on its own [1]_. Then it merges clusters and parts, in each step the pair that adds
    least to the sum of squared distances from the means [2]_, until there are as many as the clusterer has found. It
    uses no labels.

    Parameters
    ----------
    clusterer : estimator or None, default=None
        Clusterer or mixture, or pipeline that ends in one. None is ``KMeans(n_init=10)``.
    splitter : estimator or None, default=None
        Clusterer of the rows of a poor cluster, as the last step of a pipeline sees them. None is that last step with
        `n_subclusters` as its `n_clusters` or `n_components`. Rows that it calls noise are a part like any other.
    n_subclusters : int, default=10
        Number of parts of a poor cluster if `splitter` is None; a splitter keeps its own number. A cluster of fewer
        rows stays whole. Two parts of a cluster of k-means are mostly the closest pair, so they are merged again. Ten
        and more improve the clusters of scikit-learn's digits (benchmarks/subclusters.md).
    threshold : {'mean'} or float, default='mean'
        Clusters with a silhouette below it are split, in [-1, 1]; 'mean' is the mean over all rows. A cluster of
        groups that are close to one another and far from all others has a high silhouette. A higher threshold splits
        it, too, and 1 splits nearly all clusters.
    sample_size : int or None, default=5000
        Number of rows to draw for the silhouettes; None takes all.
    random_state : int, RandomState instance or None, default=None
        Source of the rows that are drawn, and of those random states in `clusterer` and `splitter` that are None.

    Attributes
    ----------
    labels_ : ndarray of shape (n_samples,)
        Cluster of each training row, from 0; -1 if `clusterer_` calls it noise.
    clusterer_ : estimator
        The fitted clusterer.
    silhouettes_ : ndarray of shape (n_clusters,)
        Mean silhouette of each cluster of `clusterer_`, in ascending order of the labels; nan if no row of the cluster
        was drawn, or there is only one cluster.
    split_ : ndarray of bool of shape (n_clusters,)
        True for clusters that were split. Those with fewer rows than the splitter makes parts stay whole.
    splitters_ : dict of int to estimator
        The fitted splitter of each cluster that was split, by the label of the cluster.
    parts_ : ndarray of shape (n_parts, 2)
        The label of `clusterer_` and the label of the splitter for each part; the latter is 0 in whole clusters.
    merged_ : ndarray of shape (n_parts,)
        The final cluster of each part.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, if X had string names.

    See Also
    --------
    ClusterClassifier : Another way to improve a clustering.
    sklearn.cluster.BisectingKMeans : Splits clusters from the start, and never merges them.

    References
    ----------
    .. [1] C. Avelar and T. Chaves (2019), Exploring unsupervised learning techniques with the Fashion MNIST dataset
       (among its future work).
    .. [2] J. Ward (1963), Hierarchical grouping to optimize an objective function, Journal of the American Statistical
       Association 58.

    Examples
    --------
    K-means from bad starts has the groups at 0 and 2 in one cluster, and the group at 9 in two clusters.

    >>> from sklearn.cluster import KMeans
    >>> from skfashion.clusterers import SubclusterRefiner
    >>> X = [[0.0], [0.2], [2.0], [2.2], [9.0], [9.1], [9.3], [9.4]]
    >>> kmeans = KMeans(3, init=[[1.0], [9.0], [9.4]], n_init=1)
    >>> kmeans.fit_predict(X).tolist()
    [0, 0, 0, 0, 1, 1, 2, 2]
    >>> SubclusterRefiner(kmeans, splitter=KMeans(2), threshold=0.9, random_state=0).fit_predict(X).tolist()
    [0, 0, 1, 1, 2, 2, 2, 2]
    """

    clusterer: BaseEstimator | None = None
    _: KW_ONLY
    splitter: BaseEstimator | None = None
    n_subclusters: int = 10
    threshold: str | float = "mean"
    sample_size: int | None = 5000
    random_state: int | np.random.RandomState | None = None

    _parameter_constraints: ClassVar[dict] = {
        "clusterer": CLUSTERER,
        "splitter": CLUSTERER,
        "n_subclusters": [Interval(Integral, 2, None, closed="left")],
        "threshold": [StrOptions({"mean"}), Interval(Real, -1, 1, closed="both")],
        "sample_size": [Interval(Integral, 2, None, closed="left"), None],
        "random_state": ["random_state"],
    }

    @all_or_nothing
    def fit(self, X, y=None):
        """Cluster the rows of X, split poor clusters, and merge close parts.

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
            If a parameter or X is invalid, or `splitter` is None and the clusterer has neither `n_clusters` nor
            `n_components`.
        """
        validate_params(self)
        X = with_names(X, validate_data(self, X, ensure_min_samples=2))
        rng = check_random_state(self.random_state)
        self.clusterer_, labels = fit_clone(self.clusterer, X, rng)
        step, X = last_step(self.clusterer_, X)
        X = as_array(X)
        splitter = self._splitter_or_default(step)
        self._find_poor_clusters(X, labels, _min_rows(splitter), rng)
        sublabels = self._split(X, labels, splitter, rng)
        self.labels_ = self._merge(X, labels, sublabels)
        return self

    @available_if(_all_can_predict)
    def predict(self, X):
        """Return the cluster of the part that each row belongs to.

        Available if both `clusterer` and `splitter` can predict. A row of a part that had no training rows goes to the
        cluster of the part with the nearest mean.

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
        step, X = last_step(self.clusterer_, with_names(X, validate_data(self, X, reset=False)))
        labels, X = np.asarray(step.predict(X)), as_array(X)
        sublabels = np.zeros_like(labels)
        for cluster, splitter in self.splitters_.items():
            rows = labels == cluster
            if rows.any():
                sublabels[rows] = splitter.predict(X[rows])
        return np.where(labels == NOISE, NOISE, self.merged_[self._parts_of(X, labels, sublabels)])

    def _splitter_or_default(self, step):
        if self.splitter is not None:
            return self.splitter
        parameter = n_clusters_parameter(step)
        if parameter is None:
            raise ValueError(
                f"splitter=None needs a clusterer with n_clusters or n_components, but got {step!r}; "
                f"pass a splitter, for example splitter=KMeans({self.n_subclusters})."
            )
        return clone(step).set_params(**{parameter: self.n_subclusters})

    def _find_poor_clusters(self, X, labels, min_rows, rng):
        """Set `silhouettes_` and `split_`."""
        clusters = clusters_of(labels)
        rows = rng.permutation(np.flatnonzero(labels != NOISE))[: self.sample_size]
        self.silhouettes_, mean = _silhouettes(X[rows], np.searchsorted(clusters, labels[rows]), len(clusters))
        sizes = np.array([np.sum(labels == cluster) for cluster in clusters], dtype=int)
        threshold = mean if self.threshold == "mean" else self.threshold
        self.split_ = (self.silhouettes_ < threshold) & (sizes >= min_rows)

    def _split(self, X, labels, splitter, rng):
        """Set `splitters_`; return their labels, 0 for rows of whole clusters, shape (n_samples,)."""
        sublabels = np.zeros_like(labels)
        self.splitters_ = {}
        for cluster in clusters_of(labels)[self.split_]:
            rows = labels == cluster
            self.splitters_[int(cluster)], sublabels[rows] = fit_clone(splitter, X[rows], rng)
        return sublabels

    def _merge(self, X, labels, sublabels):
        """Set `parts_` and `merged_`; return the final labels, shape (n_samples,)."""
        clustered = labels != NOISE
        pairs = np.column_stack([labels, sublabels])[clustered]  # (n_clustered, 2)
        self.parts_, parts = np.unique(pairs, axis=0, return_inverse=True)
        parts, X = parts.ravel(), X[clustered]
        means = [X[parts == part].mean(axis=0, dtype=float) for part in range(len(self.parts_))]
        self._means = np.reshape(means, (len(self.parts_), X.shape[1]))
        self.merged_ = merge_by_ward(self._means, np.bincount(parts), len(self.silhouettes_))
        final = np.full(len(labels), NOISE)
        final[clustered] = self.merged_[parts]
        return final

    def _parts_of(self, X, labels, sublabels):
        """Return the position in `parts_` of the part of each row, shape (n_samples,)."""
        pairs = np.column_stack([labels, sublabels])
        is_part = (pairs[:, np.newaxis] == self.parts_).all(axis=2)  # (n_samples, n_parts)
        parts = is_part.argmax(axis=1)
        unseen = ~is_part.any(axis=1) & (labels != NOISE)
        if unseen.any():
            parts[unseen] = pairwise_distances_argmin(X[unseen], self._means)
        return parts


def _min_rows(splitter):
    """Return the number of rows that a splitter (a pipeline or a search, perhaps) needs: one for each cluster."""
    number = n_clusters_of(steps_of(getattr(splitter, "estimator", splitter))[-1])
    return 2 if number is None else number


def merge_by_ward(means, sizes, n_clusters):
    """Merge clusters, closest pair first, until n_clusters are left; return their new numbers, shape (len(means),).

    The distance of two clusters is the growth of the sum of squares within clusters when they are merged,
    n_a n_b / (n_a + n_b) |mean_a - mean_b|² (Ward 1963). A new cluster has the position of its first part.
    """
    means, sizes = np.array(means, dtype=float), np.array(sizes, dtype=float)
    merged = np.arange(len(sizes))
    while len(sizes) > n_clusters:
        increases = np.multiply.outer(sizes, sizes) / np.add.outer(sizes, sizes) * cdist(means, means, "sqeuclidean")
        np.fill_diagonal(increases, np.inf)
        a, b = np.unravel_index(increases.argmin(), increases.shape)  # a < b, as the first of equals is taken
        means[a] = np.average(means[[a, b]], axis=0, weights=sizes[[a, b]])
        sizes[a] += sizes[b]
        means, sizes = np.delete(means, b, axis=0), np.delete(sizes, b)
        merged[merged == b] = a
        merged[merged > b] -= 1
    return merged


def _silhouettes(X, labels, n_clusters):
    """Return the mean silhouettes of clusters, shape (n_clusters,), and of all rows; nan if undefined."""
    counts = np.bincount(labels, minlength=n_clusters)
    means = np.full(n_clusters, np.nan)
    if not 2 <= np.count_nonzero(counts) < len(labels):
        return means, np.nan
    silhouettes = silhouette_samples(X, labels)
    np.divide(np.bincount(labels, silhouettes, minlength=n_clusters), counts, out=means, where=counts > 0)
    return means, silhouettes.mean()
