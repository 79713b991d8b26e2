"""Deep clusterers: autoencoders that learn codes and clusters together."""

from skfashion.deep._base import DeepClusterer
from skfashion.deep._dcn import DCN
from skfashion.deep._dec import DEC, IDEC

__all__ = ["DCN", "DEC", "IDEC", "DeepClusterer"]
