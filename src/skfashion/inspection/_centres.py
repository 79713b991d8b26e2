"""Distances of rows to the centres of clusters."""

from typing import NamedTuple

import numpy as np
from sklearn.metrics import pairwise_distances

from skfashion._utils.pipelines import NOISE, clusters_of

BATCH = 4096  # rows


class Centres(NamedTuple):
    """The means of clusters, and the mean distances of their rows to them.

    Attributes
    ----------
    names : ndarray of shape (n_clusters,)
        Labels of the clusters, in ascending order.
    means : ndarray of shape (n_clusters, n_components), float32
        Mean row of each.
    radii : ndarray of shape (n_clusters,)
        Mean distance of the rows of each to its mean.
    """

    names: np.ndarray
    means: np.ndarray
    radii: np.ndarray

    @classmethod
    def of(cls, Z, labels) -> "Centres":
        """Find the centres of the clusters of rows; noise, -1, is no cluster.

        Parameters
        ----------
        Z : ndarray of shape (n_samples, n_components)
            Rows.
        labels : ndarray of shape (n_samples,)
            Cluster of each row.

        Returns
        -------
        Centres
        """
        names, labels = clusters_of(labels), np.asarray(labels)
        means, radii = np.empty((len(names), Z.shape[1]), np.float32), np.empty(len(names))
        for i, name in enumerate(names):
            rows = Z[labels == name]
            means[i] = rows.mean(axis=0)
            radii[i] = np.linalg.norm(rows - means[i], axis=1).mean()
        return cls(names, means, radii)

    def compare(self, Z, labels) -> tuple[np.ndarray, np.ndarray]:
        """Return the relative distance of each row to its cluster, and its margin to the next cluster.

        Parameters
        ----------
        Z : ndarray of shape (n_samples, n_components)
            Rows.
        labels : ndarray of shape (n_samples,)
            Cluster of each row.

        Returns
        -------
        distances : ndarray of shape (n_samples,)
            Distance to the mean of the own cluster, over the mean of these distances in the cluster: 1 is usual, and
            2 is twice as far. NaN for noise.
        margins : ndarray of shape (n_samples,)
            Distance to the nearest mean of another cluster minus that to the own one, over the larger of the two, from
            -1 to 1: 1 at the own mean, 0 half-way, and below 0 nearer to another mean. NaN for noise, and if there is
            one cluster only.
        """
        labels = np.asarray(labels)
        distances, margins = np.full(len(Z), np.nan), np.full(len(Z), np.nan)
        known = np.flatnonzero((labels != NOISE) & np.isin(labels, self.names))
        for start in range(0, len(known), BATCH):
            rows = known[start : start + BATCH]
            own = np.searchsorted(self.names, labels[rows])
            codes, means = Z[rows].astype(np.float64), self.means.astype(np.float64)
            to_means = pairwise_distances(codes, means)
            to_own = np.linalg.norm(codes - means[own], axis=1)  # exactly 0 at the mean, which products are not
            to_means[np.arange(len(rows)), own] = np.inf
            distances[rows] = _ratio(to_own, self.radii[own])
            if len(self.names) > 1:
                to_next = to_means.min(axis=1)
                margins[rows] = _ratio(to_next - to_own, np.maximum(to_next, to_own))
        return distances, margins


def _ratio(part, whole):
    """Divide; 0 / 0 is 0, since all rows of a cluster may be equal, and other rows are infinitely far from these."""
    far = np.where(part > 0, np.inf, 0.0)
    return np.divide(part, whole, out=far, where=whole > 0)
