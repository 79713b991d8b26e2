"""The runner: it measures every row and seed once and keeps the results."""

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
from skfashion._utils.workers import safe_path
from skfashion.engine.backend import choose_backend
from skfashion.experiments import _clusterings, _costs, _latent, _measures
from skfashion.experiments._costs import StepMemory, costed
from skfashion.experiments._measures import Data
from skfashion.experiments._rows import Row

PACKAGES = ("skfashion", "scikit-learn", "numpy", "scipy", "keras", "scikeras", "fastcluster")  # results depend on them
MODULES = (_measures, _clusterings, _latent, _costs)  # shared by the rows


@dataclass(frozen=True)
class Result:
    """The values of a row with one seed, and their cost, including steps that were fitted for other rows."""

    values: dict[str, float]  # by metric
    seconds: float
    peak_mib: float | None  # beyond the memory that the process had before
    machine: str = ""


class Runner:
    """A runner of rows on one data set.

    Parameters
    ----------
    data : Data
        Images, and their classes.
    cache : path-like
        Folder that keeps a file for each row and seed, and the fitted reducers that rows share. The name of a file
        depends on the estimators with all their parameters, the seed, the data, the code that measures, and the
        versions of skfashion and of its packages. Empty the folder if you change the code of estimators.
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
        # a string: the hash of a path, and so of a pipeline with this memory, depends on how the path was put together
        self._memory = StepMemory(str(self._cache / f"steps-{joblib.hash(self._context)}"), verbose=0)

    def measure(self, row: Row, seed: int, machine: str = "") -> Result:
        """Measure a row with a seed, or return the result that is kept; `machine` describes the computer."""
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
        """Tell if a row has been measured with a seed."""
        return row.measure is None or _remembered(self._path(row, seed), row) is not None

    def measure_many(self, rows: list[Row], n_seeds: int, n_jobs=1) -> Iterator[tuple[Row, int, Result]]:
        """Measure rows with each of their seeds, in n_jobs processes; yield each as it is done."""
        todo = [(row, seed) for row in rows for seed in row.seeds(n_seeds)]
        task, machine = joblib.delayed(_measure), _machine(n_jobs)
        # The images are copied to the processes: steps that were fitted to a memory map would not be found again.
        parallel = joblib.Parallel(n_jobs, return_as="generator_unordered", pre_dispatch=n_jobs, max_nbytes=None)
        with safe_path():
            yield from parallel(task(self, row, seed, machine) for row, seed in todo)

    def draw(self, row: Row) -> dict:
        """Draw the row's pictures with the first seed: matplotlib Figures by name."""
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
    """Return the version of a package, or None if it is not installed."""
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
    """Return the source of a module as it was at the first call."""
    return inspect.getsource(module)


def _remembered(path, row):
    """Read the result that a file holds; None if there is no file, or a damaged one."""
    try:
        result = Result(**json.loads(path.read_text()))
        return result if _is_whole(result, row) else None
    except (FileNotFoundError, ValueError, TypeError, AttributeError, RecursionError):
        return None


def _is_whole(result, row):
    """Check that a result has the right types and all published metrics."""
    numbers = [*result.values.values(), result.seconds, 0.0 if result.peak_mib is None else result.peak_mib]
    are_finite = all(isinstance(number, int | float) and math.isfinite(number) for number in numbers)
    return are_finite and isinstance(result.machine, str) and set(row.published) <= set(result.values)
