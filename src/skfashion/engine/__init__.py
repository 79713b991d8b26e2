"""Training and inference: everything that depends on a backend."""

from skfashion.engine.backend import choose_backend

choose_backend()
