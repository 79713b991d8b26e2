"""Networks and their training: the one part of the package that is written in Keras."""

from skfashion.engine.backend import choose_backend

choose_backend()
