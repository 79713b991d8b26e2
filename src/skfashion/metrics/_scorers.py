"""Scorers of clusterers for GridSearchCV, cross_validate and searches.

There are two kinds, never mixed: scorers that compare with labels, and label-free scorers.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from sklearn.base import clone
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score
from sklearn.utils import _safe_indexing, check_array
from sklearn.utils.validation import check_is_fitted

from skfashion._utils.checks import check_option, check_sample_size, sample_rows
from skfashion._utils.pipelines import NOISE, last_step
from skfashion._utils.validation import images_refused
from skfashion.metrics._scores import hungarian_accuracy_score, purity_score


@dataclass(frozen=True, kw_only=True)
class ClusterScorer(ABC):
    """Scorer of a clusterer, called with (estimator, X, y=None) like those of scikit-learn; higher is better."""

    without_predict: str = "refit"

    uses_labels: ClassVar[bool]

    def __post_init__(self):
        check_option("without_predict", self.without_predict, ("refit", "labels", "raise"))

    def __call__(self, estimator, X, y=None) -> float:
        """Score a fitted estimator on X."""
        self._check_labels(y)
        with images_refused(X, estimator):
            clusterer, Z = last_step(estimator, X)
            return self.score_clusters(self._clusters(clusterer, Z), X=X, Z=Z, y=y, clusterer=clusterer)

    @abstractmethod
    def score_clusters(self, labels, *, X, Z, y, clusterer) -> float:
        """Score the labels of rows X with classes y, where Z is X as the clusterer sees it."""

    def _check_labels(self, y):
        if self.uses_labels and y is None:
            raise ValueError(f"{type(self).__name__} compares with labels; pass y, or use a label-free scorer.")

    def _clusters(self, clusterer, Z):
        """Return the cluster of each row of Z."""
        if hasattr(clusterer, "predict"):
            return clusterer.predict(Z)
        name, n_samples = type(clusterer).__name__, np.shape(Z)[0]
        if not hasattr(clusterer, "fit_predict"):
            raise TypeError(f"{name} is no clusterer: it has neither predict nor fit_predict; add one after it.")
        check_is_fitted(clusterer)
        if self.without_predict == "refit":
            return clone(clusterer).fit_predict(Z)
        if self.without_predict == "raise":
            raise TypeError(
                f"{name} has no predict; pass without_predict='refit' to cluster the rows with a clone of it, "
                "or 'labels' to score its labels_."
            )
        if len(clusterer.labels_) != n_samples:
            raise ValueError(
                f"{name} has labels_ of {len(clusterer.labels_)} rows but X has {n_samples}; without_predict='labels' "
                "takes the training data only: pass without_predict='refit'."
            )
        return clusterer.labels_


@dataclass(frozen=True, kw_only=True)
class _LabelScorer(ClusterScorer):
    noise_label: object = NOISE

    uses_labels: ClassVar = True


@dataclass(frozen=True, kw_only=True)
class HungarianAccuracy(_LabelScorer):
    """Scorer of a clusterer by `hungarian_accuracy_score`. Uses labels.

    Rows without a class (None, NaN, pandas' NA, polars' null) do not count.

    Parameters
    ----------
    noise_label : int, str or None, default=-1
        Rows of this cluster match nothing (DBSCAN, HDBSCAN and OPTICS call noise -1).
    without_predict : {"refit", "labels", "raise"}, default="refit"
        Treatment of a clusterer without `predict`: cluster exactly the given rows with a clone of it (after the fitted
        steps of a pipeline), take its `labels_` (right if the rows are the training data), or raise an error.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.model_selection import GridSearchCV
    >>> from skfashion import HungarianAccuracy
    >>> X, y = load_iris(return_X_y=True)
    >>> search = GridSearchCV(KMeans(random_state=0), {"n_clusters": [2, 3]}, scoring=HungarianAccuracy())
    >>> search.fit(X, y).best_params_
    {'n_clusters': 3}
    """

    def score_clusters(self, labels, *, X, Z, y, clusterer) -> float:
        return hungarian_accuracy_score(y, labels, noise_label=self.noise_label)


@dataclass(frozen=True, kw_only=True)
class Purity(_LabelScorer):
    """Scorer of a clusterer by `purity_score`. Uses labels.

    Rows without a class (None, NaN, pandas' NA, polars' null) do not count.

    Parameters
    ----------
    noise_label : int, str or None, default=-1
        Rows of this cluster match nothing.
    without_predict : {"refit", "labels", "raise"}, default="refit"
        Treatment of a clusterer without `predict`: see `HungarianAccuracy`.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> from sklearn.datasets import load_iris
    >>> from skfashion import Purity
    >>> X, y = load_iris(return_X_y=True)
    >>> round(Purity()(KMeans(3, random_state=0).fit(X), X, y), 3)
    0.887
    """

    def score_clusters(self, labels, *, X, Z, y, clusterer) -> float:
        return purity_score(y, labels, noise_label=self.noise_label)


@dataclass(frozen=True, kw_only=True)
class LabelFreeScorer(ClusterScorer):
    space: str = "embedding"
    noise_label: object = NOISE
    sample_size: int | None = None
    random_state: int | None = 0

    uses_labels: ClassVar = False
    spaces: ClassVar[tuple[str, ...]] = ("input", "embedding")

    def __post_init__(self):
        super().__post_init__()
        check_option("space", self.space, self.spaces)
        check_sample_size(self.sample_size)

    def _sample(self, labels, X, Z):
        """Draw at most `sample_size` rows in the scorer's space, with their labels."""
        rows, labels = X if self.space == "input" else Z, np.asarray(labels)
        chosen = sample_rows(len(labels), self.sample_size, self.random_state)
        if len(chosen) < len(labels):
            rows, labels = _safe_indexing(rows, chosen), labels[chosen]
        return check_array(rows, dtype=(np.float64, np.float32)), labels

    def _clustered(self, labels, X, Z):
        """Draw rows as `_sample`; return those in clusters, their labels, and their share."""
        rows, labels = self._sample(labels, X, Z)
        is_clustered = np.full(len(labels), True) if self.noise_label is None else labels != self.noise_label
        if not is_clustered.any():
            raise ValueError("All rows are noise.")
        n_clusters, n_rows = len(np.unique(labels[is_clustered])), int(is_clustered.sum())
        if not 2 <= n_clusters < n_rows:
            clusters = "there is 1 cluster" if n_clusters == 1 else f"there are {n_clusters:,} clusters"
            raise ValueError(f"{clusters} of {n_rows:,} rows; the score needs at least 2, and fewer than rows.")
        return rows[is_clustered], labels[is_clustered], float(is_clustered.mean())


@dataclass(frozen=True, kw_only=True)
class Silhouette(LabelFreeScorer):
    """Scorer of a clusterer by scikit-learn's `silhouette_score`, in [-1, 1]. Label-free.

    Parameters
    ----------
    space : {"embedding", "input"}, default="embedding"
        Space of the distances: the input of the last step of a pipeline, or X itself. Only scores in X itself can be
        compared across reducers.
    noise_label : int, str or None, default=-1
        Rows of this cluster are in no cluster (DBSCAN, HDBSCAN and OPTICS call noise -1). They are left out, and the
        score is multiplied by the share of the others: each of them counts 0. None takes noise as a cluster.
    sample_size : int or None, default=5000
        Number of rows to draw, since the cost grows with its square; None takes all.
    random_state : int or None, default=0
        Source of the rows that are drawn.
    without_predict : {"refit", "labels", "raise"}, default="refit"
        Treatment of a clusterer without `predict`: see `HungarianAccuracy`.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> from sklearn.datasets import load_iris
    >>> from skfashion import Silhouette
    >>> X, _ = load_iris(return_X_y=True)
    >>> round(Silhouette()(KMeans(3, random_state=0).fit(X), X), 3)
    0.551
    """

    sample_size: int | None = 5000

    def score_clusters(self, labels, *, X, Z, y, clusterer) -> float:
        rows, labels, share = self._clustered(labels, X, Z)
        return float(silhouette_score(rows, labels)) * share


@dataclass(frozen=True, kw_only=True)
class CalinskiHarabasz(LabelFreeScorer):
    """Scorer of a clusterer by scikit-learn's `calinski_harabasz_score`, from 0 up. Label-free.

    Parameters
    ----------
    space : {"embedding", "input"}, default="embedding"
        Space of the distances: see `Silhouette`.
    noise_label : int, str or None, default=-1
        Rows of this cluster are in no cluster (DBSCAN, HDBSCAN and OPTICS call noise -1). They are left out, and the
        score is multiplied by the share of the others. None takes noise as a cluster.
    sample_size : int or None, default=None
        Number of rows to draw; None takes all.
    random_state : int or None, default=0
        Source of the rows that are drawn.
    without_predict : {"refit", "labels", "raise"}, default="refit"
        Treatment of a clusterer without `predict`: see `HungarianAccuracy`.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> from sklearn.datasets import load_iris
    >>> from skfashion import CalinskiHarabasz
    >>> X, _ = load_iris(return_X_y=True)
    >>> round(CalinskiHarabasz()(KMeans(3, random_state=0).fit(X), X))
    562
    """

    def score_clusters(self, labels, *, X, Z, y, clusterer) -> float:
        rows, labels, share = self._clustered(labels, X, Z)
        return float(calinski_harabasz_score(rows, labels)) * share


@dataclass(frozen=True, kw_only=True)
class DaviesBouldin(LabelFreeScorer):
    """Scorer of a clusterer by scikit-learn's `davies_bouldin_score`, negated so that higher is better. Label-free.

    Parameters
    ----------
    space : {"embedding", "input"}, default="embedding"
        Space of the distances: see `Silhouette`.
    noise_label : int, str or None, default=-1
        Rows of this cluster are in no cluster (DBSCAN, HDBSCAN and OPTICS call noise -1). They are left out, and the
        score is divided by the share of the others. None takes noise as a cluster.
    sample_size : int or None, default=None
        Number of rows to draw; None takes all.
    random_state : int or None, default=0
        Source of the rows that are drawn.
    without_predict : {"refit", "labels", "raise"}, default="refit"
        Treatment of a clusterer without `predict`: see `HungarianAccuracy`.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> from sklearn.datasets import load_iris
    >>> from skfashion import DaviesBouldin
    >>> X, _ = load_iris(return_X_y=True)
    >>> round(DaviesBouldin()(KMeans(3, random_state=0).fit(X), X), 2)
    -0.67
    """

    def score_clusters(self, labels, *, X, Z, y, clusterer) -> float:
        rows, labels, share = self._clustered(labels, X, Z)
        return -float(davies_bouldin_score(rows, labels)) / share
