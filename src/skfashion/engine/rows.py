"""Rows of arrays, in batches of the few shapes for which a network is compiled."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from typing import Any

import numpy as np

INFERENCE_ROWS = 512  # in every batch of inference: one compilation, and no row's result depends on its neighbours
POOL_BYTES = 2**30  # rows that are shuffled together: all rows, or as many of a larger array
BLOCK_BYTES = 2**20  # of the pieces that are read from a larger array in random order
ALIGNMENT = 64  # bytes: jax uses an array that starts at a multiple without a copy


@dataclass(frozen=True)
class Rows:
    """Rows of an array, all or some, in their order or shuffled. Each batch is gathered when it is needed.

    Shuffled rows of an array of more than `POOL_BYTES` come in pools of that size: pieces of `BLOCK_BYTES` are drawn at
    random from the whole array, and their rows are shuffled. So each part of a file is read once an epoch, and the
    order needs the memory of one pool only.
    """

    X: np.ndarray  # (n_samples, n_features); may be a memory map
    index: np.ndarray | None = None  # (n_rows,); None: all rows
    targets: np.ndarray | None = None  # (n_samples, ...): classes, soft clusters or codes that belong to the rows of X
    seed: int | Sequence[int] | None = None  # of the order; None: not shuffled
    weights: np.ndarray | None = None  # (n_samples,), above 0; None: all rows have the weight 1

    def __len__(self):
        return len(self.X if self.index is None else self.index)

    @property
    def weights_in_order(self) -> np.ndarray | None:
        """The weights of the rows that are not shuffled, shape (n_rows,)."""
        return self.weights if self.weights is None or self.index is None else self.weights[self.index]

    @property
    def total_weight(self) -> float:
        """The sum of the weights of the rows."""
        weights = self.weights_in_order
        return len(self) if weights is None else float(weights.sum(dtype=np.float64))

    def shuffled(self, seed) -> "Rows":
        """Return the same rows in an order that follows from the seed."""
        return replace(self, seed=seed)

    def with_targets(self, targets) -> "Rows":
        """Return the same rows with new targets, one for each row in the order of the rows."""
        if self.index is not None:
            of_rows, targets = targets, np.zeros((len(self.X), *targets.shape[1:]), targets.dtype)
            targets[self.index] = of_rows
        return replace(self, targets=targets)

    def batches(self, batch_size, *, reuse=False) -> Iterator[tuple[Any, int]]:
        """Yield (batch, n_rows): `batch_size` rows of X, or a pair of rows and targets. The first `n_rows` count.

        With `reuse`, every second batch of rows uses the same memory: be done with a batch two batches later.
        """
        for batch, _, n_rows in self.weighted_batches(batch_size, reuse=reuse):
            yield batch, n_rows

    def weighted_batches(self, batch_size, *, reuse=False) -> Iterator[tuple[Any, np.ndarray | None, int]]:
        """Yield (batch, weights, n_rows) as `batches`; weights, shape (batch_size,), are 0 after `n_rows`.

        They are None if all rows have the weight 1.
        """
        gather = _Gathering(self.X, batch_size, reuse)
        for chosen in self._places(batch_size):
            n_rows = len(range(len(self))[chosen]) if isinstance(chosen, slice) else len(chosen)
            batch = gather(chosen)
            if self.targets is not None:
                dtype = np.float32 if self.targets.dtype.kind == "f" else self.targets.dtype  # integers stay
                batch = batch, _padded(self.targets[chosen].astype(dtype, copy=False), batch_size)
            weights = None
            if self.weights is not None:
                weights = np.zeros(batch_size, np.float32)
                weights[:n_rows] = self.weights[chosen]
            yield batch, weights, n_rows

    def _places(self, batch_size):
        """Yield the places in X of each batch."""
        if self.seed is None:
            slices = (slice(start, start + batch_size) for start in range(0, len(self), batch_size))
            return slices if self.index is None else (self.index[places] for places in slices)
        pools = shuffled_pools(len(self), max(1, self.X[:1].nbytes), self.seed)
        if self.index is None:
            return _regrouped(pools, batch_size)
        is_large = self.X[:1].nbytes * len(self) > POOL_BYTES
        index = np.sort(self.index) if is_large else self.index  # neighbours in the file are read together
        return _regrouped((index[pool] for pool in pools), batch_size)


def shuffled_pools(n_rows: int, row_bytes: int, seed) -> Iterator[np.ndarray]:
    """Yield the numbers below `n_rows` in random order, a pool at a time; see `Rows`."""
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
    """Return the batch size, or for few rows the next power of two of their number: few shapes are compiled."""
    return min(batch_size, 1 << (n_rows - 1).bit_length())


def row_weights(batch_size: int, n_rows: int) -> np.ndarray:
    """Return 1 for each row of a batch that counts and 0 for the padding, shape (batch_size,)."""
    return (np.arange(batch_size) < n_rows).astype(np.float32)


def _regrouped(pools, size):
    """Yield the numbers of all pools in arrays of `size`, and a shorter last one."""
    rest = np.empty(0, np.intp)
    for pool in pools:
        rest = np.concatenate([rest, pool]) if len(rest) else pool
        for start in range(0, len(rest) - size + 1, size):
            yield rest[start : start + size]
        rest = rest[len(rest) - len(rest) % size :]
    if len(rest):
        yield rest


class _Gathering:
    """Batches of rows of X as a network takes them: bytes stay bytes, other numbers become float32."""

    def __init__(self, X, batch_size, reuse):
        self._X = X
        self._batch_size = batch_size
        self._dtype = np.dtype(np.uint8 if X.dtype == np.uint8 else np.float32)
        self._memory = cycle([self._allocate(), self._allocate()]) if reuse else None

    def __call__(self, chosen):
        if isinstance(chosen, slice):
            with np.errstate(over="ignore"):  # numbers beyond single precision become infinite
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
        """Return memory that starts at a multiple of `ALIGNMENT`."""
        shape = (self._batch_size, *self._X.shape[1:])
        n_bytes = math.prod(shape) * self._dtype.itemsize
        memory = np.empty(n_bytes + ALIGNMENT, np.uint8)
        start = -memory.ctypes.data % ALIGNMENT
        return memory[start : start + n_bytes].view(self._dtype).reshape(shape)


def _padded(rows, n_rows):
    """Return as many rows: those given, then the same again."""
    return rows if len(rows) == n_rows else np.resize(rows, (n_rows, *rows.shape[1:]))
