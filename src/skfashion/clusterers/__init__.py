"""Clusterers of our own: estimators with `n_clusters`, `labels_` and `predict`."""

from skfashion.clusterers._knn_spectral import KNNSpectral
from skfashion.clusterers._ward import Ward

__all__ = ["KNNSpectral", "Ward"]
