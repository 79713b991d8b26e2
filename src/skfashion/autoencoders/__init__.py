"""Transformers that learn to compress: autoencoders."""

from skfashion.autoencoders._base import BaseAutoencoder
from skfashion.autoencoders._dense import DenseAE

__all__ = ["BaseAutoencoder", "DenseAE"]
