"""Features of images that need no training of a network."""

from skfashion.features._capped_pca import CappedPCA
from skfashion.features._gradient_components import gradient_components
from skfashion.features._hog import HOGFeatures
from skfashion.features._image_features import ImageFeatures
from skfashion.features._pretrained import PretrainedFeatures

__all__ = ["CappedPCA", "HOGFeatures", "ImageFeatures", "PretrainedFeatures", "gradient_components"]
