"""What scorers and displays ask of an estimator, and which rows they draw."""

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.utils import check_random_state


def last_step(estimator, X):
    """The clusterer, and X as it sees it: behind the other steps of a pipeline, within a search."""
    estimator = found_by_search(estimator)
    if not isinstance(estimator, Pipeline):
        return estimator, X
    return estimator[-1], estimator[:-1].transform(X) if len(estimator) > 1 else X


def found_by_search(estimator):
    """The best estimator of a fitted search; any other as it is."""
    return getattr(estimator, "best_estimator_", estimator)


def steps_of(estimator):
    """The steps of a pipeline, perhaps within a search; any other estimator is its only one."""
    estimator = found_by_search(estimator)
    return [step for _, step in estimator.steps] if isinstance(estimator, Pipeline) else [estimator]


def sample_rows(n_samples, sample_size, random_state):
    """The rows that are drawn; all of them, in order, if sample_size is None."""
    check_sample_size(sample_size)
    if sample_size is None or sample_size >= n_samples:
        return np.arange(n_samples)
    return check_random_state(random_state).permutation(n_samples)[:sample_size]


def check_sample_size(sample_size):
    """Refuse what is no number of rows to draw."""
    if sample_size is not None and (sample_size < 2 or sample_size != int(sample_size)):
        raise ValueError(f"sample_size={sample_size!r} must be an integer of at least 2, or None for all rows.")


def check_option(name, value, options):
    """Refuse what is not among the options."""
    if value not in options:
        raise ValueError(f"{name}={value!r} must be one of {', '.join(map(repr, options))}.")
