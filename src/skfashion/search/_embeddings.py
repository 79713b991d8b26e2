"""Embeddings, kept for other trials with the same reducer."""

import pickle
import threading
from collections import OrderedDict
from typing import Any, NamedTuple

import joblib
import numpy as np
from sklearn.pipeline import Pipeline

MAX_BYTES = 2**29  # of the embeddings and fitted steps that are kept


class Embedded(NamedTuple):
    """Fitted steps, and their embedding of the rows, shape (n_rows, n_components)."""

    steps: Pipeline
    Z: np.ndarray


class Embeddings:
    """Cache of fitted steps and their embeddings; the least recently used are dropped first.

    A copy in another process starts empty.
    """

    def __init__(self):
        self._kept: OrderedDict[str, tuple[Embedded, int]] = OrderedDict()
        self._lock = threading.Lock()

    def fit_transform(self, steps, X, rows) -> Embedded:
        """Fit steps (a Pipeline) to some rows of X, or return an earlier fit. The caller may write to Z."""
        key = _key(steps, rows)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                kept, _ = self._kept[key]
                return kept._replace(Z=kept.Z.copy())
        new = Embedded(steps, np.asarray(steps.fit_transform(X if len(rows) == len(X) else X[rows])))
        if key is not None:
            self._keep(key, new._replace(Z=new.Z.copy()))
        return new

    def _keep(self, key, embedded):
        try:
            n_bytes = embedded.Z.nbytes + len(pickle.dumps(embedded.steps))
        except Exception:  # pickling fails with many types; the embedding is not kept
            return
        if n_bytes > MAX_BYTES:
            return
        with self._lock:
            self._kept[key] = embedded, n_bytes
            while sum(n_bytes for _, n_bytes in self._kept.values()) > MAX_BYTES:
                self._kept.popitem(last=False)

    def __reduce__(self):
        return Embeddings, ()


def _key(steps, rows) -> Any:
    """Return a hash, or None for steps that cannot be hashed: with a lambda as a parameter, for example."""
    try:
        return joblib.hash((steps, rows))
    except (pickle.PicklingError, TypeError, AttributeError):
        return None
