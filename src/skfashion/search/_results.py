"""The table of a search's trials, and the choice of one of them."""

import numpy as np

from skfashion._utils.pipelines import NOISE
from skfashion.metrics import mean_agreement
from skfashion.search._record import FAILED, SCORED, TrialRecord
from skfashion.search._scoring import column_of

AGREEMENT = "agreement"
DEFAULT_MARGIN = 0.1  # of modularity, within which the default pipeline stays; docs/pipeline_search.md has the evidence


def results_of(trials, scorers) -> dict[str, np.ndarray]:
    """Return arrays with an entry for each trial, in the order of their numbers."""
    records = [record for record in map(TrialRecord.from_trial, trials) if record.state is not None]

    def column(name, missing=None, dtype=None):
        values = [getattr(record, name) for record in records]
        return np.array([missing if value is None else value for value in values], dtype)

    results = {"trial": column("number"), **{name: column(name) for name in ("state", "reducer", "clusterer")}}
    for i, (name, scorer) in enumerate(scorers.items()):
        scores = [np.nan if record.scores is None else record.scores[i] for record in records]
        results[column_of(name, scorer)] = np.array(scores)
    results[AGREEMENT] = _agreements(records)
    results["is_default"] = column("is_default", False)
    results |= {name: column(name, np.nan) for name in ("n_clusters", "n_samples", "seconds")}
    results["params"] = column("params", dtype=object)
    results["warnings"] = np.array(["; ".join(record.warnings or ()) for record in records], dtype=object)
    results["error"] = np.array([_reason(record) for record in records], dtype=object)
    return results


def partitions_of(trials) -> np.ndarray:
    """Return the clusters of the rows that trials are compared by, shape (n_complete, n_compared)."""
    return np.array([record.partition for record in map(TrialRecord.from_trial, trials) if record.is_scored])


def _agreements(records):
    """Return the mean agreement of each trial with all other pipelines; a pipeline drawn again has no more votes."""
    agreements = np.full(len(records), np.nan)
    places: dict[str, list[int]] = {}  # of the trials of each pipeline
    for i, record in enumerate(records):
        if record.is_scored and record.labels is not None:
            places.setdefault(repr(sorted(record.params.items())), []).append(i)
    if len(places) > 1:
        partitions = [records[first].partition for first, *_ in places.values()]
        for same, agreement in zip(places.values(), mean_agreement(partitions, noise_label=NOISE), strict=True):
            agreements[same] = agreement
    return agreements


def _reason(record):
    if record.error is None and record.state == FAILED:
        return "interrupted, or its worker was silent"
    return record.error or ""


def resolve_refit(refit, scorers, cv):
    """Return the name of a score, "agreement" or a function; refuse a `refit` that these scores cannot decide."""
    if callable(refit):
        return refit
    if not isinstance(refit, str):
        if refit and len(scorers) > 1:
            raise ValueError(
                f"refit=True is ambiguous: the search has several scores ({', '.join(scorers)}); "
                f"pass one of their names, {AGREEMENT!r} or False."
            )
        return next(iter(scorers))
    if refit not in (*scorers, AGREEMENT):
        raise ValueError(f"refit={refit!r} must be one of {', '.join(scorers)} or {AGREEMENT}.")
    if refit == AGREEMENT and cv is not None:
        raise ValueError("refit='agreement' compares the trials' clusters of the same rows; leave cv=None.")
    return refit


def best_trial(results, refit, scorers, margin=0.0):
    """Return the position in the results of the trial to take, and its score (None if a function chooses).

    With a margin, the default pipeline stays if its score is not lower than the best by more.
    """
    is_scored = results["state"] == SCORED
    if not is_scored.any():
        raise ValueError(_why_all_failed(results))
    if callable(refit):
        place = refit(results)
        if place not in np.flatnonzero(is_scored):
            raise ValueError(f"refit returned {place!r}, which is no place of a complete trial in results_.")
        return int(place), None
    name = refit if refit in scorers else next(iter(scorers))
    scores = by_score = results[column_of(name, scorers[name])]
    if refit == AGREEMENT and not np.isnan(results[AGREEMENT]).all():  # else there is one pipeline only
        scores = results[AGREEMENT]
    stays = results["is_default"] & is_scored & (scores >= np.nanmax(scores) - margin)
    best = stays if margin and stays.any() else scores == np.nanmax(scores)
    place = int(np.nanargmax(np.where(best, by_score, np.nan)))  # among equal agreements, the best score
    return place, float(scores[place])


def _why_all_failed(results):
    errors = dict.fromkeys(
        f"{reducer} + {clusterer}: {error}"
        for reducer, clusterer, error in zip(results["reducer"], results["clusterer"], results["error"], strict=True)
        if error
    )
    shown = "; ".join(list(errors)[:3])
    return f"None of the {len(results['trial'])} trials could be scored. {shown}" if shown else "No trial was over."
