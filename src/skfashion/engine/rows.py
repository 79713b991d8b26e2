"""Rows of an array, batch by batch, in the few shapes that a compiled network takes."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from typing import Any

import numpy as np

INFERENCE_ROWS = 512  # every batch of inference has this many rows: one compilation, and no row depends on its company
POOL_BYTES = 2**30  # rows that are shuffled among each other: all of them, or as many of a larger array
BLOCK_BYTES = 2**20  # of the pieces that are read from a larger array in a random order
ALIGNMENT = 64  # bytes: jax takes an array that starts at a multiple as it is, and copies others


@dataclass(frozen=True)
class Rows:
    """Rows of an array, all of them or some, in their order or shuffled, gathered when their batch is due.

    Shuffled rows of an array of over `POOL_BYTES` come in pools of that size: pieces of `BLOCK_BYTES` are drawn at
    random from the whole array, and their rows are shuffled. So each part of a file is read once an epoch, and the
    order takes no more memory than that of a pool.
    """

    X: np.ndarray  # (n_samples, n_features); may be a memory map
    index: np.ndarray | None = None  # (n_rows,); None: all rows
    y: np.ndarray | None = None  # (n_samples,), what belongs to each row of X
    seed: int | Sequence[int] | None = None  # of the order; None: as they stand

    def __len__(self):
        return len(self.X if self.index is None else self.index)

    def shuffled(self, seed) -> "Rows":
        """The same rows in an order that follows from the seed."""
        return replace(self, seed=seed)

    def batches(self, batch_size, *, reuse=False) -> Iterator[tuple[Any, int]]:
        """Yield (batch, n_rows): `batch_size` rows of X, or a pair of them and of their y; the first `n_rows` count.

        With `reuse`, rows that are gathered lie in the memory of the last batch but one, which must be done with.
        """
        gather = _Gathering(self.X, batch_size, reuse)
        for chosen in self._places(batch_size):
            n_rows = len(range(len(self))[chosen]) if isinstance(chosen, slice) else len(chosen)
            batch = gather(chosen)
            yield batch if self.y is None else (batch, _padded(self.y[chosen], batch_size)), n_rows

    def _places(self, batch_size):
        """The places in X of each batch."""
        if self.seed is None:
            slices = (slice(start, start + batch_size) for start in range(0, len(self), batch_size))
            return slices if self.index is None else (self.index[places] for places in slices)
        pools = shuffled_pools(len(self), max(1, self.X[:1].nbytes), self.seed)
        if self.index is None:
            return _regrouped(pools, batch_size)
        is_large = self.X[:1].nbytes * len(self) > POOL_BYTES
        index = np.sort(self.index) if is_large else self.index  # in the order of the file: neighbours are read at once
        return _regrouped((index[pool] for pool in pools), batch_size)


def shuffled_pools(n_rows: int, row_bytes: int, seed) -> Iterator[np.ndarray]:
    """The numbers below `n_rows` in random order, a pool at a time; see `Rows`."""
    rng = np.random.default_rng(seed)
    if n_rows * row_bytes <= POOL_BYTES:
        yield rng.permutation(n_rows)
        return
    block = max(1, BLOCK_BYTES // row_bytes)
    starts = rng.permutation(np.arange(0, n_rows, block))
    blocks_per_pool = max(1, POOL_BYTES // (block * row_bytes))
    for first in range(0, len(starts), blocks_per_pool):
        rows = starts[first : first + blocks_per_pool, np.newaxis] + np.arange(block)
        yield rng.permutation(rows[rows < n_rows])


def training_batch_size(batch_size: int, n_rows: int) -> int:
    """The batch size for few rows: their number rounded up to a power of two, so that few shapes are compiled."""
    return min(batch_size, 1 << (n_rows - 1).bit_length())


def row_weights(batch_size: int, n_rows: int) -> np.ndarray:
    """1 for each row of a batch that counts and 0 for the padding, shape (batch_size,)."""
    return (np.arange(batch_size) < n_rows).astype(np.float32)


def _regrouped(pools, size):
    """Arrays of `size` numbers, and a last one of fewer, of the numbers of all pools."""
    rest = np.empty(0, np.intp)
    for pool in pools:
        rest = np.concatenate([rest, pool]) if len(rest) else pool
        for start in range(0, len(rest) - size + 1, size):
            yield rest[start : start + size]
        rest = rest[len(rest) - len(rest) % size :]
    if len(rest):
        yield rest


class _Gathering:
    """Rows of X as a network takes them: uint8 kept, floats in single precision, and as many as a batch has."""

    def __init__(self, X, batch_size, reuse):
        self._X = X
        self._batch_size = batch_size
        self._dtype = np.dtype(np.uint8 if X.dtype == np.uint8 else np.float32)
        self._memory = cycle([self._allocate(), self._allocate()]) if reuse else None

    def __call__(self, chosen):
        if isinstance(chosen, slice):
            with np.errstate(over="ignore"):  # a number beyond single precision becomes infinite
                return _padded(self._X[chosen].astype(self._dtype, copy=False), self._batch_size)
        batch = self._allocate() if self._memory is None else next(self._memory)
        n_rows = len(chosen)
        if self._X.dtype == self._dtype:
            np.take(self._X, chosen, axis=0, out=batch[:n_rows], mode="clip")
        else:
            batch[:n_rows] = self._X[chosen]
        batch[n_rows:] = _padded(batch[:n_rows], self._batch_size)[n_rows:]
        return batch

    def _allocate(self):
        """Memory that starts at a multiple of `ALIGNMENT`."""
        shape = (self._batch_size, *self._X.shape[1:])
        n_bytes = math.prod(shape) * self._dtype.itemsize
        memory = np.empty(n_bytes + ALIGNMENT, np.uint8)
        start = -memory.ctypes.data % ALIGNMENT
        return memory[start : start + n_bytes].view(self._dtype).reshape(shape)


def _padded(rows, n_rows):
    """As many rows, the last of them the same again, which no network finds odd."""
    return rows if len(rows) == n_rows else np.resize(rows, (n_rows, *rows.shape[1:]))
