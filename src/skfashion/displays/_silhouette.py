"""Silhouettes of rows in their clusters."""

import numpy as np
from sklearn.metrics import silhouette_samples
from sklearn.utils import _safe_indexing

from skfashion._utils.checks import sample_rows
from skfashion._utils.pipelines import NOISE
from skfashion.displays._estimators import codes_and_clusters
from skfashion.displays._labels import categories, check_labels, cluster_name
from skfashion.displays._style import NOISE_COLOR, Display, category_color


class SilhouetteDisplay(Display):
    """A silhouette profile: a band of sorted silhouettes for each cluster; larger clusters have higher bands.

    The mean of each cluster is next to its band; the mean of all rows is a dashed line.

    Parameters
    ----------
    silhouettes : ndarray of shape (n_samples,)
        Silhouette of each row, in [-1, 1].
    labels : ndarray of shape (n_samples,)
        Cluster of each row. -1 is noise: a cluster like the others, as in scikit-learn, but drawn last, in grey.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The Axes with the drawing.
    figure_ : matplotlib Figure
        The figure of the Axes.
    means_ : dict of int or str to float
        Mean silhouette of each cluster.

    References
    ----------
    P. Rousseeuw (1987), Silhouettes: a graphical aid to the interpretation and validation of cluster analysis, Journal
    of Computational and Applied Mathematics 20.

    Examples
    --------
    >>> from skfashion.displays import SilhouetteDisplay
    >>> display = SilhouetteDisplay.from_predictions([[0.0], [0.0], [4.0], [5.0]], ["a", "a", "b", "b"])
    >>> {cluster: round(mean, 2) for cluster, mean in display.means_.items()}
    {'a': 1.0, 'b': 0.78}
    """

    def __init__(self, *, silhouettes, labels):
        self.silhouettes = silhouettes
        self.labels = labels

    @classmethod
    def from_estimator(cls, estimator, X, *, sample_size=5000, random_state=0, ax=None):
        """Draw the silhouettes of the clusters that a fitted clusterer finds in X, in the space of the clusterer.

        Parameters
        ----------
        estimator : estimator
            A fitted clusterer, a Pipeline ending in one, or a search of such. A clusterer without `predict` has
            clusters for its training data only.
        X : array-like of shape (n_samples, n_features)
            Rows in the units of the training data.
        sample_size : int or None, default=5000
            Number of rows to draw: the cost grows with its square; None takes all. The scorer `Silhouette` takes the
            same rows.
        random_state : int, RandomState or None, default=0
            Seed of the choice of rows.
        ax : matplotlib Axes, default=None
            Axes to draw on; None opens a figure.

        Returns
        -------
        SilhouetteDisplay

        Raises
        ------
        TypeError
            If the estimator does not cluster.
        ValueError
            If there is only one cluster, or as many as rows.
        """
        Z, labels = codes_and_clusters(estimator, X)
        return cls.from_predictions(Z, labels, sample_size=sample_size, random_state=random_state, ax=ax)

    @classmethod
    def from_predictions(cls, Z, labels, *, sample_size=5000, random_state=0, ax=None):
        """Draw the silhouettes of clusters.

        Parameters
        ----------
        Z : array-like of shape (n_samples, n_components)
            Rows as they were clustered.
        labels : array-like of shape (n_samples,)
            Cluster of each row.
        sample_size : int or None, default=5000
            Number of rows to draw: the cost grows with its square; None takes all. The scorer `Silhouette` takes the
            same rows.
        random_state : int, RandomState or None, default=0
            Seed of the choice of rows.
        ax : matplotlib Axes, default=None
            Axes to draw on; None opens a figure.

        Returns
        -------
        SilhouetteDisplay

        Raises
        ------
        ValueError
            If the lengths differ, or if there is only one cluster, or as many as rows.
        """
        n_samples = np.shape(Z)[0]
        labels = check_labels(labels, n_samples)
        rows = sample_rows(n_samples, sample_size, random_state)
        labels, n_clusters = labels[rows], len(np.unique(labels[rows]))
        if not 1 < n_clusters < len(rows):
            raise ValueError(
                f"labels has {n_clusters} clusters in {len(rows)} rows; silhouettes need at least 2 clusters "
                "and more rows than clusters."
            )
        return cls(silhouettes=silhouette_samples(_safe_indexing(Z, rows), labels), labels=labels).plot(ax=ax)

    def plot(self, ax=None):
        clusters, positions = categories(self.labels)
        bands = [np.sort(self.silhouettes[positions == i])[::-1] for i in range(len(clusters))]
        ax = self._open_axes(ax, (6.4, min(0.3 * len(bands) + 1.5, 60)))
        self.means_ = {cluster: float(band.mean()) for cluster, band in zip(clusters, bands, strict=True)}
        centres = _draw_bands(ax, clusters, bands)
        for centre, mean in zip(centres, self.means_.values(), strict=True):
            ax.text(1.02, centre, f"{mean:.2f}", transform=ax.get_yaxis_transform(), va="center")
        ax.text(1.02, 1.01, "mean", transform=ax.transAxes)
        mean = float(np.mean(self.silhouettes))
        ax.axvline(mean, color="black", linestyle="--", linewidth=1, label=f"mean of all rows: {mean:.2f}")
        ax.set(xlabel="silhouette", ylabel="cluster")
        ax.set_yticks(centres, [cluster_name(cluster) for cluster in clusters])
        ax.margins(y=0.01)
        ax.invert_yaxis()
        ax.legend(loc="lower right", bbox_to_anchor=(1, 1), frameon=False, borderaxespad=0)
        return self


def _draw_bands(ax, clusters, bands):
    """Draw one band below the other, and return their centres."""
    gap = 0.4 * sum(map(len, bands)) / len(bands)  # room for the names of small clusters
    centres, start = [], 0.0
    for position, (cluster, band) in enumerate(zip(clusters, bands, strict=True)):
        color = NOISE_COLOR if cluster == NOISE else category_color(position)
        # doubled ends: each row is a step of height 1, so that a cluster of one row is visible
        heights = start + np.repeat(np.arange(len(band) + 1), 2)[1:-1]
        ax.fill_betweenx(heights, 0, np.repeat(band, 2), color=color, linewidth=0)
        centres.append(start + len(band) / 2)
        start += len(band) + gap
    return centres
