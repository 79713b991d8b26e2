"""The runner: every row and seed is measured once and remembered."""

import inspect
import json
import os
import sys
from importlib.metadata import version
from pathlib import Path

import joblib
from joblib import Memory

from skfashion.experiments import _latent, _measures, agarwal, avelar, tella
from skfashion.experiments._measures import Data, measure_partition
from skfashion.experiments._rows import Measurement, Row
from skfashion.networks import choose_backend

ROWS: list[Row] = [*avelar.ROWS, *tella.ROWS, *agarwal.ROWS]


def find_rows(names: list[str]) -> list[Row]:
    """Rows by their names ("B1"), by their papers' keys ("B"), or "all".

    Raises
    ------
    ValueError
        If a name fits no row.
    """
    for name in names:
        if name != "all" and not any(name in (row.name, row.paper.key) for row in ROWS):
            known = ", ".join(row.name for row in ROWS)
            raise ValueError(f"There is no row {name!r}; choose from {known}, a paper's letter, or all.")
    wanted = set(names or ["all"])
    return [row for row in ROWS if wanted & {row.name, row.paper.key, "all"}]


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
        packages = ("skfashion", "scikit-learn", "numpy", "keras", choose_backend())
        self._context = {"data": joblib.hash((data.X, data.y)), "versions": {name: version(name) for name in packages}}
        self._memory = Memory(self._cache / f"steps-{joblib.hash(self._context)}", verbose=0)

    def measure(self, row: Row, seed: int) -> dict[str, float]:
        """Measure a row with a seed, or remember what was measured: figures by metric."""
        path = self._path(row, seed)
        try:
            return json.loads(path.read_text())
        except (FileNotFoundError, json.JSONDecodeError):  # not measured yet, or damaged since
            pass
        built = row.build(memory=self._memory, random_state=seed)
        figures = row.measure(built, self._data, seed, self._memory)
        _write_whole(path, json.dumps(figures))
        return figures

    def measure_all(self, row: Row, seeds: range) -> Measurement:
        """Measure a row with each of the seeds."""
        results = [self.measure(row, seed) for seed in seeds]
        return Measurement(row, {name: [result[name] for result in results] for name in results[0]})

    def draw(self, row: Row):
        """The row's picture with the first seed, a matplotlib Figure, or None if it has none."""
        if row.draw is None:
            return None
        return row.draw(row.build(memory=self._memory, random_state=0), self._data, self._memory)

    def _path(self, row, seed):
        definition: tuple = (row.build(memory=None, random_state=seed), self._context)
        if row.measure is not measure_partition:  # which is of the training images alone, and as old as this cache
            sources = [
                inspect.getsource(module) for module in (_measures, _latent, sys.modules[row.measure.__module__])
            ]
            definition += (row.measure.__qualname__, *sources, joblib.hash(self._data))
        return self._cache / f"{row.name}-{seed}-{joblib.hash(definition)}.json"


def _write_whole(path, text):
    """Write a file that appears complete or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(text)
    temporary.replace(path)
