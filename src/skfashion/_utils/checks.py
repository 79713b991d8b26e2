"""Checks of parameters, and the draw of rows that a checked `sample_size` asks for."""

import numpy as np
from sklearn.utils import check_random_state


def check_option(name, value, options):
    """Refuse a value that is not among the options."""
    if value not in options:
        raise ValueError(f"{name}={value!r} must be one of {', '.join(map(repr, options))}.")


def check_at_most_n_samples(n_samples, **numbers):
    """Refuse more clusters, or vectors, than there are rows."""
    for name, number in numbers.items():
        if number > n_samples:
            raise ValueError(f"{name}={number} must be <= n_samples={n_samples}; pass more rows or lower {name}.")


def check_sample_size(sample_size):
    """Refuse a value that is not a number of rows to draw."""
    if sample_size is not None and (sample_size < 2 or sample_size != int(sample_size)):
        raise ValueError(f"sample_size={sample_size!r} must be an integer of at least 2, or None for all rows.")


def sample_rows(n_samples, sample_size, random_state):
    """Draw the positions of rows without replacement; return all in order if sample_size is None or too large."""
    check_sample_size(sample_size)
    if sample_size is None or sample_size >= n_samples:
        return np.arange(n_samples)
    return check_random_state(random_state).permutation(n_samples)[:sample_size]
