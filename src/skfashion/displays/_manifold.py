"""Grids of decoded codes."""

from itertools import product

import numpy as np

from skfashion._utils.checks import check_count
from skfashion._utils.validation import images_refused
from skfashion.displays._estimators import encoder_and_decoder
from skfashion.displays._images import draw_mosaic, drawn_shape, scale, value_range
from skfashion.displays._style import Display


class ManifoldDisplay(Display):
    """A grid of decoded codes: two components vary, the others stay at their medians.

    Parameters
    ----------
    images : ndarray of shape (n_rows * n_columns, n_features)
        Decoded images, row by row from the top left.
    image_shape : tuple of int or None
        (height, width) or (height, width, channels); None is a square grey image.
    n_rows, n_columns : int
        Size of the grid.
    components : tuple of int, default=(0, 1)
        The component that grows from left to right, and the one that grows from bottom to top.
    ranges : tuple of tuple of float, default=None
        Least and greatest value of each of the two.
    image_range : tuple of float, default=None
        The values to draw as black and white; None takes the least and the greatest of the images.

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
    >>> from sklearn.decomposition import PCA
    >>> from skfashion import load_fashion_mnist_sample
    >>> from skfashion.displays import ManifoldDisplay
    >>> X, _ = load_fashion_mnist_sample(return_X_y=True)
    >>> display = ManifoldDisplay.from_estimator(PCA(10, random_state=0).fit(X), X, n_rows=4, n_columns=6)
    >>> display.images.shape
    (24, 784)
    """

    def __init__(self, *, images, image_shape, n_rows, n_columns, components=(0, 1), ranges=None, image_range=None):
        self.images = images
        self.image_shape = image_shape
        self.n_rows = n_rows
        self.n_columns = n_columns
        self.components = components
        self.ranges = ranges
        self.image_range = image_range

    @classmethod
    def from_estimator(cls, estimator, X, *, n_rows=15, n_columns=15, components=(0, 1), image_shape=None, ax=None):
        """Decode a grid that spans the codes of X.

        Parameters
        ----------
        estimator : estimator
            A fitted estimator with `transform` and `inverse_transform`, such as DenseAE or PCA; a Pipeline of such,
            with or without a clusterer at its end; or a fitted search.
        X : array-like of shape (n_samples, n_features)
            Images in the units of the training data. The two components go from the 2.5 to the 97.5 percentile of
            their codes.
        n_rows, n_columns : int, default=15
            Size of the grid. With a single row or column, its component stays at the median, too.
        components : tuple of int, default=(0, 1)
            The component that grows from left to right, and the one that grows from bottom to top.
        image_shape : tuple of int, default=None
            (height, width) or (height, width, channels); None is a square grey image.
        ax : matplotlib Axes, default=None
            Axes to draw on; None opens a figure.

        Returns
        -------
        ManifoldDisplay

        Raises
        ------
        TypeError
            If the estimator has no inverse_transform.
        ValueError
            If `image_shape` does not fit X, or `components` are not two different ones of the codes.
        """
        check_count("n_rows", n_rows)
        check_count("n_columns", n_columns)
        autoencoder = encoder_and_decoder(estimator)
        with images_refused(X, autoencoder):
            codes = np.asarray(autoencoder.transform(X))
        _check_components(components, codes.shape[1])
        ranges = _range(codes[:, components[0]], n_columns), _range(codes[:, components[1]], n_rows)
        grid = _grid(np.median(codes, axis=0), components, ranges, n_rows, n_columns)
        return cls(
            images=np.asarray(autoencoder.inverse_transform(grid)),
            image_shape=image_shape,
            n_rows=n_rows,
            n_columns=n_columns,
            components=components,
            ranges=ranges,
            image_range=value_range(np.asarray(X)),
        ).plot(ax=ax)

    def plot(self, ax=None):
        image_shape = drawn_shape(self.image_shape, self.images.shape[1])
        low, high = self.image_range or value_range(self.images)
        height, width = self.n_rows * image_shape[0], self.n_columns * image_shape[1]
        ax = self._open_axes(ax, 7 * np.array([width, height]) / max(width, height) + 0.4)
        self.im_ = draw_mosaic(ax, scale(self.images, low, high), image_shape, self.n_columns)
        ax.set(xlabel=self._axis_label(0), ylabel=self._axis_label(1))
        return self

    def _axis_label(self, axis):
        label = f"component {self.components[axis]}"
        if self.ranges is None:
            return label
        low, high = (np.format_float_positional(end, 3, fractional=False, trim="-") for end in self.ranges[axis])
        return f"{label}, at {low}" if low == high else f"{label}, from {low} to {high}"


def _range(values, n_steps):
    """Return the range of a component; a single step is at the median, as other components are."""
    low, high = np.percentile(values, [2.5, 97.5] if n_steps > 1 else [50, 50]).tolist()
    return low, high


def _grid(medians, components, ranges, n_rows, n_columns):
    """Return the codes of the grid, row by row from the top left, shape (n_rows * n_columns, n_components)."""
    (left, right), (bottom, top) = ranges
    points = list(product(np.linspace(top, bottom, n_rows), np.linspace(left, right, n_columns)))
    grid = np.tile(medians, (len(points), 1))
    grid[:, components[::-1]] = points
    return grid


def _check_components(components, n_components):
    chosen = set(components)
    if len(components) != 2 or len(chosen) != 2 or not chosen <= set(range(n_components)):
        raise ValueError(
            f"components={components} must be two different columns of the codes, which have {n_components} "
            f"(0 to {n_components - 1}); pass two of those."
        )
