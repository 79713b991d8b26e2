"""The trials of a study as a table of arrays."""

import numpy as np

from skfashion.metrics import mean_agreement
from skfashion.search._notes import unpack_labels
from skfashion.search._scoring import column_of

STATES = {"COMPLETE": "complete", "FAIL": "failed", "RUNNING": "running"}


def results_of(study, scorers) -> dict[str, np.ndarray]:
    """Arrays with an entry for each trial, in the order of their numbers."""
    trials = [trial for trial in study.get_trials(deepcopy=False) if trial.state.name in STATES]
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
    results["error"] = np.array([note.get("error", "") for note in notes], dtype=object)
    return results


def partitions_of(study) -> np.ndarray:
    """The clusters of the common rows, a line for each complete trial, shape (n_complete, n_compared)."""
    trials = study.get_trials(deepcopy=False)
    return np.array([unpack_labels(trial.user_attrs["labels"]) for trial in trials if _is_complete(trial)])


def _agreements(trials):
    """Mean agreement of each trial's partition with the others'."""
    agreements = np.full(len(trials), np.nan)
    compared = [i for i, trial in enumerate(trials) if _is_complete(trial) and "labels" in trial.user_attrs]
    if len(compared) > 1:
        partitions = [unpack_labels(trials[i].user_attrs["labels"]) for i in compared]
        agreements[compared] = mean_agreement(partitions, noise_label=-1)
    return agreements


def _is_complete(trial):
    return trial.state.name == "COMPLETE"
