"""The trials of a study as a table of arrays."""

import numpy as np

from skfashion._utils.pipelines import NOISE
from skfashion.metrics import mean_agreement
from skfashion.search._notes import unpack_labels
from skfashion.search._scoring import column_of

STATES = {"COMPLETE": "complete", "FAIL": "failed", "RUNNING": "running"}


def results_of(trials, scorers) -> dict[str, np.ndarray]:
    """Arrays with an entry for each trial, in the order of their numbers."""
    trials = [trial for trial in trials if trial.state.name in STATES]
    notes = [trial.user_attrs for trial in trials]
    results = {
        "trial": np.array([trial.number for trial in trials]),
        "state": np.array([STATES[trial.state.name] for trial in trials]),
        "reducer": np.array([trial.params.get("reducer", "") for trial in trials]),
        "clusterer": np.array([trial.params.get("clusterer", "") for trial in trials]),
    }
    for i, (name, scorer) in enumerate(scorers.items()):
        results[column_of(name, scorer)] = np.array([t.values[i] if _is_complete(t) else np.nan for t in trials])
    results["agreement"] = _agreements(trials)
    for name in ("n_clusters", "n_samples", "seconds"):
        results[name] = np.array([note.get(name, np.nan) for note in notes])
    results["params"] = np.array([trial.params for trial in trials], dtype=object)
    results["warnings"] = np.array(["; ".join(note.get("warnings", ())) for note in notes], dtype=object)
    results["error"] = np.array(
        [note.get("error", _without_reason(t)) for t, note in zip(trials, notes, strict=True)], object
    )
    return results


def partitions_of(trials) -> np.ndarray:
    """The clusters of the common rows, a line for each complete trial, shape (n_complete, n_compared)."""
    return np.array([unpack_labels(trial.user_attrs["labels"]) for trial in trials if _is_complete(trial)])


def _agreements(trials):
    """Mean agreement of each trial's partition with those of all other pipelines: one drawn again has no more votes."""
    agreements = np.full(len(trials), np.nan)
    places: dict[str, list[int]] = {}  # of the trials of each pipeline
    for i, trial in enumerate(trials):
        if _is_complete(trial) and "labels" in trial.user_attrs:
            places.setdefault(repr(sorted(trial.params.items())), []).append(i)
    if len(places) > 1:
        partitions = [unpack_labels(trials[first].user_attrs["labels"]) for first, *_ in places.values()]
        for same, agreement in zip(places.values(), mean_agreement(partitions, noise_label=NOISE), strict=True):
            agreements[same] = agreement
    return agreements


def _without_reason(trial):
    return "interrupted, or its worker was silent" if trial.state.name == "FAIL" else ""


def _is_complete(trial):
    return trial.state.name == "COMPLETE"
