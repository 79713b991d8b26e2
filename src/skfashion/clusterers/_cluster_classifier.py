"""A clusterer by a classifier that learns clusters as if they were classes."""

import warnings
from dataclasses import KW_ONLY, dataclass
from numbers import Real
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator, ClusterMixin, MetaEstimatorMixin
from sklearn.linear_model import LogisticRegression
from sklearn.utils import _safe_indexing, check_random_state
from sklearn.utils._param_validation import HasMethods, Interval
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from skfashion._utils.fitting import all_or_nothing
from skfashion._utils.pipelines import NOISE, as_array, clusters_of, last_step, seeded_clone, with_names
from skfashion._utils.validation import validate_data, validate_params
from skfashion.clusterers._common import CLUSTERER, fit_clone


@dataclass(eq=False, repr=False)
class ClusterClassifier(ClusterMixin, MetaEstimatorMixin, BaseEstimator):
    """Clusterer that predicts by a classifier: the clusters of another clusterer are its classes.

    A clusterer labels the rows. A classifier learns these labels from the rows that belong to their clusters most
    clearly [1]_ [2]_. This gives `predict` to clusterers that have no such method, and smooths the borders of clusters.
    It uses no labels: `y` is ignored, and the classes are the numbers of the clusters. If there are labels,
    `HungarianAccuracy` scores it.

    Parameters
    ----------
    clusterer : estimator or None, default=None
        Clusterer or mixture, or pipeline that ends in one; it needs no `predict`. None is ``KMeans(n_init=10)``.
    classifier : estimator or None, default=None
        Classifier that learns the clusters from the rows of X. None is ``LogisticRegression(max_iter=1000)``.
    share : float, default=1.0
        Share of each cluster's rows that the classifier learns, in (0, 1]; at least one row of each cluster. It
        learns the rows with the highest `predict_proba` of the clusterer. Among equals, or if the clusterer has no
        such method, it learns the rows nearest to the mean of their cluster, as the last step of a pipeline sees them.
        It never learns rows that the clusterer calls noise, -1.
    random_state : int, RandomState instance or None, default=None
        Source of those random states in `clusterer` and `classifier` that are None.

    Attributes
    ----------
    clusterer_ : estimator
        The fitted clusterer.
    classifier_ : estimator
        The fitted classifier.
    pseudo_labels_ : ndarray of shape (n_samples,)
        Label of each training row by the clusterer.
    labels_ : ndarray of shape (n_samples,)
        Label of each training row by the classifier.
    indices_ : ndarray of shape (n_learnt,)
        Positions of the rows that the classifier has learnt, in ascending order.
    classes_ : ndarray of shape (n_classes,)
        Labels of the clusters that the classifier has learnt, in ascending order.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, if X had string names.

    See Also
    --------
    SubclusterRefiner : Another way to improve a clustering.
    sklearn.semi_supervised.SelfTrainingClassifier : Learns from few labels.

    References
    ----------
    .. [1] D.-H. Lee (2013), Pseudo-label: the simple and efficient semi-supervised learning method for deep neural
       networks, ICML workshop on challenges in representation learning.
    .. [2] C. Avelar and T. Chaves (2019), Exploring unsupervised learning techniques with the Fashion MNIST dataset
       (among its future work).

    Examples
    --------
    >>> from sklearn.cluster import AgglomerativeClustering
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from skfashion.clusterers import ClusterClassifier
    >>> model = ClusterClassifier(AgglomerativeClustering(2), KNeighborsClassifier(1))
    >>> _ = model.fit([[0.0], [0.1], [5.0], [5.2]])
    >>> bool(model.predict([[0.3]]) == model.labels_[0])
    True
    """

    clusterer: BaseEstimator | None = None
    classifier: BaseEstimator | None = None
    _: KW_ONLY
    share: float = 1.0
    random_state: int | np.random.RandomState | None = None

    _parameter_constraints: ClassVar[dict] = {
        "clusterer": CLUSTERER,
        "classifier": [HasMethods(["fit", "predict"]), None],
        "share": [Interval(Real, 0, 1, closed="right")],
        "random_state": ["random_state"],
    }

    @all_or_nothing
    def fit(self, X, y=None):
        """Cluster the rows of X, and learn their clusters.

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
            If a parameter or X is invalid, or the clusterer finds fewer than two clusters.

        Warns
        -----
        UserWarning
            If the classifier puts no row into a cluster that it has learnt.
        """
        validate_params(self)
        X = with_names(X, validate_data(self, X))
        rng = check_random_state(self.random_state)
        self.clusterer_, self.pseudo_labels_ = fit_clone(self.clusterer, X, rng)
        self.classes_ = clusters_of(self.pseudo_labels_)
        if len(self.classes_) < 2:
            raise ValueError(
                f"clusterer={self.clusterer_!r} must find at least 2 clusters for the classifier to tell apart, but "
                f"found {len(self.classes_)} among n_samples={len(self.pseudo_labels_)}; change its parameters or pass "
                "more rows."
            )
        self.indices_ = self._rows_to_learn(X)
        self.classifier_ = seeded_clone(_classifier_or_default(self.classifier), rng)
        self.classifier_.fit(_safe_indexing(X, self.indices_), self.pseudo_labels_[self.indices_])
        self.labels_ = self.classifier_.predict(X)
        self._warn_of_lost_clusters()
        return self

    def predict(self, X):
        """Return the cluster of each row by the classifier.

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
        return self.classifier_.predict(with_names(X, validate_data(self, X, reset=False)))

    @available_if(lambda self: hasattr(_classifier_or_default(self.classifier), "predict_proba"))
    def predict_proba(self, X):
        """Return the probability of each cluster by the classifier.

        Available if the classifier has `predict_proba`.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            A column for each of `classes_`.
        """
        check_is_fitted(self)
        return self.classifier_.predict_proba(with_names(X, validate_data(self, X, reset=False)))

    def _warn_of_lost_clusters(self):
        lost = np.setdiff1d(self.classes_, self.labels_)
        if len(lost):
            warnings.warn(
                f"The classifier finds {len(self.classes_) - len(lost)} of the {len(self.classes_)} clusters again: no "
                f"row is in {', '.join(map(str, lost))}. Pass another classifier, or fewer clusters.",
                stacklevel=4,
            )

    def _rows_to_learn(self, X):
        """Return the positions of the most confident rows of each cluster, in ascending order."""
        if self.share == 1:
            return np.flatnonzero(self.pseudo_labels_ != NOISE)
        order = _by_confidence(self.clusterer_, X, self.pseudo_labels_)
        labels = self.pseudo_labels_[order]
        learnt = []
        for cluster in self.classes_:
            rows = order[labels == cluster]
            learnt.append(rows[: max(1, round(self.share * len(rows)))])
        return np.sort(np.concatenate(learnt))


def _classifier_or_default(classifier):
    return LogisticRegression(max_iter=1000) if classifier is None else classifier


def _by_confidence(clusterer, X, labels):
    """Return the positions of all rows, the most confident first, shape (n_samples,)."""
    distances = _distances_to_means(as_array(last_step(clusterer, X)[1]), labels)
    if not hasattr(clusterer, "predict_proba"):
        return np.argsort(distances, kind="stable")
    # the probabilities of mixtures are often exactly 1: distances are the second key
    return np.lexsort((distances, -np.max(clusterer.predict_proba(X), axis=1)))


def _distances_to_means(X, labels):
    """Return the distance of each row to the mean of its cluster, shape (n_samples,)."""
    distances = np.empty(len(X))
    for label in np.unique(labels):
        rows = X[labels == label]
        distances[labels == label] = np.linalg.norm(rows - rows.mean(axis=0, dtype=float), axis=1)
    return distances
