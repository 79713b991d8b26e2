"""Estimators that learn from pairs of neighbouring rows: an encoder, and clusterers on its features."""

from skfashion.contrastive._encoder import ContrastiveEncoder
from skfashion.contrastive._heads import NeighborHeads

__all__ = ["ContrastiveEncoder", "NeighborHeads"]
