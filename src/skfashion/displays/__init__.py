"""Figures of fitted estimators, like scikit-learn's displays: computed once, drawn as often as you like."""

from skfashion.displays._cluster_class_matrix import ClusterClassMatrixDisplay
from skfashion.displays._cluster_images import ClusterImagesDisplay
from skfashion.displays._embedding import EmbeddingDisplay
from skfashion.displays._loss_curve import LossCurveDisplay
from skfashion.displays._manifold import ManifoldDisplay
from skfashion.displays._n_clusters import NClustersDisplay
from skfashion.displays._reconstruction import ReconstructionDisplay
from skfashion.displays._silhouette import SilhouetteDisplay

__all__ = [
    "ClusterClassMatrixDisplay",
    "ClusterImagesDisplay",
    "EmbeddingDisplay",
    "LossCurveDisplay",
    "ManifoldDisplay",
    "NClustersDisplay",
    "ReconstructionDisplay",
    "SilhouetteDisplay",
]
