"""Clusterers of our own: estimators with `n_clusters`, `labels_` and `predict`, and such as are made of others."""

from skfashion.clusterers._knn_spectral import KNNSpectral
from skfashion.clusterers._pseudo_label import PseudoLabelClassifier
from skfashion.clusterers._subcluster_refiner import SubclusterRefiner
from skfashion.clusterers._ward import Ward

__all__ = ["KNNSpectral", "PseudoLabelClassifier", "SubclusterRefiner", "Ward"]
