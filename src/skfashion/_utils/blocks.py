"""Blocks of rows: arrays that are larger than the memory are read block by block."""

from collections.abc import Iterator

import numpy as np

MAX_BLOCK_ROWS = 10_000  # more are no faster
MAX_BLOCK_VALUES = 2**24  # 64 MB as float32


def block_size(n_values: int) -> int:
    """Return the number of rows of a block if each row has so many values."""
    return max(1, min(MAX_BLOCK_ROWS, MAX_BLOCK_VALUES // max(n_values, 1)))


def blocks_of(X) -> Iterator[np.ndarray]:
    """Yield views of consecutive rows of an array."""
    size = block_size(X[0].size) if len(X) else 1
    for start in range(0, len(X), size):
        yield X[start : start + size]


def extremes(X) -> tuple[float, float]:
    """Return the smallest and the largest value, in one pass over the rows."""
    pairs = [(part.min(), part.max()) for part in blocks_of(X)]
    return float(min(low for low, _ in pairs)), float(max(high for _, high in pairs))
