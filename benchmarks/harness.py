"""Side by side in one run: alternating repetitions, medians, ratios, and anonymous peak memory."""

import importlib.metadata
import json
import multiprocessing
import os
import platform
import statistics
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from joblib.externals.loky import get_reusable_executor


def time_alternately(contenders: dict[str, Callable[[], object]], repeats: int) -> dict[str, list[float]]:
    """Measure the seconds of each repetition; the contenders take turns, so that a busy neighbour slows them all.

    Each runs once before, unmeasured.
    """
    for run in contenders.values():
        run()
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(repeats):
        for name, run in contenders.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def median_and_spread(seconds: list[float]) -> str:
    """Write the median, and in brackets the lowest and the highest."""
    return f"{statistics.median(seconds):.3f} ({min(seconds):.3f}-{max(seconds):.3f})"


def ratio(seconds: dict[str, list[float]], of: str, to: str) -> str:
    """Write the median of the ratios of each pair of repetitions, and in brackets the lowest and the highest."""
    ratios = [a / b for a, b in zip(seconds[of], seconds[to], strict=True)]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"


def peak_memory(prepare: Callable[[], object], run: Callable[[], object]) -> float:
    """Measure the rise of anonymous memory in MiB while a fresh process does `run`, after `prepare`.

    The memory of the processes that it starts counts. Pages of memory maps do not count.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_watched, args=(prepare, run, sender))
    process.start()
    sender.close()  # a process that dies ends the wait
    peak = receiver.recv()
    process.join()
    return peak / 1024


def _watched(prepare, run, sender):
    prepare()
    base, peak, done = _anonymous_kib(), 0, threading.Event()

    def watch():
        nonlocal peak
        while not done.wait(0.1):
            peak = max(peak, _anonymous_kib())

    threading.Thread(target=watch, daemon=True).start()
    try:
        run()
        done.set()
        sender.send(max(peak, _anonymous_kib()) - base)
    finally:
        get_reusable_executor().shutdown(kill_workers=True)  # idle workers would keep this process alive for minutes


def _anonymous_kib():
    """Return the anonymous memory of this process and of all that it has started."""
    memory, parents = {}, {}
    for path in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):  # of a process that has just ended
            notes = dict(line.split(":", 1) for line in path.read_text(errors="replace").splitlines() if ":" in line)
            memory[int(notes["Pid"])] = int(notes.get("RssAnon", "0 kB").split()[0])
            parents[int(notes["Pid"])] = int(notes["PPid"])
    if os.getpid() not in memory:
        raise OSError("/proc has no status of processes: this needs Linux")
    own = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in own} - own:
        own |= more
    return sum(memory[pid] for pid in own)


def machine(*packages: str) -> str:
    """Describe the processor, its cores, Python and versions in one line."""
    info = Path("/proc/cpuinfo").read_text()
    model = next((line.split(":")[1].strip() for line in info.splitlines() if line.startswith("model name")), "unknown")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, {versions}"


class Records:
    """Results of settings, kept in a file of JSON lines if it has a name."""

    def __init__(self, path):
        self._path = path
        lines = path.read_text().splitlines() if path and path.exists() else []
        self._results = {setting: result and tuple(result) for setting, result in map(json.loads, lines)}

    def __contains__(self, setting):
        return setting in self._results

    def result(self, setting, measure):
        """Return the result of a setting, a text; measure it if it is new."""
        if setting not in self._results:
            self._results[setting] = measure()
            if self._path:
                with self._path.open("a") as file:
                    file.write(json.dumps([setting, self._results[setting]]) + "\n")
        return self._results[setting]
