"""Transformers that learn to compress: autoencoders."""

from skfashion.autoencoders._base import BaseAutoencoder
from skfashion.autoencoders._conv import ConvAE, ConvVAE
from skfashion.autoencoders._dense import DenseAE, DenseVAE
from skfashion.autoencoders._variational import BaseVariationalAutoencoder

__all__ = ["BaseAutoencoder", "BaseVariationalAutoencoder", "ConvAE", "ConvVAE", "DenseAE", "DenseVAE"]
