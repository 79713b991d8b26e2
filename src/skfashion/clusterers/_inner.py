"""What clusterers that are made of other estimators do with these."""

import numpy as np
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.utils._param_validation import HasMethods

NOISE = -1  # the label of rows that belong to no cluster

CLUSTERER = [HasMethods("fit_predict"), HasMethods(["fit", "predict"]), None]  # what a parameter that holds one takes


def clusterer_or_default(clusterer):
    """The clusterer, or the k-means that stands for None."""
    return KMeans(n_init=10) if clusterer is None else clusterer


def seeded_clone(estimator, rng):
    """An unfitted copy whose sources of randomness, wherever they are None, are integers drawn from rng."""
    copy = clone(estimator)
    sources = (name for name in sorted(copy.get_params()) if name.rpartition("__")[2] == "random_state")
    unset = [name for name in sources if copy.get_params()[name] is None]
    return copy.set_params(**{name: int(rng.randint(np.iinfo(np.int32).max)) for name in unset})


def fit_labels(clusterer, X):
    """Fit and give the labels, shape (n_samples,): mixtures have no `labels_`, and searches no `fit_predict`."""
    labels = clusterer.fit_predict(X) if hasattr(clusterer, "fit_predict") else clusterer.fit(X).predict(X)
    return np.asarray(labels)


def clusters_of(labels):
    """The labels of the clusters that have rows, in ascending order, noise aside."""
    return np.unique(labels[labels != NOISE])
