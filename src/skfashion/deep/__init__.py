"""Deep clusterers: autoencoders that learn codes and clusters together."""

from skfashion.deep._centers import BaseCenterClusterer
from skfashion.deep._dcn import DCN
from skfashion.deep._dec import DEC, IDEC
from skfashion.deep._n2d import make_n2d
from skfashion.deep._vade import VaDE

__all__ = ["DCN", "DEC", "IDEC", "BaseCenterClusterer", "VaDE", "make_n2d"]
