"""Clusters as balanced partitions of a graph of nearest neighbours."""

from dataclasses import KW_ONLY, dataclass
from numbers import Real
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skfashion._utils.fitting import all_or_nothing
from skfashion._utils.neighbor_graph import (
    exact_neighbors,
    mutual_graph,
    nearest_neighbors,
    scales_of,
    self_tuned_weights,
    weights_among,
)
from skfashion._utils.validation import N_JOBS, check_array, validate_data, validate_params
from skfashion.clusterers._common import AT_LEAST_1, check_at_most_n_distinct
from skfashion.clusterers._cuts import Cutter, import_pymetis
from skfashion.clusterers._n_clusters import NClusters, choose_n_clusters
from skfashion.clusterers._sizes import EQUAL_SIZES, choose_runs
from skfashion.clusterers._vote import vote

MIN_NEIGHBORS = 10
ROWS_PER_NEIGHBOR = 8  # more neighbours than an eighth of the mean cluster would join small clusters
SAME_ROW = 0.1  # a row within this share of a training row's distance to its nearest neighbour is the same row


@dataclass(eq=False, repr=False)
class GraphPartition(ClusterMixin, BaseEstimator):
    """Clusterer by a vote among balanced partitions of a graph of nearest neighbours.

    Edges join rows that are among each other's nearest neighbours, with weights that adapt to the local scale [1]_.
    METIS [2]_ cuts this graph into parts of nearly equal size so that little weight is cut. Each run sees the rows in
    another order. The runs vote on the cluster of each row, and their agreement tells how clear the clusters are.

    Clusters of any size come from five times as many parts, of which each run merges those with the strongest links,
    similar to Chameleon [3]_. Clusters of equal size are usually better if the groups have similar sizes. With
    ``max_imbalance="auto"`` this is tested without labels, by eight runs of each kind on resampled rows (Bayesian
    bootstrap [4]_). Sizes are equal if these runs agree well with one another, and not much worse than runs with any
    size. If no runs agree well, the graph has no groups, as in folders of mixed pictures: clusters then come from the
    average linkage [5]_ of the directions of the rows from their mean, in runs on draws of the rows, if these agree
    better, and data are divided evenly if not. Stable wrong cuts, such as one through the middle of a long narrow
    group, can mislead the test.

    Parameters
    ----------
    n_clusters : int or "auto", default=8
        Number of clusters. "auto" chooses it without labels by `choose_n_clusters`, which can take longer than the
        clustering.
    n_neighbors : int, default=30
        Number of nearest neighbours of each row, the row itself excluded. It is lowered to an eighth of the mean number
        of rows of a cluster, but not below 10, and to the number of all other rows.
    n_votes : int, default=16
        Number of runs that vote. "auto" needs sixteen more.
    max_imbalance : float, None or "auto", default="auto"
        The largest cluster of each run has at most ``1 + max_imbalance`` times the mean number of rows, if no row
        occurs too often. The vote can exceed it. None sets no bound: parts of nearly equal size are merged. "auto"
        chooses among nearly equal sizes (0.1 and 0.3 in turn), no bound and, if the graph has no groups, average
        linkage.
    n_jobs : int or None, default=None
        Number of parallel jobs for the neighbours and the partitions. The result is the same for all.
    random_state : int, RandomState instance or None, default=None
        Source of the orders of the rows, of resampled rows, and of an approximate search of neighbours.

    Attributes
    ----------
    labels_ : ndarray of shape (n_samples,)
        Cluster of each training row.
    agreement_ : float
        Mean share of distinct rows on which two runs agree, in [0, 1]; it needs no label.
    confidence_ : ndarray of shape (n_samples,)
        Share of the runs that put the row into its cluster, in [0, 1].
    n_clusters_ : int
        Number of clusters that was used.
    n_clusters_scores_ : dict of int to float
        Score of each number of clusters that was tried; empty if the number was given.
    has_equal_sizes_ : bool
        True if the clusters come from runs with a bound on their sizes.
    agreements_ : dict of str to float
        Mean share of distinct rows on which two runs on resampled rows agree, with "equal sizes" and with "any size",
        and, if the graph has no groups, by "average linkage", which was taken unless `has_equal_sizes_`. Empty if there
        was nothing to choose.
    n_neighbors_ : int
        Number of neighbours that was used.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, if X had string names.

    See Also
    --------
    KNNSpectral : Spectral clustering of the same kind of graph.
    ConsensusClusterer : Vote among any clusterers.
    HOGFeatures : Features of images that suit this clusterer.

    Notes
    -----
    The neighbours of up to 100,000 training rows are exact. More rows need ``pip install 'skfashion[approximate]'``.
    `predict` compares each new row with all training rows, which the model keeps.

    References
    ----------
    .. [1] L. Zelnik-Manor and P. Perona (2004), Self-tuning spectral clustering, NIPS.
    .. [2] G. Karypis and V. Kumar (1998), A fast and high quality multilevel scheme for partitioning irregular graphs,
       SIAM Journal on Scientific Computing 20.
    .. [3] G. Karypis, E.-H. Han and V. Kumar (1999), Chameleon: hierarchical clustering using dynamic modeling, IEEE
       Computer 32.
    .. [4] D. B. Rubin (1981), The Bayesian bootstrap, Annals of Statistics 9.
    .. [5] R. R. Sokal and C. D. Michener (1958), A statistical method for evaluating systematic relationships,
       University of Kansas Science Bulletin 38.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.decomposition import PCA
    >>> from sklearn.pipeline import make_pipeline
    >>> from skfashion import GraphPartition, HOGFeatures
    >>> from skfashion.metrics import hungarian_accuracy_score
    >>> X, y = load_digits(return_X_y=True)
    >>> pipe = make_pipeline(HOGFeatures(), PCA(100, random_state=0), GraphPartition(10, random_state=0))
    >>> hungarian_accuracy_score(y, pipe.fit_predict(X / 16)) > 0.9
    True
    """

    n_clusters: int | str = 8
    _: KW_ONLY
    n_neighbors: int = 30
    n_votes: int = 16
    max_imbalance: float | str | None = "auto"
    n_jobs: int | None = None
    random_state: int | np.random.RandomState | None = None

    _parameter_constraints: ClassVar[dict] = {
        "n_clusters": [*AT_LEAST_1, StrOptions({"auto"})],
        "n_neighbors": AT_LEAST_1,
        "n_votes": AT_LEAST_1,
        "max_imbalance": [Interval(Real, 0, None, closed="left"), StrOptions({"auto"}), None],
        "n_jobs": N_JOBS,
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
            If a parameter or X is out of its range, or there are fewer distinct rows than clusters.
        ImportError
            If pymetis is not installed, or more than 100,000 rows need an approximate search of neighbours that is
            not installed.
        """
        validate_params(self)
        if self.n_clusters != 1:
            import_pymetis()  # before the search of neighbours
        checked = check_array(X, dtype=(np.float64, np.float32), ensure_min_samples=2, estimator=self, input_name="X")
        rows, places, n_copies = _distinct(checked)
        rng = check_random_state(self.random_state)
        number = self._number(checked, len(rows), rng)
        n_neighbors = self._n_neighbors(len(rows), number.n_clusters)
        distances, neighbors = self._nearest(rows, n_neighbors, rng)
        graph = mutual_graph(weights_among(distances, neighbors), neighbors)
        cutter = Cutter(graph, n_copies, number.n_clusters, number.n_clusters, EQUAL_SIZES, self.n_jobs)
        chosen, is_bounded, agreements = choose_runs(cutter, rows, self.max_imbalance, rng)
        result = _complete_vote(chosen.runs(self.n_votes, rng), number.n_clusters)
        validate_data(self, X, skip_check_array=True)  # sets n_features_in_ and feature_names_in_
        self.n_clusters_, self.n_clusters_scores_ = number
        self.n_neighbors_, self.has_equal_sizes_, self.agreements_ = n_neighbors, is_bounded, agreements
        self.agreement_ = result.agreement
        self._labels, self._shares = result.labels, result.shares
        self.labels_ = result.labels[places]
        self.confidence_ = result.shares[np.arange(len(rows)), result.labels][places].astype(float)
        self._rows, self._scales = rows, scales_of(distances)
        self._same_row = SAME_ROW * distances[:, 0]
        self._neighbors = exact_neighbors(rows, max(n_neighbors, 1), self.n_jobs)
        return self

    def predict(self, X):
        """Return the cluster of each row by the votes of its neighbours among the training rows.

        A row that is nearly equal to a training row gets its cluster.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples,)
            Clusters.
        """
        return self.predict_with_confidence(X)[0]

    def predict_with_confidence(self, X):
        """Return the cluster of each row, and its share as in `predict_proba`, by one search of neighbours.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            Clusters.
        confidence : ndarray of shape (n_samples,)
            Shares, from 0 to 1.
        """
        shares, seen, nearest = self._memberships(X)
        labels = np.where(seen, self._labels[nearest], shares.argmax(axis=1))
        return labels, shares[np.arange(len(shares)), labels]

    def predict_proba(self, X):
        """Return the weighted mean of the shares of votes of each row's neighbours among the training rows.

        A row that is nearly equal to a training row gets the shares of this row.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples, n_clusters)
            Shares of the clusters; the sum of each row is 1.
        """
        return self._memberships(X)[0]

    def _memberships(self, X):
        """Return shares of clusters, the rows that are training rows, and the nearest training row of each."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=(np.float64, np.float32))
        distances, neighbors = self._neighbors.kneighbors(X)  # (n_samples, n_neighbors)
        weights = self_tuned_weights(distances, scales_of(distances)[:, np.newaxis], self._scales[neighbors])
        shares = np.zeros((len(X), self._shares.shape[1]))
        for column in range(weights.shape[1]):  # an array for all neighbours at once would be large
            shares += weights[:, [column]] * self._shares[neighbors[:, column]]
        nearest = neighbors[:, 0]
        is_equal = (self._rows[nearest] == X).all(axis=1)
        seen = is_equal | (distances[:, 0] <= self._same_row[nearest])
        shares[seen] = self._shares[nearest[seen]]
        return shares / shares.sum(axis=1, keepdims=True), seen, nearest

    def _number(self, X, n_distinct, rng):
        """Return the number of clusters, and its scores if it is chosen."""
        if isinstance(self.n_clusters, str):
            return choose_n_clusters(X, n_jobs=self.n_jobs, random_state=rng)
        check_at_most_n_distinct(self.n_clusters, len(X), n_distinct)
        return NClusters(int(self.n_clusters), {})  # a small integer type of numpy would overflow

    def _n_neighbors(self, n_rows, n_clusters):
        """Return the number of neighbours for so many distinct rows."""
        most = max(MIN_NEIGHBORS, n_rows // (ROWS_PER_NEIGHBOR * n_clusters))
        return min(self.n_neighbors, most, n_rows - 1)

    def _nearest(self, rows, n_neighbors, rng):
        """Return distances and places of nearest neighbours; a single row has itself."""
        if len(rows) == 1:
            return np.zeros((1, 1), rows.dtype), np.zeros((1, 1), np.intp)
        return nearest_neighbors(rows, n_neighbors, n_jobs=self.n_jobs, rng=rng)


def _complete_vote(partitions, n_clusters):
    """Return the vote; if it leaves a cluster empty, the run that agrees most with the others."""
    result = vote(partitions, n_clusters)
    if len(np.unique(result.labels)) == n_clusters:
        return result
    return vote(partitions, n_clusters, n_rounds=0)


def _distinct(X):
    """Return the distinct rows, the place of each row among them, and how many rows each stands for."""
    rows, places, n_copies = np.unique(X, axis=0, return_inverse=True, return_counts=True)
    places = places.reshape(-1)  # some versions of numpy return a column
    if len(rows) == len(X):
        return X, np.arange(len(X)), n_copies
    return rows, places, n_copies
