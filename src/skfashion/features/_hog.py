"""Histograms of oriented gradients."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from math import prod, sqrt
from numbers import Integral, Real
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from skfashion._utils.fitting import all_or_nothing
from skfashion._utils.image_shape import shape_of_rows
from skfashion._utils.validation import check_array, validate_data, validate_params
from skfashion.features._pixels import check_values, linear_weights, resize, unit_images, warn_of_large

AUTO_CELL = 1 / 7  # 4 pixels of 28
MIN_CELL = 4  # pixels; a share of a smaller image would be too few to tell an orientation
NORM_CONSTANT = 0.1  # of pixels from 0 to 1
MAX_NORMALIZED = 0.2  # Dalal & Triggs: one strong edge must not hide the others
MAX_VOTES = 2**18  # of a batch: its arrays stay in the processor's cache
MAX_VOTES_PER_PIXEL = 64  # of an image; small images may have more, up to
MAX_VOTES_OF_SMALL = 2**26


@dataclass(eq=False, repr=False)
class HOGFeatures(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Histograms of oriented gradients of images, given as rows of pixels.

    They describe shape: the direction of the edges in each part of an image, with little influence of brightness and
    contrast [1]_. Each pixel votes for the orientation of its gradient with the length of the gradient, in the cell
    that it lies in. Blocks of 2 x 2 neighbouring cells are normalised: they are divided by their length, values above
    0.2 are set to 0.2, and the blocks are divided by their length again. The length is the root of the sum of squares
    and 0.1 squared: so weak gradients stay weak. In images with several channels, the channel with the longest gradient
    counts at each pixel.

    A vote is shared between the two nearest orientations and the four nearest cells, so that an image and its copy
    that is shifted by a pixel have similar features.

    Parameters
    ----------
    image_shape : sequence of int or None, default=None
        (height, width) or (height, width, channels) of the images; the rows are their pixels. None: rows are square
        grey images. Rows of fewer than 64 values that are no square are images of one row.
    cell : int, float or "auto", default="auto"
        Side of a cell. An integer is a number of pixels. A float below 1 is a share of the side of a square that has as
        many pixels as the image. "auto" is a share of 1/7: 4 pixels for images of 28 x 28, 32 for 224 x 224. Cells
        cover the whole image: their size is changed a little if needed. Images are enlarged if a share is less than 4
        pixels, and sides that are shorter than two cells are stretched.
    n_bins : int, default=9
        Number of orientations from 0 to 180 degrees. Opposite directions are one orientation.

    Attributes
    ----------
    image_shape_ : tuple of int
        (height, width) or (height, width, channels) of the images.
    size_ : tuple of int
        Height and width of the images after enlarging; those of `image_shape_` if they are large enough.
    n_cells_ : tuple of int
        Number of cells from top to bottom, and from left to right.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, if X had string names.

    See Also
    --------
    CappedPCA : Makes few features of these many.

    Notes
    -----
    Integers are pixels from 0 to 255 and are divided by 255. Floats are taken as they are, and should be from 0 to 1:
    the constant 0.1 is small compared with gradients of greater numbers. The features are float32.

    `skimage.feature.hog` has the same orientations and blocks, with these differences. It does not share votes between
    orientations or cells. The gradient is zero at the border of the image, while here the pixels of the border are
    repeated outside. It averages over a cell instead of taking the sum, and the constant is 0.00001: so noise in an
    empty part of an image is as strong as an edge elsewhere. Pixels that do not fill a cell are left out. The order of
    the features is another one: here, the two upper cells of a block are the first and the third, not the first and
    the second.

    References
    ----------
    .. [1] N. Dalal and B. Triggs (2005), Histograms of oriented gradients for human detection, CVPR.

    Examples
    --------
    >>> from skfashion import HOGFeatures, load_fashion_mnist_sample
    >>> X, _ = load_fashion_mnist_sample(return_X_y=True)
    >>> hog = HOGFeatures().fit(X)
    >>> hog.n_cells_, hog.transform(X).shape
    ((7, 7), (5000, 1296))
    """

    _: KW_ONLY
    image_shape: Sequence[int] | None = None
    cell: int | float | str = "auto"
    n_bins: int = 9

    _parameter_constraints: ClassVar[dict] = {
        "image_shape": ["array-like", None],
        "cell": [
            Interval(Integral, 1, None, closed="left"),
            Interval(Real, 0, 1, closed="neither"),
            StrOptions({"auto"}),
        ],
        "n_bins": [Interval(Integral, 2, None, closed="left")],
    }

    @all_or_nothing
    def fit(self, X, y=None):
        """Check X and the parameters, and find the size of the cells. Nothing is learned.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Images as rows of pixels.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter is invalid, the rows are not images of `image_shape`, or values are not finite or above 1e12.

        Warns
        -----
        UserWarning
            If X holds floats far above 1, such as pixels up to 255.
        """
        validate_params(self)
        checked = check_array(X, input_name="X", estimator=self)
        check_values(checked)
        shape = shape_of_rows(self.image_shape, checked.shape[1])
        warn_of_large(checked)
        validate_data(self, X, skip_check_array=True)
        self.image_shape_ = shape
        self.size_, self.n_cells_ = _grid(shape[:2], self.cell)
        self._check_votes()
        return self

    def check_state(self):
        """Check that the grid of a fitted, perhaps forged estimator is possible.

        Raises
        ------
        ValueError
            If it is not.
        """
        sides = (*self.size_, *self.n_cells_)
        if len(sides) != 4 or any(n < 2 or n > size for n, size in zip(self.n_cells_, self.size_, strict=True)):
            raise ValueError(f"HOGFeatures cannot have n_cells_={self.n_cells_} in images of size_={self.size_}")
        self._check_votes()

    def _check_votes(self):
        """Refuse cells and bins that would take too much memory for an image."""
        n_votes, n_pixels = prod(self.size_) * self.n_bins, prod(self.image_shape_)
        if n_votes > max(MAX_VOTES_OF_SMALL, MAX_VOTES_PER_PIXEL * n_pixels):
            raise ValueError(
                f"cell={self.cell!r} and n_bins={self.n_bins} make {n_votes:,} numbers of an image of {n_pixels:,} "
                "pixels; pass fewer bins, or a cell that is nearer to a seventh of the image."
            )

    def transform(self, X):
        """Return the features of images.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Images as rows of pixels.

        Returns
        -------
        ndarray of shape (n_samples, n_blocks * 4 * n_bins), float32
            Features, between 0 and 1. The blocks are in the order of rows of an image.

        Raises
        ------
        ValueError
            If X has other columns than in `fit`, or values that are not finite or above 1e12.
        """
        check_is_fitted(self)
        X = validate_data(self, X, reset=False)
        features = np.empty((len(X), self._n_features_out), np.float32)
        n_rows = max(1, MAX_VOTES // (self.size_[0] * self.size_[1] * self.n_bins))
        with threadpool_limits(1, user_api="blas"):  # threads of small products wait for each other
            for start in range(0, len(X), n_rows):
                batch = slice(start, start + n_rows)
                with np.errstate(under="ignore"):  # edges too faint for single precision vanish
                    features[batch] = self._features(X[batch])
        return features

    def _features(self, X):
        """Return the features of one batch, shape (n, n_features_out)."""
        images = resize(unit_images(X, self.image_shape_), self.size_)
        gx, gy = _gradients(images)
        weights = [_cell_weights(*side) for side in zip(self.size_, self.n_cells_, strict=True)]
        return _normalized_blocks(_histograms(gx, gy, int(self.n_bins), *weights)).reshape(len(X), -1)

    @property
    def _n_features_out(self):
        rows, columns = self.n_cells_
        return (rows - 1) * (columns - 1) * 4 * self.n_bins

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags


def _grid(shape, cell):
    """Return the size that images are enlarged to, and the numbers of cells, both from top to bottom first."""
    side, zoom = cell, 1.0
    if not isinstance(cell, Integral):
        side = (AUTO_CELL if cell == "auto" else cell) * sqrt(prod(shape))
        zoom = max(1.0, MIN_CELL / side)
    side *= zoom
    size = tuple(max(round(n * zoom), round(2 * side)) for n in shape)
    return size, tuple(max(2, round(n / side)) for n in size)


def _gradients(images):
    """Return the gradients of the channel with the longest one, shape (height, n, width) each.

    They are the differences of the two neighbours of a pixel, to the right and down.
    """
    padded = np.pad(images, ((0, 0), (1, 1), (0, 0), (1, 1)), mode="edge")
    gx = padded[:, 1:-1, :, 2:] - padded[:, 1:-1, :, :-2]
    gy = padded[:, 2:, :, 1:-1] - padded[:, :-2, :, 1:-1]
    if len(images) == 1:
        return gx[0], gy[0]
    longest = (gx**2 + gy**2).argmax(0)[None]
    return np.take_along_axis(gx, longest, 0)[0], np.take_along_axis(gy, longest, 0)[0]


def _histograms(gx, gy, n_bins, rows, columns):
    """Return the histogram of each cell, shape (n, n_cell_rows, n_cell_columns, n_bins).

    `rows`, shape (height, n_cell_rows), and `columns`, shape (width, n_cell_columns), hold the weights of the pixels.
    """
    height, n, width = gx.shape
    votes = _votes(gx, gy, n_bins)  # (height, n_bins, n, width)
    sums = (rows.T @ votes.reshape(height, -1)).reshape(-1, width) @ columns
    return sums.reshape(rows.shape[1], n_bins, n, columns.shape[1]).transpose(2, 0, 3, 1)


def _votes(gx, gy, n_bins):
    """Return the votes of the pixels, shape (height, n_bins, n, width).

    The length of a gradient is shared between the two nearest orientations. That of bin i is (i + 0.5) / n_bins * pi.
    """
    angles = np.arctan2(gy, gx)
    angles[angles < 0] += np.float32(np.pi)
    angles = angles / np.float32(np.pi) * n_bins - np.float32(0.5)  # in bins
    votes = np.abs(angles[:, None] - np.arange(n_bins, dtype=np.float32)[:, None, None])
    np.minimum(votes, n_bins - votes, out=votes)  # orientations are a circle
    np.subtract(1, votes, out=votes)
    np.maximum(votes, 0, out=votes)
    votes *= np.sqrt(gx**2 + gy**2)[:, None]
    return votes


def _normalized_blocks(cells, *, constant=NORM_CONSTANT):
    """Return the normalised blocks (L2-Hys) of 2 x 2 cells, shape (n, n_rows - 1, n_columns - 1, 4 * n_bins)."""
    corners = cells[:, :-1, :-1], cells[:, 1:, :-1], cells[:, :-1, 1:], cells[:, 1:, 1:]
    blocks = _divide_by_lengths(np.concatenate(corners, axis=-1), constant)
    return _divide_by_lengths(np.minimum(blocks, MAX_NORMALIZED, out=blocks), constant)


def _divide_by_lengths(blocks, constant):
    """Divide blocks by their lengths, in place; those that are short compared with the constant stay short."""
    squares = np.einsum("...i,...i", blocks, blocks)
    blocks /= np.sqrt(squares + np.float32(constant**2))[..., None]
    return blocks


def _cell_weights(n_pixels, n_cells):
    """Return the weights of the pixels along a side in its cells, shape (n_pixels, n_cells)."""
    return linear_weights((np.arange(n_pixels) + 0.5) * n_cells / n_pixels - 0.5, n_cells)
