"""A map of the rows."""

import numpy as np
from sklearn.utils import _safe_indexing, check_array

from skfashion._utils.checks import check_count, sample_rows
from skfashion.displays._estimators import codes_and_labels
from skfashion.displays._labels import categories, check_labels
from skfashion.displays._map import NO_CATEGORY, draw_images, draw_points, is_strip, prepare_axes, write_names
from skfashion.displays._projection import project, spread_out
from skfashion.displays._style import NOISE_COLOR, Display, category_color


class EmbeddingDisplay(Display):
    """A map of the rows in two dimensions. Labels are shown as colours, and written at the median of their rows.

    Parameters
    ----------
    embedding : ndarray of shape (n_samples, 2)
        Positions of the rows.
    labels : ndarray of shape (n_samples,), default=None
        Cluster or class of each row; -1 is noise, in grey, as are rows without a label.
    images : ndarray of shape (n_images, n_features), default=None
        Images to draw at their rows.
    image_rows : ndarray of shape (n_images,), int, default=None
        The rows of the embedding that the images belong to; None is the first ones.
    image_shape : tuple of int or None, default=None
        (height, width) or (height, width, channels); None is a square grey image.
    method : {"first", "pca", "tsne", "umap"} or None, default=None
        Source of the two dimensions; it names the axes.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The Axes with the drawing.
    figure_ : matplotlib Figure
        The figure of the Axes.
    points_ : list of matplotlib PathCollection
        The points: noise, if there is any, then ten categories at a time. Their order is random, so that no category
        covers the others.
    texts_ : list of matplotlib Text
        The names of the categories.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> from sklearn.decomposition import PCA
    >>> from sklearn.pipeline import make_pipeline
    >>> from skfashion import load_fashion_mnist_sample
    >>> from skfashion.displays import EmbeddingDisplay
    >>> X, _ = load_fashion_mnist_sample(return_X_y=True)
    >>> pipe = make_pipeline(PCA(10, random_state=0), KMeans(3, random_state=0)).fit(X)
    >>> display = EmbeddingDisplay.from_estimator(pipe, X, sample_size=1000, thumbnails=10)
    >>> display.embedding.shape, [text.get_text() for text in display.texts_]
    ((1000, 2), ['0', '1', '2'])
    """

    def __init__(self, *, embedding, labels=None, images=None, image_rows=None, image_shape=None, method=None):
        self.embedding = embedding
        self.labels = labels
        self.images = images
        self.image_rows = image_rows
        self.image_shape = image_shape
        self.method = method

    @classmethod
    def from_estimator(
        cls,
        estimator,
        X,
        *,
        labels=None,
        method="pca",
        sample_size=None,
        thumbnails=0,
        image_shape=None,
        random_state=0,
        ax=None,
    ):
        """Draw a map of the codes of X.

        Parameters
        ----------
        estimator : estimator
            A fitted transformer; a clusterer or a Pipeline ending in one; or a search of such. The map shows rows as
            the clusterer sees them.
        X : array-like of shape (n_samples, n_features)
            Rows in the units of the training data.
        labels : array-like of shape (n_samples,), default=None
            Cluster or class of each row. None takes the clusters, if there are any: the answers of `predict`, or
            `labels_` if X has as many rows.
        method : {"first", "pca", "tsne", "umap"}, default="pca"
            Method that reduces codes to two components: see `from_predictions`.
        sample_size : int or None, default=None
            Number of rows to draw; None takes all.
        thumbnails : int, default=0
            Number of rows of X that are drawn as images, too, far from one another.
        image_shape : tuple of int, default=None
            (height, width) or (height, width, channels); None is a square grey image.
        random_state : int, RandomState or None, default=0
            Seed of the choice of rows and of the method.
        ax : matplotlib Axes, default=None
            Axes to draw on; None opens a figure.

        Returns
        -------
        EmbeddingDisplay

        Raises
        ------
        ImportError
            If ``method="umap"`` and umap-learn is not installed.
        TypeError
            If the estimator neither transforms nor clusters.
        ValueError
            If an option is unknown, `image_shape` does not fit X, or the lengths differ.
        """
        Z, found = codes_and_labels(estimator, X)
        return cls.from_predictions(
            Z,
            found if labels is None else labels,
            method=method,
            sample_size=sample_size,
            images=X if thumbnails else None,
            thumbnails=thumbnails,
            image_shape=image_shape,
            random_state=random_state,
            ax=ax,
        )

    @classmethod
    def from_predictions(
        cls,
        Z,
        labels=None,
        *,
        method="pca",
        sample_size=None,
        images=None,
        thumbnails=0,
        image_shape=None,
        random_state=0,
        ax=None,
    ):
        """Draw a map of rows.

        Parameters
        ----------
        Z : array-like of shape (n_samples, n_components)
            Rows. "first" and "pca" take two columns unchanged; a single column makes a strip.
        labels : array-like of shape (n_samples,), default=None
            Cluster or class of each row; -1 is noise, in grey, as are rows without a label.
        method : {"first", "pca", "tsne", "umap"}, default="pca"
            Method that reduces the columns to two: the first two, principal components, t-SNE (minutes for tens of
            thousands of rows: pass `sample_size`), or UMAP (needs umap-learn). The axes of t-SNE and UMAP have no
            units. UMAP with a seed is the same on one machine, but differs between machines and versions.
        sample_size : int or None, default=None
            Number of rows to draw; None takes all.
        images : array-like of shape (n_samples, n_features), default=None
            The image of each row, for `thumbnails`.
        thumbnails : int, default=0
            Number of images that are drawn at their points, far from one another.
        image_shape : tuple of int, default=None
            (height, width) or (height, width, channels); None is a square grey image.
        random_state : int, RandomState or None, default=0
            Seed of the choice of rows and of the method.
        ax : matplotlib Axes, default=None
            Axes to draw on; None opens a figure.

        Returns
        -------
        EmbeddingDisplay

        Raises
        ------
        ImportError
            If ``method="umap"`` and umap-learn is not installed.
        ValueError
            If an option is unknown, `image_shape` does not fit the images, or the lengths differ.
        """
        check_count("thumbnails", thumbnails, minimum=0)
        n_samples = np.shape(Z)[0]
        labels = None if labels is None else check_labels(labels, n_samples, may_be_missing=True)
        _check_images(images, thumbnails, n_samples)
        rows = sample_rows(n_samples, sample_size, random_state)
        Z = check_array(_safe_indexing(Z, rows), dtype=(np.float64, np.float32), input_name="Z")
        embedding, method = project(Z, method, random_state)
        shown = spread_out(embedding, thumbnails) if thumbnails else None
        return cls(
            embedding=embedding,
            labels=None if labels is None else labels[rows],
            images=None if shown is None else np.asarray(_safe_indexing(images, rows[shown])),
            image_rows=shown,
            image_shape=image_shape,
            method=method,
        ).plot(ax=ax)

    def plot(self, ax=None):
        ax = self._open_axes(ax, (7, 2) if is_strip(self.embedding) else (7, 7))
        labels = np.zeros(len(self.embedding), dtype=int) if self.labels is None else self.labels
        names, positions = categories(labels)
        colors = [NOISE_COLOR if name in NO_CATEGORY else category_color(i) for i, name in enumerate(names)]
        self.points_ = draw_points(ax, self.embedding, names, positions, colors)
        prepare_axes(ax, self.embedding, self.method)
        self.texts_ = [] if self.labels is None else write_names(ax, self.embedding, names, positions)
        if self.images is not None:
            rows = np.arange(len(self.images)) if self.image_rows is None else self.image_rows
            frames = [colors[i] for i in positions[rows]]
            draw_images(ax, self.embedding[rows], frames, self.images, self.image_shape)
        return self


def _check_images(images, thumbnails, n_samples):
    if thumbnails and images is None:
        raise ValueError(f"thumbnails={thumbnails} needs images; pass the image of each row of Z.")
    if images is not None and np.shape(images)[0] != n_samples:
        raise ValueError(f"images has {np.shape(images)[0]} rows but Z has {n_samples}; pass one for each row of Z.")
