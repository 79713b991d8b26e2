"""Which of the finished trials is taken."""

import numpy as np

from skfashion.search._scoring import column_of

AGREEMENT = "agreement"


def what_decides(refit, scoring, cv):
    """`refit` itself, but for searches that were given no score: agreement takes the best of them."""
    if isinstance(refit, np.bool_):
        refit = bool(refit)
    return AGREEMENT if refit is True and scoring is None and cv is None else refit


def check_refit(refit, scorers, cv):
    """Refuse a `refit` that these scores cannot decide."""
    if refit is True and len(scorers) > 1:
        raise ValueError(
            f"refit=True is ambiguous: the search has several scores ({', '.join(scorers)}); "
            f"pass one of their names, {AGREEMENT!r} or False."
        )
    if isinstance(refit, str) and refit not in (*scorers, AGREEMENT):
        raise ValueError(f"refit={refit!r} must be one of {', '.join(scorers)} or {AGREEMENT}.")
    if refit == AGREEMENT and cv is not None:
        raise ValueError("refit='agreement' compares the trials' clusters of the same rows; leave cv=None.")


def pick(results, refit, scorers):
    """The place in the results of the trial to take, and the score that it is taken for (None by a function)."""
    is_complete = results["state"] == "complete"
    if not is_complete.any():
        raise ValueError(_why_all_failed(results))
    if callable(refit):
        place = refit(results)
        if place not in np.flatnonzero(is_complete):
            raise ValueError(f"refit returned {place!r}, which is no place of a complete trial in results_.")
        return int(place), None
    name = refit if refit in scorers else next(iter(scorers))
    scores = by_score = results[column_of(name, scorers[name])]
    if refit == AGREEMENT and not np.isnan(results[AGREEMENT]).all():  # else there is one pipeline only
        scores = results[AGREEMENT]
    best = scores == np.nanmax(scores)
    place = int(np.nanargmax(np.where(best, by_score, np.nan)))  # of those that agree as much, the one that scores best
    return place, float(scores[place])


def _why_all_failed(results):
    errors = dict.fromkeys(
        f"{reducer} + {clusterer}: {error}"
        for reducer, clusterer, error in zip(results["reducer"], results["clusterer"], results["error"], strict=True)
        if error
    )
    shown = "; ".join(list(errors)[:3])
    return f"None of the {len(results['trial'])} trials could be scored. {shown}" if shown else "No trial was over."
