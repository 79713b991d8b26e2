"""The scorer of a clusterer by how much it depends on the rows that it is given."""

from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

import numpy as np
from sklearn.base import clone
from sklearn.metrics import adjusted_rand_score
from sklearn.utils import _safe_indexing

from skfashion._utils.checks import check_sample_size, sample_rows
from skfashion.metrics._scorers import ClusterScorer


@dataclass(frozen=True, kw_only=True)
class Stability(ClusterScorer):
    """Scorer of a clusterer by how far fits to different rows agree, in [-1, 1]. Label-free.

    Clones of the last step are fitted to random shares of the rows as that step sees them; the score is the mean
    adjusted Rand index, over all pairs of fits, of the rows that both were given [1]_. Of a single cluster it is 0.

    Parameters
    ----------
    n_fits : int, default=5
        Fits to compare, at least two.
    share : float, default=0.8
        Of the rows that each fit is given, above 0 and at most 1.
    sample_size : int or None, default=5000
        Rows to draw the shares from; None takes all.
    random_state : int or None, default=0
        Which rows are drawn.
    without_predict : {"refit", "labels", "raise"}, default="refit"
        Has no effect: the rows are always clustered anew.

    References
    ----------
    .. [1] A. Ben-Hur, A. Elisseeff and I. Guyon (2002), A stability based method for discovering structure in clustered
       data, Pacific Symposium on Biocomputing.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> from sklearn.datasets import make_blobs
    >>> from skfashion.metrics import Stability
    >>> X, _ = make_blobs(200, centers=[[0, 0], [9, 0], [0, 9]], random_state=0)
    >>> Stability()(KMeans(3, n_init=5, random_state=0).fit(X), X)
    1.0
    """

    n_fits: int = 5
    share: float = 0.8
    sample_size: int | None = 5000
    random_state: int | None = 0

    uses_labels: ClassVar = False

    def __post_init__(self):
        super().__post_init__()
        check_sample_size(self.sample_size)
        if self.n_fits != int(self.n_fits) or self.n_fits < 2:
            raise ValueError(f"n_fits={self.n_fits!r} must be an integer of at least 2.")
        if not 0 < self.share <= 1:
            raise ValueError(f"share={self.share!r} must be above 0 and at most 1.")

    def score_clusters(self, labels, *, X, Z, y, clusterer) -> float:
        chosen = sample_rows(len(labels), self.sample_size, self.random_state)
        fits = [self._fit(clusterer, Z, chosen, i) for i in range(self.n_fits)]
        return float(np.mean([_agreement(*one, *other) for one, other in combinations(fits, 2)]))

    def _fit(self, clusterer, Z, chosen, i):
        """The rows of a share, in their order, and the cluster of each."""
        rng = np.random.default_rng(None if self.random_state is None else [self.random_state, i])
        rows = np.sort(rng.choice(chosen, size=max(1, round(self.share * len(chosen))), replace=False))
        return rows, np.asarray(clone(clusterer).fit_predict(_safe_indexing(Z, rows)))


def _agreement(rows, labels, other_rows, other_labels):
    """Of the rows in common; 0 if either has all of them in one cluster, which any fit can have."""
    _, places, other_places = np.intersect1d(rows, other_rows, assume_unique=True, return_indices=True)
    pair = labels[places], other_labels[other_places]
    return 0.0 if any(len(np.unique(one)) < 2 for one in pair) else adjusted_rand_score(*pair)
