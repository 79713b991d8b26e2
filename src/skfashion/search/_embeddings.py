"""What reducers made of rows, kept for other trials."""

import pickle
import threading
from collections import OrderedDict

import joblib
import numpy as np

MOST_BYTES = 2**29  # of embeddings that are kept


class Embeddings:
    """Fitted steps and their output, by what they follow from; those not used for longest make room.

    A copy in another process starts empty.
    """

    def __init__(self):
        self._kept: OrderedDict[str, tuple] = OrderedDict()
        self._lock = threading.Lock()

    def fit_transform(self, steps, X, rows):
        """Fitted steps (a Pipeline) and what they make of some rows of X, shape (n_rows, n_components)."""
        key = _key(steps, len(rows))
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        Z = np.asarray(steps.fit_transform(X if len(rows) == len(X) else X[rows]))
        if key is None:
            return steps, Z
        with self._lock:
            self._kept[key] = steps, Z
            while sum(Z.nbytes for _, Z in self._kept.values()) > MOST_BYTES and len(self._kept) > 1:
                self._kept.popitem(last=False)
        return steps, Z

    def __reduce__(self):
        return Embeddings, ()


def _key(steps, n_rows):
    """None of steps that cannot be told apart: of those with a lambda as a parameter, for example."""
    try:
        return joblib.hash((steps, n_rows))
    except (pickle.PicklingError, TypeError, AttributeError):
        return None
