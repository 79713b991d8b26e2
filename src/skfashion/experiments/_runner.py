"""The runner: every row and seed is measured once and remembered."""

import json
import os
from importlib.metadata import version
from pathlib import Path

import joblib
from joblib import Memory
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from skfashion import metrics
from skfashion.experiments import tella
from skfashion.experiments._rows import Measurement, Row
from skfashion.networks import choose_backend

ROWS: list[Row] = [*tella.ROWS]


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
    X : ndarray of shape (n_samples, 784), uint8
        Images.
    y : ndarray of shape (n_samples,)
        Classes: for the scores alone.
    cache : path-like
        Folder that keeps a file for each row and seed, and the fitted reducers that rows share. What a file is called
        follows from the pipeline with all its parameters, the seed, the data, and the versions of skfashion and of the
        packages below it; whoever changes skfashion's code between releases should empty the folder.
    """

    def __init__(self, X, y, *, cache):
        self._X, self._y = X, y
        self._cache = Path(cache)
        packages = ("skfashion", "scikit-learn", "numpy", "keras", choose_backend())
        self._context = {"data": joblib.hash((X, y)), "versions": {name: version(name) for name in packages}}
        self._memory = Memory(self._cache / f"steps-{joblib.hash(self._context)}", verbose=0)

    def measure(self, row: Row, seed: int) -> dict[str, float]:
        """Measure a row with a seed, or remember what was measured: scores by metric."""
        path = self._path(row, seed)
        try:
            return json.loads(path.read_text())
        except (FileNotFoundError, json.JSONDecodeError):  # not measured yet, or damaged since
            pass
        estimator = row.build(memory=self._memory, random_state=seed)
        figures = score_partition(self._y, estimator.fit_predict(self._X))
        _write_whole(path, json.dumps(figures))
        return figures

    def measure_all(self, row: Row, seeds: range) -> Measurement:
        """Measure a row with each of the seeds."""
        results = [self.measure(row, seed) for seed in seeds]
        return Measurement(row, {name: [result[name] for result in results] for name in results[0]})

    def _path(self, row, seed):
        definition = joblib.hash((row.build(memory=None, random_state=seed), self._context))
        return self._cache / f"{row.name}-{seed}-{definition}.json"


def score_partition(y, labels) -> dict[str, float]:
    """Compare a partition with the classes, by purity and by one-to-one scores; the two are never mixed."""
    return {
        "purity": metrics.purity_score(y, labels),
        "hungarian_accuracy": metrics.hungarian_accuracy_score(y, labels),
        "adjusted_rand": float(adjusted_rand_score(y, labels)),
        "normalized_mutual_info": float(normalized_mutual_info_score(y, labels)),
    }


def _write_whole(path, text):
    """Write a file that appears complete or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(text)
    temporary.replace(path)
