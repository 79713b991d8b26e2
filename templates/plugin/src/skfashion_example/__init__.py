"""A plugin for skfashion, to copy."""

from skfashion_example.cosine_transform import CosineTransform
from skfashion_example.spherical_kmeans import SphericalKMeans

__all__ = ["CosineTransform", "SphericalKMeans"]
