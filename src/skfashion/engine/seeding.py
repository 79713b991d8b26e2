"""Seeds for everything that Keras builds."""

import random
import threading
from contextlib import contextmanager
from contextvars import ContextVar

_seeds: ContextVar[random.Random] = ContextVar("seeds")
_lock = threading.RLock()  # a network may be built while another one is


@contextmanager
def seeded(seed: int):
    """While open, `draw_seed` draws from `seed`, and so do layers and initialisers that are built without a seed.

    Keras draws the seed of such layers from Python's global `random`, so that this state is replaced for the moment and
    put back; the lock keeps two threads that build at once from sharing it. Networks whose layers all take their seeds
    from `draw_seed` are the same whatever other threads do to `random`.
    """
    token = _seeds.set(random.Random(seed))
    with _lock:
        state = random.getstate()
        random.seed(seed)
        try:
            yield
        finally:
            random.setstate(state)
            _seeds.reset(token)


def draw_seed() -> int:
    """Draw the seed of one initialiser or layer; to be called where networks are built, inside `seeded`.

    Dropout layers need one: on torch, Keras draws from torch's global state for a layer without a seed.
    """
    return _seeds.get().randint(1, 10**9)
