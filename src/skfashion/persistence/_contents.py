"""Checks of what a loaded model holds: the objects themselves, not the text that they were made from.

The same object can have several names in a file, and only the finished objects show what each name stands for.
"""

from collections.abc import Collection, Iterator

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.cluster._kmeans import _kmeans_single_lloyd
from sklearn.svm import SVC, SVR, NuSVC, NuSVR, OneClassSVM

from skfashion.persistence._archive import UntrustedModelError
from skfashion.persistence._consistency import check_consistency, limit_threads
from skfashion.persistence._forms import NETWORK
from skfashion.persistence._reviewed import REVIEWED, REVIEWED_PARTS

OPENED_BY_FIT = {"memory": "cache", "cache_dir": "cache", "storage": "study"}  # parameters that name files
LIBSVM = (SVC, SVR, NuSVC, NuSVR, OneClassSVM)


def refuse_unsafe(what: str, estimator, trusted: Collection[str] = ()) -> None:
    """Check every object that an estimator holds.

    Parameters
    ----------
    what : str
        What holds it, for messages.
    estimator : estimator
        Estimator, just loaded or about to be saved.
    trusted : collection of str, default=()
        Full names of classes that the caller trusts.

    Raises
    ------
    UntrustedModelError
        If a part names a cache or a study, whose files the next fit would open, or is of a class whose compiled code
        trusts its attributes.
    ValueError
        If the state of a part is impossible, and using it would end the process.
    """
    contents = list(_contents(estimator))
    for name, value in contents:
        kind = OPENED_BY_FIT.get(name.rpartition("__")[2])
        if kind is not None and _names_something(value):
            raise UntrustedModelError(
                f"{what} names a {kind} ({name}=...), and the next fit would open its files; set {name}=None before "
                "saving."
            )
        if (unknown := _unknown_estimator(value, trusted)) is not None:
            raise UntrustedModelError(
                f"{what} holds a fitted {unknown}, whose state was not reviewed: a forged one might make compiled code "
                f"run astray. If you trust it, pass trusted=[{unknown!r}] to both save and load."
            )
        if _is_fitted_libsvm(value):
            raise UntrustedModelError(
                f"{what} holds a fitted {type(value).__name__}, whose compiled code a forged file could make read "
                "memory that is not its own; it can neither be saved nor loaded. LinearSVC can."
            )
        if value is _kmeans_single_lloyd and name != "_kmeans_single":
            raise UntrustedModelError(
                f"{what} holds a compiled step of k-means as its {name!r}, which a forged file could run on arrays "
                "that do not fit; it can neither be saved nor loaded."
            )
    for _, value in reversed(contents):  # parts before what holds them
        check_consistency(value)


def adapt(estimator) -> None:
    """Adapt every object that a loaded estimator holds to this computer."""
    for _, value in _contents(estimator):
        limit_threads(value)


def _contents(estimator) -> Iterator[tuple[str, object]]:
    """Yield everything that an estimator holds, itself first, with the name that it is held under."""
    waiting: list[tuple[str, object]] = [("", estimator)]
    seen = set()
    while waiting:
        name, value = waiting.pop()
        yield name, value
        if id(value) not in seen:
            seen.add(id(value))
            waiting += _parts(name, value)


def _parts(name, value):
    """Return the names and values of the direct parts; those of a list have the name of the list."""
    if isinstance(value, dict):
        return [(str(key), part) for key, part in value.items()] + [("", key) for key in value]
    if isinstance(value, list | tuple | set | frozenset):
        return [(name, part) for part in value]
    if isinstance(value, np.ndarray):
        return [(name, part) for part in value.ravel().tolist()] if value.dtype == object else []
    if isinstance(value, type) or not hasattr(value, "__dict__"):
        return []
    is_network = _full_name(type(value)) == NETWORK  # Keras' objects are built by it, and do not come from the file
    return [(inner, part) for inner, part in vars(value).items() if not (is_network and inner == "network")]


def _names_something(value):
    """Return True if a parameter, or an entry of a list of its values, is not None."""
    if isinstance(value, list | tuple | set | frozenset | np.ndarray):
        return any(_names_something(part) for part in value)
    return value is not None


def _unknown_estimator(value, trusted):
    """Return the full name of a fitted estimator of scikit-learn that was not reviewed, or None."""
    kind, name = type(value), _full_name(type(value))
    is_of_scikit_learn = isinstance(value, BaseEstimator) and kind.__module__.startswith("sklearn.")
    if (
        not is_of_scikit_learn
        or kind.__qualname__ in REVIEWED | REVIEWED_PARTS
        or name in trusted
        or isinstance(value, LIBSVM)
    ):
        return None
    return name if _is_fitted(value) else None


def _full_name(kind):
    return f"{kind.__module__}.{kind.__qualname__}"


def _is_fitted(value):
    return any(name.endswith("_") or name.startswith("_") for name in vars(value))


def _is_fitted_libsvm(value):
    """Return True for a support vector machine of libsvm that has any state: libsvm checks none of its counts."""
    return isinstance(value, LIBSVM) and _is_fitted(value)
