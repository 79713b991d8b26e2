"""Results of a network for rows, in batches of one size."""

from typing import Any

import numpy as np

from skfashion.engine.backend import import_keras
from skfashion.engine.rows import INFERENCE_ROWS

keras = import_keras()


def in_batches(forward, rows, dtype=np.float32, check=None) -> np.ndarray:
    """Apply a function to all rows, batch by batch; no other memory than that of the result grows with their number.

    Parameters
    ----------
    forward : callable
        Takes a batch, returns a tensor with one entry a row: see `Trainer.forward`.
    rows : Rows
        The rows, perhaps with targets.
    dtype : dtype
        Of the result.
    check : callable or None
        Called without arguments if a batch has numbers that are not finite, or too large to tell; it may raise. So rows
        are validated without a second pass.

    Returns
    -------
    ndarray of shape (n_rows, ...)
    """
    results: Any = None
    start = 0
    for result, n_rows in _one_ahead(forward, rows.batches(INFERENCE_ROWS), check):
        result = keras.ops.convert_to_numpy(result)
        if results is None:
            results = np.empty((len(rows), *result.shape[1:]), dtype)
        results[start : start + n_rows] = result[:n_rows]
        start += n_rows
    return results


def _one_ahead(forward, batches, check):
    """Yield each batch's result after the next batch was started: a device may work on that one meanwhile."""
    pending = None
    for batch, n_rows in batches:
        started = forward(batch), n_rows
        if check is not None and not _has_finite_sum(batch):
            check()
        if pending is not None:
            yield pending
        pending = started
    yield pending


def _has_finite_sum(batch):
    X = batch[0] if isinstance(batch, tuple) else batch  # without the targets
    with np.errstate(over="ignore", invalid="ignore"):
        return np.isfinite(X.sum())
