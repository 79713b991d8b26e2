"""Clusterers of our own: estimators with `n_clusters`, `labels_` and `predict`, and such as are made of others."""

from skfashion.clusterers._cluster_classifier import ClusterClassifier
from skfashion.clusterers._knn_spectral import KNNSpectral
from skfashion.clusterers._subcluster_refiner import SubclusterRefiner
from skfashion.clusterers._ward import Ward

__all__ = ["ClusterClassifier", "KNNSpectral", "SubclusterRefiner", "Ward"]
