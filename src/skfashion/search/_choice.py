"""Which of the finished trials is taken."""

import numpy as np

from skfashion.search._scoring import column_of

AGREEMENT = "agreement"


def what_decides(refit, scorers, cv):
    """The name of a score, "agreement" or a function; what these scores cannot decide is refused."""
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


def pick(results, decides, scorers):
    """The place in the results of the trial to take, and the score that it is taken for (None by a function)."""
    is_complete = results["state"] == "complete"
    if not is_complete.any():
        raise ValueError(_why_all_failed(results))
    if callable(decides):
        place = decides(results)
        if place not in np.flatnonzero(is_complete):
            raise ValueError(f"refit returned {place!r}, which is no place of a complete trial in results_.")
        return int(place), None
    name = decides if decides in scorers else next(iter(scorers))
    scores = by_score = results[column_of(name, scorers[name])]
    if decides == AGREEMENT and not np.isnan(results[AGREEMENT]).all():  # else there is one pipeline only
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
