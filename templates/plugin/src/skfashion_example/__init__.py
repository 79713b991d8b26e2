"""A plugin for skfashion, to copy."""

from skfashion_example.cosine_transform import CosineTransform
from skfashion_example.direction_kmeans import DirectionKMeans

__all__ = ["CosineTransform", "DirectionKMeans"]
