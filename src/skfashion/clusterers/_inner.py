"""What clusterers that are made of other estimators do with these."""

import numpy as np
from sklearn.cluster import KMeans
from sklearn.utils._param_validation import HasMethods

CLUSTERER = [HasMethods("fit_predict"), HasMethods(["fit", "predict"]), None]  # what a parameter that holds one takes


def clusterer_or_default(clusterer):
    """The clusterer, or the k-means that stands for None."""
    return KMeans(n_init=10) if clusterer is None else clusterer


def fit_labels(clusterer, X):
    """Fit and give the labels, shape (n_samples,): mixtures have no `labels_`, and searches no `fit_predict`."""
    labels = clusterer.fit_predict(X) if hasattr(clusterer, "fit_predict") else clusterer.fit(X).predict(X)
    return np.asarray(labels)
