"""Images of each cluster."""

import numpy as np
from sklearn.metrics import euclidean_distances
from sklearn.utils import _safe_indexing, check_random_state

from skfashion._utils.checks import check_count, check_option
from skfashion.displays._estimators import codes_and_clusters
from skfashion.displays._images import draw_mosaic, drawn_shape, row_centres, scale, value_range
from skfashion.displays._labels import categories, check_labels, cluster_name
from skfashion.displays._style import Display, text_width

KINDS = ("nearest", "farthest", "random")


class ClusterImagesDisplay(Display):
    """A line of images for each cluster.

    Parameters
    ----------
    images : list of ndarray of shape (n_images, n_features)
        Images of each cluster; the lines of clusters with fewer images end in blank tiles.
    clusters : list of int or str
        Names of the clusters.
    sizes : list of int
        Number of rows of each cluster.
    image_shape : tuple of int or None
        (height, width) or (height, width, channels); None is a square grey image.
    kind : {"nearest", "farthest", "random"}, default=None
        Choice of the images; it has no effect on the drawing.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The Axes with the drawing.
    figure_ : matplotlib Figure
        The figure of the Axes.
    im_ : matplotlib AxesImage
        The mosaic.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> from sklearn.decomposition import PCA
    >>> from sklearn.pipeline import make_pipeline
    >>> from skfashion import load_fashion_mnist_sample
    >>> from skfashion.displays import ClusterImagesDisplay
    >>> X, _ = load_fashion_mnist_sample(return_X_y=True)
    >>> pipe = make_pipeline(PCA(10, random_state=0), KMeans(3, random_state=0)).fit(X)
    >>> display = ClusterImagesDisplay.from_estimator(pipe, X, n_images=5)
    >>> display.clusters, sum(display.sizes)
    ([0, 1, 2], 5000)
    """

    def __init__(self, *, images, clusters, sizes, image_shape, kind=None):
        self.images = images
        self.clusters = clusters
        self.sizes = sizes
        self.image_shape = image_shape
        self.kind = kind

    @classmethod
    def from_estimator(cls, estimator, X, *, kind="nearest", n_images=8, image_shape=None, random_state=0, ax=None):
        """Draw images of each cluster that a fitted clusterer finds in X.

        Parameters
        ----------
        estimator : estimator
            A fitted clusterer, a Pipeline ending in one, or a search of such. Distances are measured in the space
            of the clusterer. A clusterer without `predict` has clusters for its training data only.
        X : array-like of shape (n_samples, n_features)
            Images in the units of the training data.
        kind : {"nearest", "farthest", "random"}, default="nearest"
            The images nearest to the mean of their cluster, the farthest ones, or random ones.
        n_images : int, default=8
            Number of images of each cluster.
        image_shape : tuple of int, default=None
            (height, width) or (height, width, channels); None is a square grey image.
        random_state : int, RandomState or None, default=0
            Seed of the choice of images if ``kind="random"``.
        ax : matplotlib Axes, default=None
            Axes to draw on; None opens a figure.

        Returns
        -------
        ClusterImagesDisplay

        Raises
        ------
        TypeError
            If the estimator does not cluster.
        ValueError
            If an option is unknown, `image_shape` does not fit X, or there are no clusters of X.
        """
        Z, labels = codes_and_clusters(estimator, X)
        options = {"kind": kind, "n_images": n_images, "image_shape": image_shape, "random_state": random_state}
        return cls.from_predictions(X, labels, embedding=Z, ax=ax, **options)

    @classmethod
    def from_predictions(
        cls, X, labels, *, embedding=None, kind="nearest", n_images=8, image_shape=None, random_state=0, ax=None
    ):
        """Draw images of each cluster.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Images.
        labels : array-like of shape (n_samples,)
            Cluster of each image; -1 is noise.
        embedding : array-like of shape (n_samples, n_components), default=None
            Space for distances; None measures them between the pixels.
        kind : {"nearest", "farthest", "random"}, default="nearest"
            The images nearest to the mean of their cluster, the farthest ones, or random ones.
        n_images : int, default=8
            Number of images of each cluster.
        image_shape : tuple of int, default=None
            (height, width) or (height, width, channels); None is a square grey image.
        random_state : int, RandomState or None, default=0
            Seed of the choice of images if ``kind="random"``.
        ax : matplotlib Axes, default=None
            Axes to draw on; None opens a figure.

        Returns
        -------
        ClusterImagesDisplay

        Raises
        ------
        ValueError
            If an option is unknown, `image_shape` does not fit X, or the lengths differ.
        """
        check_option("kind", kind, KINDS)
        check_count("n_images", n_images)
        labels = check_labels(labels, np.shape(X)[0])
        Z = np.asarray(X if embedding is None else embedding)
        if len(Z) != len(labels):
            raise ValueError(f"embedding has {len(Z)} rows but X has {len(labels)}; pass one for each row of X.")
        clusters, positions = categories(labels)
        members = [np.flatnonzero(positions == i) for i in range(len(clusters))]
        random_state = check_random_state(random_state)
        chosen = [_choose(Z, rows, kind, random_state)[:n_images] for rows in members]
        return cls(
            images=[np.asarray(_safe_indexing(X, rows)) for rows in chosen],
            clusters=clusters,
            sizes=[len(rows) for rows in members],
            image_shape=image_shape,
            kind=kind,
        ).plot(ax=ax)

    def plot(self, ax=None):
        n_clusters, n_columns = len(self.images), max(map(len, self.images))
        together = np.concatenate(self.images)
        image_shape = drawn_shape(self.image_shape, together.shape[1])
        tiles = np.full((n_clusters, n_columns, together.shape[1]), np.nan, dtype=np.float32)
        for row, images in zip(tiles, self.images, strict=True):
            row[: len(images)] = scale(images, *value_range(together))
        sizes = zip(self.clusters, self.sizes, strict=True)
        names = [f"{cluster_name(cluster)} ({size:,})" for cluster, size in sizes]
        ax = self._open_axes(ax, (0.75 * n_columns + text_width(names) + 0.4, min(0.75 * n_clusters + 0.2, 60)))
        self.im_ = draw_mosaic(ax, tiles, image_shape, n_columns)
        ax.set_yticks(row_centres(n_clusters, image_shape), names)
        ax.tick_params(length=0)
        return self


def _choose(Z, rows, kind, random_state):
    """Return the rows of a cluster in the order of drawing."""
    if kind == "random":
        return random_state.permutation(rows)
    points = Z[rows] if Z.dtype.kind == "f" else Z[rows].astype(np.float32)
    centre = points.mean(axis=0, keepdims=True, dtype=np.float64).astype(points.dtype)
    distances = euclidean_distances(points, centre)[:, 0]
    return rows[np.argsort(distances if kind == "nearest" else -distances, kind="stable")]
