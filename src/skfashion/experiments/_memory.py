"""How much memory a piece of work takes."""

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Where there is Linux. RssAnon of /proc/self/status is cheaper, but can be 128 MiB behind where pages are large.
STATUS = Path("/proc/self/smaps_rollup")
EVERY = 0.1  # seconds


class Peak:
    """How far anonymous memory has risen, in MiB; not a number where that cannot be known."""

    mib = math.nan


@contextmanager
def peak_memory() -> Iterator[Peak]:
    """Watch this process's anonymous memory, in which pages of memory maps do not count, until the block ends."""
    peak = Peak()
    if not STATUS.exists():
        yield peak
        return
    base, done = _anonymous_kib(), threading.Event()
    highest = base

    def watch():
        nonlocal highest
        while not done.wait(EVERY):
            highest = max(highest, _anonymous_kib())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()
        peak.mib = (max(highest, _anonymous_kib()) - base) / 1024


def _anonymous_kib():
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith("Anonymous:"))
    return int(line.split()[1])
