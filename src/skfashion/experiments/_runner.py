"""The runner: every row and seed is measured once and remembered."""

import inspect
import json
import math
import os
import platform
import sys
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import joblib
from sklearn.pipeline import Pipeline

from skfashion._utils.files import write_file
from skfashion.experiments import _clusterings, _costs, _latent, _measures
from skfashion.experiments._costs import StepMemory, costed
from skfashion.experiments._measures import Data
from skfashion.experiments._rows import Row
from skfashion.networks import choose_backend

PACKAGES = (
    "skfashion",
    "scikit-learn",
    "numpy",
    "scipy",
    "keras",
    "scikeras",
    "fastcluster",
)  # that values follow from
MODULES = (_measures, _clusterings, _latent, _costs)  # that all rows use


@dataclass(frozen=True)
class Result:
    """What a row measures with one seed, and what that takes, with steps that were fitted for other rows."""

    values: dict[str, float]  # by metric
    seconds: float
    peak_mib: float | None  # of memory, beyond what the process had before
    machine: str = ""  # that it was measured on


class Runner:
    """Measures rows on one data set.

    Parameters
    ----------
    data : Data
        Images, and their classes.
    cache : path-like
        Folder that keeps a file for each row and seed, and the fitted reducers that rows share. What a file is called
        follows from the estimators with all their parameters, the seed, the data, how is measured, and the versions of
        skfashion and of the packages below it; whoever changes the estimators' code between releases should empty the
        folder.
    """

    def __init__(self, data: Data, *, cache):
        self._data = data
        self._cache = Path(cache)
        packages = (*PACKAGES, choose_backend())
        self._context = {
            "data": joblib.hash(data),
            "versions": {name: _version(name) for name in packages},
            "sources": [_source(module) for module in MODULES],
        }
        self._memory = StepMemory(self._cache / f"steps-{joblib.hash(self._context)}", verbose=0)

    def measure(self, row: Row, seed: int, machine: str = "") -> Result:
        """Measure a row with a seed on a machine that is called so, or remember what was measured."""
        if row.measure is None:
            return Result({}, 0.0, None, machine)
        path = self._path(row, seed)
        remembered = _remembered(path, row)
        if remembered is not None:
            return remembered
        if self._context["sources"] != [_source(module) for module in MODULES]:
            raise RuntimeError("The package was changed while it measured; start again.")
        built = self._build(row, seed)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Unable to cache to disk.*recursion")  # deep trees, fitted again
            values, cost = costed(row.measure, built, self._data, seed, self._memory)
        result = Result(values, cost.seconds, cost.peak_mib, machine)
        self._cache.mkdir(parents=True, exist_ok=True)
        write_file(path, json.dumps(asdict(result)).encode())
        return result

    def remembers(self, row: Row, seed: int) -> bool:
        """Whether a row has been measured with a seed."""
        return row.measure is None or _remembered(self._path(row, seed), row) is not None

    def measure_many(self, rows: list[Row], n_seeds: int, n_jobs=1) -> Iterator[tuple[Row, int, Result]]:
        """Measure rows with each of their seeds, in as many processes; yield each as it is done."""
        todo = [(row, seed) for row in rows for seed in row.seeds(n_seeds)]
        task, machine = joblib.delayed(_measure), _machine(n_jobs)
        # The images are copied to the processes: steps that were fitted to a memory map would not be found again.
        parallel = joblib.Parallel(n_jobs, return_as="generator_unordered", pre_dispatch=n_jobs, max_nbytes=None)
        yield from parallel(task(self, row, seed, machine) for row, seed in todo)

    def draw(self, row: Row) -> dict:
        """The row's pictures with the first seed: matplotlib Figures by name."""
        if row.draw is None:
            return {}
        drawn = row.draw(self._build(row, 0), self._data, self._memory)
        if isinstance(drawn, dict):
            return {f"{row.name}-{name}": figure for name, figure in drawn.items()}
        return {row.name: drawn}

    def _build(self, row, seed):
        """Make the row's estimators; their pipelines keep fitted steps where other rows find them."""
        built = _built(row, seed)
        for pipeline in _pipelines(built):
            pipeline.set_params(memory=self._memory)
        return built

    def _path(self, row, seed):
        definition = (
            _built(row, seed),
            row.measure.__qualname__,
            _source(sys.modules[row.measure.__module__]),
            self._context,
        )
        return self._cache / f"{row.name}-{seed}-{joblib.hash(definition)}.json"


def _built(row, seed):
    return None if row.build is None else row.build(seed)


def _pipelines(built) -> Iterator[Pipeline]:
    """Yield the pipelines among estimators, which may be in dicts."""
    if isinstance(built, Pipeline):
        yield built
    elif isinstance(built, Mapping):
        for part in built.values():
            yield from _pipelines(part)


def _version(package):
    """None of what is not installed: of an extra, or of a package under another name."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _measure(runner, row, seed, machine):
    return row, seed, runner.measure(row, seed, machine)


def _machine(n_jobs):
    processes = "one process" if n_jobs == 1 else f"{n_jobs} processes at a time"
    return f"{platform.machine()}, {os.cpu_count()} cores, {processes}; Python {platform.python_version()}"


@cache
def _source(module):
    """The module's source as it was when it was first asked for."""
    return inspect.getsource(module)


def _remembered(path, row):
    """The result that a file holds; None if nothing was measured yet, or the file was damaged since."""
    try:
        result = Result(**json.loads(path.read_text()))
        return result if _is_whole(result, row) else None
    except (FileNotFoundError, ValueError, TypeError, AttributeError):
        return None


def _is_whole(result, row):
    """Whether a result is of the right types and has what was published."""
    numbers = [*result.values.values(), result.seconds, 0.0 if result.peak_mib is None else result.peak_mib]
    are_finite = all(isinstance(number, int | float) and math.isfinite(number) for number in numbers)
    return are_finite and isinstance(result.machine, str) and set(row.published) <= set(result.values)
