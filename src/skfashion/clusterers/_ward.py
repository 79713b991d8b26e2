"""Ward's hierarchical clustering in memory that grows with the number of rows."""

from dataclasses import KW_ONLY, dataclass
from typing import ClassVar

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.base import BaseEstimator, ClusterMixin

from skfashion._utils.equal_rows import unite_equal_rows
from skfashion._utils.fitting import all_or_nothing
from skfashion._utils.validation import check_squares, validate_data, validate_params
from skfashion.clusterers._common import AT_LEAST_1, check_at_most_n_samples


@dataclass(eq=False, repr=False)
class Ward(ClusterMixin, BaseEstimator):
    """Ward's hierarchical clustering, without the matrix of all distances.

    Each step merges the two clusters that add least to the sum of squared distances from the centres [1]_. Distances
    are computed from the rows when they are needed [2]_: 60,000 rows take megabytes, while
    `sklearn.cluster.AgglomerativeClustering` and scipy take 14 gigabytes. It needs the package fastcluster
    (``pip install 'skfashion[fastcluster]'``).

    Parameters
    ----------
    n_clusters : int, default=8
        Number of clusters.

    Attributes
    ----------
    labels_ : ndarray of shape (n_samples,)
        Cluster of each training row.
    linkage_ : ndarray of shape (n_samples - 1, 4)
        The merges in their order, with their distances, as `scipy.cluster.hierarchy.linkage` returns them.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, if X had string names.

    See Also
    --------
    sklearn.cluster.AgglomerativeClustering : Other linkages, and connectivity constraints.

    References
    ----------
    .. [1] J. Ward (1963), Hierarchical grouping to optimize an objective function, Journal of the American Statistical
       Association 58.
    .. [2] D. Müllner (2013), fastcluster: fast hierarchical, agglomerative clustering routines for R and Python,
       Journal of Statistical Software 53.

    Examples
    --------
    >>> import pytest
    >>> _ = pytest.importorskip("fastcluster")
    >>> from skfashion.clusterers import Ward
    >>> Ward(2).fit_predict([[0.0], [0.1], [5.0], [5.2]]).tolist()
    [0, 0, 1, 1]
    """

    n_clusters: int = 8
    _: KW_ONLY

    _parameter_constraints: ClassVar[dict] = {"n_clusters": AT_LEAST_1}

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
            If a parameter is out of its range, there are fewer than two rows or fewer rows than clusters, or X has
            values with squares that float64 cannot hold.
        ImportError
            If fastcluster is not installed.
        """
        validate_params(self)
        try:
            from fastcluster import linkage_vector
        except ImportError as error:
            raise ImportError("Ward needs the package fastcluster; pip install 'skfashion[fastcluster]'.") from error
        X = validate_data(self, X, dtype=np.float64, order="C", ensure_min_samples=2)
        check_at_most_n_samples(len(X), n_clusters=self.n_clusters)
        check_squares(X)
        self.linkage_ = linkage_vector(X, method="ward", metric="euclidean")
        united = unite_equal_rows(X, cut(self.linkage_, self.n_clusters), self.n_clusters, "Ward")
        self.labels_ = np.unique(united, return_inverse=True)[1]
        return self


def cut(linkage, n_clusters):
    """Return the cluster of each row once n_clusters are left, numbered by their first rows, shape (n_samples,)."""
    n_samples, n_clusters = len(linkage) + 1, int(n_clusters)  # a small integer type of numpy would overflow
    children = linkage[: n_samples - n_clusters, :2].astype(int)  # (n_merges, 2), in the order of the merges
    n_nodes = n_samples + len(children)
    parents = np.repeat(np.arange(n_samples, n_nodes), 2)
    merges = coo_array((np.ones(len(parents)), (children.ravel(), parents)), shape=(n_nodes, n_nodes))
    return connected_components(merges, directed=False)[1][:n_samples]
