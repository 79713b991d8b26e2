"""Time and peak memory of a function. A cached step counts as when it was computed."""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any
from uuid import uuid4

from joblib import Memory

# Linux only. RssAnon of /proc/self/status is cheaper, but it can lag by 128 MiB if pages are large.
STATUS = Path("/proc/self/smaps_rollup")
INTERVAL = 0.1  # seconds between two looks at the memory


@dataclass(frozen=True)
class Cost:
    """The time of each piece of work, and the rise of anonymous memory; pages of memory maps do not count."""

    seconds_by_piece: Mapping[str, float]  # by random names: one for the work itself, one for each step
    peak_mib: float | None  # None if it is unknown

    @property
    def seconds(self) -> float:
        """The time of the work and its steps, each counted once."""
        return sum(self.seconds_by_piece.values())


@dataclass
class _Account:
    """The costs of work that is being done."""

    base: float | None  # MiB at the start
    rises: list[float] = field(default_factory=list)  # MiB beyond the base
    steps: dict[str, float] = field(default_factory=dict)  # seconds by piece
    spent: float = 0.0  # seconds on steps, computed or cached

    def rise(self) -> float:
        """Note the memory beyond that at the start."""
        rise = 0.0 if self.base is None else _anonymous_mib() - self.base
        self.rises.append(rise)
        return rise


_account: ContextVar[_Account | None] = ContextVar("account", default=None)


def costed(function: Callable, *args, **kwargs) -> tuple[Any, Cost]:
    """Call a function; return its result and its cost as if no step had been cached."""
    account = _Account(_anonymous_mib())
    token = _account.set(account)
    start = time.perf_counter()
    try:
        with _watched(account):
            result = function(*args, **kwargs)
            seconds = time.perf_counter() - start
    finally:
        _account.reset(token)
    pieces = {uuid4().hex: seconds - account.spent} | account.steps
    return result, Cost(pieces, None if account.base is None else max(account.rises))


class StepMemory(Memory):
    """A joblib.Memory with costs: a cached step costs as much as when it was computed. Pipelines can use it."""

    def cache(self, func, **options):
        """Wrap a function so that it is called once for each set of arguments."""

        @wraps(func)
        def with_cost(*args, **kwargs):
            return costed(func, *args, **kwargs)

        remembered = super().cache(with_cost, **options)

        @wraps(func)
        def step(*args, **kwargs):
            account = _account.get()
            if account is None:
                return remembered(*args, **kwargs)[0]
            start, rise = time.perf_counter(), account.rise()
            result, cost = remembered(*args, **kwargs)
            account.rises.append(rise + (cost.peak_mib or 0.0))
            account.steps |= cost.seconds_by_piece
            account.spent += time.perf_counter() - start
            return result

        return step


@contextmanager
def _watched(account):
    """Note how memory rises and falls until the block ends."""
    done = threading.Event()

    def watch():
        while not done.wait(INTERVAL):
            account.rise()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
        account.rise()


def _anonymous_mib():
    if not STATUS.exists():
        return None
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith("Anonymous:"))
    return int(line.split()[1]) / 1024
