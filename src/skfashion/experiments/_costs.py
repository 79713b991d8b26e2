"""What a piece of work takes, in which steps that are remembered count as they did when they were done."""

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

# Where there is Linux. RssAnon of /proc/self/status is cheaper, but can be 128 MiB behind where pages are large.
STATUS = Path("/proc/self/smaps_rollup")
INTERVAL = 0.1  # seconds between two looks at the memory


@dataclass(frozen=True)
class Cost:
    """Time, by piece of work, and how far anonymous memory rose, in which pages of memory maps do not count."""

    seconds_by_piece: Mapping[str, float]  # of the work itself, and of each of its steps, by random names
    peak_mib: float | None  # None if that cannot be known

    @property
    def seconds(self) -> float:
        """Of the work and its steps, each of them once."""
        return sum(self.seconds_by_piece.values())


@dataclass
class _Account:
    """What is known while work is being done."""

    base: float | None  # MiB held when it began
    rises: list[float] = field(default_factory=list)  # MiB beyond that
    steps: dict[str, float] = field(default_factory=dict)  # seconds by piece
    spent: float = 0.0  # seconds on steps, whether done or remembered

    def rise(self) -> float:
        """How much is held now beyond what was when it began."""
        rise = 0.0 if self.base is None else _anonymous_mib() - self.base
        self.rises.append(rise)
        return rise


_account: ContextVar[_Account | None] = ContextVar("account", default=None)


def costed(function: Callable, *args, **kwargs) -> tuple[Any, Cost]:
    """Call a function; what it returns, and what it costs, as if none of its steps had been remembered."""
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
    """joblib's Memory, in which what is remembered costs what it did when it was done; pipelines take it as theirs."""

    def cache(self, func, **options):
        """The function, which is called once for each set of arguments."""

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
