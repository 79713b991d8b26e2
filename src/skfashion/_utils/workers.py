"""Worker processes."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_SAFE_PATH = "PYTHONSAFEPATH"
_lock = threading.Lock()
_blocks: list[str | None] = []  # the value before the first of the blocks that run now, and None for each other


@contextmanager
def safe_path() -> Iterator[None]:
    """Let processes that start in this block import nothing from the current folder, which may be anybody's.

    joblib starts a worker by ``python -m joblib...``, and Python would look for it in the current folder first. Blocks
    of several threads may overlap.
    """
    with _lock:
        _blocks.append(None if _blocks else os.environ.get(_SAFE_PATH))
        os.environ[_SAFE_PATH] = "1"
    try:
        yield
    finally:
        with _lock:
            before = _blocks[0]
            _blocks.pop()
            if not _blocks:
                _restore(before)


def _restore(before):
    if before is None:
        os.environ.pop(_SAFE_PATH, None)
    else:
        os.environ[_SAFE_PATH] = before
