"""What a piece of work takes, in which steps that are remembered count as they did when they were done."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

from joblib import Memory

# Where there is Linux. RssAnon of /proc/self/status is cheaper, but can be 128 MiB behind where pages are large.
STATUS = Path("/proc/self/smaps_rollup")
EVERY = 0.1  # seconds


@dataclass(frozen=True)
class Cost:
    """Time, and how far anonymous memory rose, in which pages of memory maps do not count; None if not known."""

    seconds: float
    peak_mib: float | None


_steps: ContextVar[list[tuple[Cost, float]] | None] = ContextVar("steps", default=None)  # costs, and seconds spent here


def costed(function: Callable, *args, **kwargs) -> tuple[Any, Cost]:
    """Call a function; what it returns, and what it costs, as if none of its steps had been remembered."""
    steps: list[tuple[Cost, float]] = []
    token = _steps.set(steps)
    start = time.perf_counter()
    try:
        with _peak_memory() as peaks:
            result = function(*args, **kwargs)
    finally:
        _steps.reset(token)
    seconds = time.perf_counter() - start + sum(cost.seconds - spent for cost, spent in steps)
    known = [peak for peak in (*peaks, *(cost.peak_mib for cost, _ in steps)) if peak is not None]
    return result, Cost(seconds, max(known, default=None))


class StepMemory(Memory):
    """joblib's Memory, in which what is remembered costs what it did when it was done; pipelines take it as theirs."""

    def cache(self, func, **options):
        """The function, which is called once for each set of arguments."""

        @wraps(func)
        def with_cost(*args, **kwargs):
            return costed(func, *args, **kwargs)

        remembered = super().cache(with_cost, **options)

        @wraps(func)
        def step(*args, **kwargs):
            start = time.perf_counter()
            result, cost = remembered(*args, **kwargs)
            if (steps := _steps.get()) is not None:
                steps.append((cost, time.perf_counter() - start))
            return result

        return step


@contextmanager
def _peak_memory() -> Iterator[list[float]]:
    """Watch this process's anonymous memory; the list has its rise in MiB, once the block has ended, if it is known."""
    peaks: list[float] = []
    if not STATUS.exists():
        yield peaks
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
        yield peaks
    finally:
        done.set()
        watcher.join()
        peaks.append((max(highest, _anonymous_kib()) - base) / 1024)


def _anonymous_kib():
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith("Anonymous:"))
    return int(line.split()[1])
