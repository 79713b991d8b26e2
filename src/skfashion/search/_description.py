"""What a search is about, as text: what must be the same in all that work on one study."""

import joblib

from skfashion.search._scoring import uses_labels


def description_of(runner) -> dict:
    """Names and numbers, and hashes of what is too long to be told."""
    asks_for_labels = any(map(uses_labels, runner.scorers.values()))
    return {
        "reducers": list(runner.names["reducer"]),
        "clusterers": list(runner.names["clusterer"]),
        **{name: _told(value) for name, value in runner.options.items()},  # of suggest_pipeline
        "scoring": {name: _scorer(scorer) for name, scorer in runner.scorers.items()},
        "cv": None if runner.cv is None else f"{type(runner.cv).__name__} {joblib.hash(runner.cv)}",
        "max_samples": runner.max_samples,
        "n_restarts": len(runner.seeds),
        "data": joblib.hash(runner.X),
        "labels": joblib.hash(runner.y) if asks_for_labels else None,
    }


def _told(value):
    return value if value is None or isinstance(value, str | int) else repr(value)


def _scorer(scorer):
    """Its parameters, if it shows them; the name of a function; else its class."""
    if hasattr(scorer, "__qualname__"):
        return f"{scorer.__module__}.{scorer.__qualname__}"
    shown = repr(scorer)
    return type(scorer).__qualname__ if " at 0x" in shown else shown
