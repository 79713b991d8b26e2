"""A network's answers for rows, in batches of one size."""

import keras
import numpy as np

from skfashion.engine.backend import engine
from skfashion.engine.rows import INFERENCE_ROWS, Rows


def infer(network, method: str, X, dtype=np.float32, check=None) -> np.ndarray:
    """Apply a method of the network to every row of X, shape (n_samples, ...), in batches of one size.

    `check` is called, and may raise, where numbers are not finite or too large to tell. So X is read but once.
    """
    return in_batches(engine().forward(network, method), Rows(X), dtype, check)


def in_batches(forward, rows, dtype=np.float32, check=None):
    """The results for all rows, in one array; no other memory grows with their number."""
    results, start = None, 0
    for result, n_rows in _one_behind(forward, rows.batches(INFERENCE_ROWS), check):
        result = keras.ops.convert_to_numpy(result)
        if results is None:
            results = np.empty((len(rows), *result.shape[1:]), dtype)
        results[start : start + n_rows] = result[:n_rows]
        start += n_rows
    return results


def _one_behind(forward, batches, check):
    """Each batch's result, handed out when the next one is under way: a device may work on it meanwhile."""
    waiting = None
    for batch, n_rows in batches:
        under_way = forward(batch), n_rows
        if check is not None and not _has_finite_sum(batch):
            check()
        if waiting is not None:
            yield waiting
        waiting = under_way
    yield waiting


def _has_finite_sum(batch):
    with np.errstate(over="ignore", invalid="ignore"):
        return np.isfinite(batch.sum())
