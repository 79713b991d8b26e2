"""Fits that succeed or change nothing."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

Fit = TypeVar("Fit", bound=Callable)


def all_or_nothing(fit: Fit) -> Fit:
    """Let a `fit` that ends with an error leave the estimator as it was; Ctrl-C is one, too.

    The method may set and delete attributes, and must not write into the arrays of the fit before.

    Examples
    --------
    >>> from sklearn.base import BaseEstimator
    >>> class Mean(BaseEstimator):
    ...     @all_or_nothing
    ...     def fit(self, X):
    ...         self.n_features_in_ = len(X[0])
    ...         self.mean_ = sum(row[0] for row in X) / len(X)
    ...         return self
    >>> mean = Mean().fit([[1, 0], [3, 0]])
    >>> mean.fit([[1], []])
    Traceback (most recent call last):
    IndexError: list index out of range
    >>> mean.n_features_in_, mean.mean_
    (2, 2.0)
    """

    @wraps(fit)
    def whole_fit(self, *args, **kwargs):
        before = dict(vars(self))
        try:
            return fit(self, *args, **kwargs)
        except BaseException:
            vars(self).clear()
            vars(self).update(before)
            raise

    return whole_fit  # type: ignore[return-value]  # mypy does not see that wraps keeps the signature
