"""Codes, clusters and reconstructions of fitted estimators."""

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from skfashion._utils.pipelines import found_by_search, last_step
from skfashion._utils.validation import images_refused


def codes_and_labels(estimator, X):
    """Return the rows as the last step sees them and its clusters, or the transformed rows and None.

    A clusterer without `predict` has clusters for its training data only: None for other rows.
    """
    estimator = found_by_search(estimator)
    with images_refused(X, estimator):
        last, Z = last_step(estimator, X)
        if _is_clusterer(last):
            return Z, _labels(last, Z)
    if not hasattr(estimator, "transform"):
        raise TypeError(
            f"{_name(estimator)} has no transform and does not cluster; pass an estimator that does one of them."
        )
    with images_refused(X, estimator):
        return estimator.transform(X), None


def codes_and_clusters(estimator, X):
    """Return the rows as the clusterer sees them, and their clusters."""
    with images_refused(X, found_by_search(estimator)):
        last, Z = last_step(found_by_search(estimator), X)
        if not _is_clusterer(last):
            raise TypeError(f"{_name(last)} is no clusterer: it has neither predict nor fit_predict; add one after it.")
        labels = _labels(last, Z)
    if labels is None:
        raise ValueError(
            f"{_name(last)} has no predict, and labels_ has {len(last.labels_)} rows but X has {np.shape(Z)[0]}; "
            "pass the training data, or pass your own clusters to from_predictions."
        )
    return Z, labels


def encoder_and_decoder(estimator):
    """Return the part of the estimator that transforms and restores: all of it, or all before the clusterer."""
    estimator = found_by_search(estimator)
    parts = [estimator]
    if isinstance(estimator, Pipeline) and len(estimator) > 1:
        parts.append(estimator[:-1])
    for part in parts:
        if hasattr(part, "transform") and hasattr(part, "inverse_transform"):
            return part
    raise TypeError(
        f"{_name(estimator)} has no transform and inverse_transform; pass an autoencoder, PCA, or a Pipeline of such."
    )


def _is_clusterer(step):
    return hasattr(step, "predict") or hasattr(step, "fit_predict")


def _labels(clusterer, Z):
    if hasattr(clusterer, "predict"):
        return clusterer.predict(Z)
    check_is_fitted(clusterer)
    return clusterer.labels_ if len(clusterer.labels_) == np.shape(Z)[0] else None


def _name(estimator):
    return type(estimator).__name__
