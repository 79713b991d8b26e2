"""Clusterers of our own, three of them made of other estimators."""

from skfashion.clusterers._cluster_classifier import ClusterClassifier
from skfashion.clusterers._consensus import ConsensusClusterer
from skfashion.clusterers._graph_partition import GraphPartition
from skfashion.clusterers._knn_spectral import KNNSpectral
from skfashion.clusterers._n_clusters import NClusters, choose_n_clusters
from skfashion.clusterers._spherical_kmeans import SphericalKMeans
from skfashion.clusterers._subcluster_refiner import SubclusterRefiner
from skfashion.clusterers._ward import Ward

__all__ = [
    "ClusterClassifier",
    "ConsensusClusterer",
    "GraphPartition",
    "KNNSpectral",
    "NClusters",
    "SphericalKMeans",
    "SubclusterRefiner",
    "Ward",
    "choose_n_clusters",
]
