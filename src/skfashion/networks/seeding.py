"""Seeds for everything that Keras builds, without leaving a trace in Python's global random state."""

import random
import threading
from contextlib import contextmanager

_lock = threading.Lock()


@contextmanager
def seeded(seed: int):
    """While open, layers and initialisers that are built without a seed of their own take one that follows from `seed`.

    Keras draws the seed of every unseeded initialiser from Python's global `random`. Here that state is
    replaced and put back; the lock keeps two threads that build at once from sharing it.
    """
    with _lock:
        state = random.getstate()
        random.seed(seed)
        try:
            yield
        finally:
            random.setstate(state)


def draw_seed() -> int:
    """Draw the seed of one layer; to be called inside `seeded`.

    Dropout layers need it: on torch, Keras draws from torch's global state for a layer without a seed.
    """
    return random.randrange(2**31)
