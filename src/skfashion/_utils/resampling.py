"""Weights by which pixels along a side of an image become fewer."""

import numpy as np


def area_weights(n_old: int, n_new: int) -> np.ndarray:
    """Return the shares of old pixels in the means over equal areas, shape (n_new, n_old), float32."""
    edges = np.linspace(0, n_old, n_new + 1)
    starts, ends = edges[:-1, np.newaxis], edges[1:, np.newaxis]
    pixels = np.arange(n_old)
    covered = np.minimum(ends, pixels + 1) - np.maximum(starts, pixels)
    return (np.maximum(covered, 0) * (n_new / n_old)).astype(np.float32)
