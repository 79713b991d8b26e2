"""Average linkage in several runs, for rows whose graph of neighbours has no groups."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import pdist

from skfashion.clusterers._directions import at_length_1, most_similar
from skfashion.clusterers._vote import agreement_of
from skfashion.clusterers._ward import cut

DRAWN_SHARE, MAX_DRAWN = 0.8, 2000  # rows of a run; its memory grows with the square of their number


@dataclass(eq=False)
class LinkageRuns:
    """Clusters by average linkage of the directions of rows from their mean, in several runs.

    Each run clusters some of the rows, drawn at random; all others take the cluster of the most similar of these. Two
    clusters are as similar as their members are on average (UPGMA; Sokal and Michener 1958), so that the sizes are what
    the rows make them. Lengths are left out: one row far from all others would be a cluster of its own.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_features)
        Rows that differ.
    n_clusters : int
        Number of clusters.
    """

    rows: np.ndarray
    n_clusters: int

    def runs(self, n_runs, rng):
        """Return the clusters of each run, a list of arrays of shape (n_rows,); no cluster is empty."""
        return [self._run(rng) for _ in range(n_runs)]

    def resampled_agreement(self, n_runs, rng):
        """Return the mean agreement of two runs."""
        return agreement_of(self.runs(n_runs, rng), self.n_clusters)

    @cached_property
    def _directions(self):
        mean = self.rows.mean(axis=0, dtype=np.float64).astype(self.rows.dtype)  # float32 would lose digits
        return at_length_1(self.rows - mean)

    def _run(self, rng):
        n_rows = len(self.rows)
        n_drawn = max(self.n_clusters, min(MAX_DRAWN, round(DRAWN_SHARE * n_rows)))
        drawn = rng.choice(n_rows, n_drawn, replace=False)
        rows = self._directions[drawn]
        clusters = cut(linkage(pdist(rows, "sqeuclidean"), "average"), self.n_clusters)  # twice the cosine distance
        nearest, _ = most_similar(self._directions, rows)
        nearest[drawn] = np.arange(n_drawn)  # of equal directions, the first one is the nearest
        return clusters[nearest]
