"""Seeds for everything that Keras builds."""

import random
import threading
from contextlib import contextmanager
from contextvars import ContextVar

_seeds: ContextVar[random.Random] = ContextVar("seeds")
_lock = threading.RLock()  # a network may be built while another one is


@contextmanager
def seeded(seed: int):
    """Let `draw_seed`, and layers and initialisers without a seed, draw from `seed` inside the block.

    Keras draws the seed of such layers from Python's global `random`. Its state is replaced inside the block, and
    restored afterwards; a lock keeps two threads from sharing it. If all layers of a network take their seeds from
    `draw_seed`, other threads that use `random` cannot change it.
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
