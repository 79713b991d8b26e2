"""Rows of an array, batch by batch, in the few shapes that a compiled network takes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

INFERENCE_ROWS = 512  # every batch of inference has this many rows: one compilation, and no row depends on its company


@dataclass(frozen=True)
class Rows:
    """Rows of an array, all of them or some in a given order, gathered when their batch is due."""

    X: np.ndarray  # (n_samples, n_features); may be a memory map
    index: np.ndarray | None = None  # (n_rows,); None: all rows in order

    def __len__(self):
        return len(self.X if self.index is None else self.index)

    def shuffled(self, seed) -> "Rows":
        """The same rows in an order that follows from the seed."""
        order = np.random.default_rng(seed).permutation(len(self))
        return Rows(self.X, order if self.index is None else self.index[order])

    def batches(self, batch_size) -> Iterator[tuple[np.ndarray, int]]:
        """Yield (rows, n_rows): arrays of `batch_size` rows of which the first `n_rows` count."""
        for start in range(0, len(self), batch_size):
            stop = start + batch_size
            rows = self.X[start:stop] if self.index is None else self.X[self.index[start:stop]]
            yield _as_network_input(rows, batch_size), len(rows)


def training_batch_size(batch_size: int, n_rows: int) -> int:
    """The batch size for few rows: their number rounded up to a power of two, so that few shapes are compiled."""
    return min(batch_size, 1 << (n_rows - 1).bit_length())


def weighted_means(logs: list[dict], n_rows: list[int]) -> dict[str, float]:
    """The mean over an epoch's rows of each number that its batches logged."""
    return {name: float(np.average([float(log[name]) for log in logs], weights=n_rows)) for name in logs[0]}


def _as_network_input(rows, n_rows):
    """uint8 kept, floats in single precision; padded by the same rows again, which no network finds odd."""
    rows = rows.astype(np.uint8 if rows.dtype == np.uint8 else np.float32, copy=False)
    return rows if len(rows) == n_rows else np.resize(rows, (n_rows, *rows.shape[1:]))
