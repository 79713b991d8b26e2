"""The methods of a fitted search, which its best pipeline answers."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, MetaEstimatorMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from skfashion._utils.validation import validate_data


def _can_predict(search):
    """Return True before `fit`, or if the best pipeline can predict."""
    return not hasattr(search, "best_estimator_") or hasattr(search.best_estimator_, "predict")


def _can_transform(search):
    """Return True if the best pipeline can transform; it is unknown before `fit`."""
    return hasattr(search, "best_estimator_") and hasattr(search.best_estimator_, "transform")


class FoundPipeline(MetaEstimatorMixin, BaseEstimator, ABC):
    """Clusterer that answers by its `best_estimator_`."""

    refit: Any
    best_estimator_: Any
    labels_: np.ndarray
    indices_: np.ndarray
    scorers_: dict[str, Any]

    @abstractmethod
    def fit(self, X, y=None):
        """Choose a pipeline, and fit it to X or to some of its rows."""

    def fit_predict(self, X, y=None):
        """Search, and return the cluster of each row of X.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Images.
        y : array-like of shape (n_samples,), default=None
            Classes, for scores that use labels and for nothing else.

        Returns
        -------
        ndarray of shape (n_samples,)
            `labels_`, and `predict` for rows that were not fitted.

        Raises
        ------
        ValueError
            As from `fit`, or if no pipeline is chosen, or if the chosen pipeline takes fewer rows and cannot predict.
        """
        if not self.refit:
            raise ValueError(f"refit={self.refit!r} chooses no pipeline; fit_predict needs one.")
        self.fit(X, y)
        if len(self.indices_) == len(X):
            return self.labels_
        if not hasattr(self, "predict"):
            raise ValueError(
                f"The chosen pipeline takes {len(self.indices_)} of {len(X)} rows and has no predict; call fit, and "
                "take labels_ and indices_."
            )
        labels = self.predict(X)
        labels[self.indices_] = self.labels_
        return labels

    @available_if(_can_predict)
    def predict(self, X):
        """Return the cluster of each row by the best pipeline.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Images.

        Returns
        -------
        ndarray of shape (n_samples,)
            Clusters.
        """
        check_is_fitted(self, "best_estimator_")
        return self.best_estimator_.predict(validated(self, X, reset=False))

    @available_if(_can_transform)
    def transform(self, X):
        """Transform X by the best pipeline.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Images.

        Returns
        -------
        ndarray of shape (n_samples, n_outputs)
            Output of its clusterer for the embedding: distances from the centres, for k-means.
        """
        check_is_fitted(self, "best_estimator_")
        return self.best_estimator_.transform(validated(self, X, reset=False))

    def score(self, X, y=None):
        """Score the best pipeline on X, by the score that it was chosen for, or else the first.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Images.
        y : array-like of shape (n_samples,), default=None
            Classes, if the score uses labels.

        Returns
        -------
        float
            Higher is better.
        """
        check_is_fitted(self, "best_estimator_")
        name = self.refit if self.refit in self.scorers_ else next(iter(self.scorers_))
        return self.scorers_[name](self.best_estimator_, validated(self, X, reset=False), y)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.estimator_type = "clusterer"
        return tags


def validated(search, X, *, reset):
    """Validate X as an array of a type that images have."""
    return validate_data(search, X, reset=reset, dtype=(np.float64, np.float32, np.uint8), order="C")
