"""Checks of parameters, and the draw of rows that a checked `sample_size` asks for."""

from numbers import Integral

import numpy as np
from sklearn.utils import check_random_state

# The methods of callbacks of networks, of features and of a search.
ON_EPOCH_END = "on_epoch_end(epoch, logs)"
ON_IMAGES_END = "on_images_end(n_done, n_images)"
ON_TRIAL_END = "__call__(study, trial)"


def check_option(name, value, options):
    """Refuse a value that is not among the options."""
    if value not in options:
        raise ValueError(f"{name}={value!r} must be one of {', '.join(map(repr, options))}.")


def check_methods(name, objects, signature) -> list:
    """Return objects, such as callbacks, as a list; refuse those without a method before the work that would call it.

    None is an empty list.
    """
    method, objects = signature.partition("(")[0], [] if objects is None else list(objects)
    for value in objects:
        if isinstance(value, type):
            raise ValueError(
                f"{name} has the class {value.__name__}; pass an object of it, such as {value.__name__}()."
            )
        if not callable(getattr(value, method, None)):
            raise ValueError(f"{name} has {value!r}, which has no method {signature}; add one.")
    return objects


def is_count(value, minimum=1) -> bool:
    """Return whether a value is an integer of at least `minimum`. Booleans are not."""
    return not isinstance(value, bool) and isinstance(value, Integral) and int(value) >= minimum


def check_count(name, value, minimum=1):
    """Refuse a number that is no integer or too small."""
    if not is_count(value, minimum):
        raise ValueError(f"{name}={value!r} must be an integer of at least {minimum}.")


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
