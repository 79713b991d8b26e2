"""An example of a plugin for skfashion."""

from skfashion_example.cosine_transform import CosineTransform
from skfashion_example.spherical_kmeans import SphericalKMeans

__all__ = ["CosineTransform", "SphericalKMeans"]
