"""K-means on directions."""

import numpy as np
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.cluster import KMeans
from sklearn.preprocessing import normalize
from sklearn.utils.validation import check_is_fitted, validate_data


class DirectionKMeans(ClusterMixin, BaseEstimator):
    """K-means on rows of length 1: lengths do not matter, only directions.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of clusters.
    n_init : int, default=10
        Number of starts; the best is kept.
    random_state : int, RandomState instance or None, default=None
        Seed of the starts.
    """

    def __init__(self, n_clusters=8, *, n_init=10, random_state=None):
        self.n_clusters = n_clusters
        self.n_init = n_init
        self.random_state = random_state

    def fit(self, X, y=None):
        """Cluster the rows of X."""
        X = validate_data(self, X, dtype=(np.float64, np.float32))
        kmeans = KMeans(self.n_clusters, n_init=self.n_init, random_state=self.random_state)
        self.kmeans_ = kmeans.fit(normalize(X))
        self.labels_, self.n_iter_ = self.kmeans_.labels_, self.kmeans_.n_iter_
        return self

    def predict(self, X):
        """Return the cluster of each row."""
        check_is_fitted(self)
        return self.kmeans_.predict(normalize(validate_data(self, X, reset=False, dtype=(np.float64, np.float32))))
