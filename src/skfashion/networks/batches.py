"""Rows of an array, batch by batch, in the few shapes that a compiled network takes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

INFERENCE_ROWS = 512  # every batch of inference has this many rows: one compilation, and no row depends on its company


@dataclass(frozen=True)
class Rows:
    """Rows of an array, all of them or some in a given order, gathered when their batch is due."""

    X: np.ndarray  # (n_samples, n_features); may be a memory map
    index: np.ndarray | None = None  # (n_rows,); None: all rows in order
    y: np.ndarray | None = None  # (n_samples,), what belongs to each row of X

    def __len__(self):
        return len(self.X if self.index is None else self.index)

    def shuffled(self, seed) -> "Rows":
        """The same rows in an order that follows from the seed."""
        order = np.random.default_rng(seed).permutation(len(self))
        return replace(self, index=order if self.index is None else self.index[order])

    def batches(self, batch_size) -> Iterator[tuple[Any, int]]:
        """Yield (batch, n_rows): `batch_size` rows of X, or a pair of them and of their y; the first `n_rows` count."""
        for start in range(0, len(self), batch_size):
            places = slice(start, start + batch_size)
            chosen = places if self.index is None else self.index[places]
            rows = self.X[chosen]
            batch = _padded(_as_network_input(rows), batch_size)
            yield batch if self.y is None else (batch, _padded(self.y[chosen], batch_size)), len(rows)


def training_batch_size(batch_size: int, n_rows: int) -> int:
    """The batch size for few rows: their number rounded up to a power of two, so that few shapes are compiled."""
    return min(batch_size, 1 << (n_rows - 1).bit_length())


def weighted_means(logs: list[dict], n_rows: list[int]) -> dict[str, float]:
    """The mean over an epoch's rows of each number that its batches logged."""
    return {name: float(np.average([float(log[name]) for log in logs], weights=n_rows)) for name in logs[0]}


def row_weights(batch_size: int, n_rows: int) -> np.ndarray:
    """1 for each row of a batch that counts and 0 for the padding, shape (batch_size,)."""
    return (np.arange(batch_size) < n_rows).astype(np.float32)


def _as_network_input(rows):
    """uint8 kept, floats in single precision."""
    return rows.astype(np.uint8 if rows.dtype == np.uint8 else np.float32, copy=False)


def _padded(rows, n_rows):
    """As many rows, the last of them the same again, which no network finds odd."""
    return rows if len(rows) == n_rows else np.resize(rows, (n_rows, *rows.shape[1:]))
