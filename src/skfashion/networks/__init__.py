"""Networks and their training: the one part of the package that is written in Keras."""

from skfashion.networks.backend import choose_backend

choose_backend()
