"""Features of images by pixels, gradients and colours, without training a network."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

from skfashion._utils.fitting import all_or_nothing
from skfashion._utils.image_shape import shape_of_rows
from skfashion._utils.pipelines import as_array
from skfashion._utils.validation import check_array, validate_data, validate_params
from skfashion.features._capped_pca import CappedPCA
from skfashion.features._hog import HOGFeatures
from skfashion.features._pixels import area_means, check_values, unit_images, warn_of_large

SIDE = 8  # of the image of few pixels
COARSE_CELL = 1 / 4  # of the side of an image; the fine cells are those of HOGFeatures
COLOR_LEVELS = 4  # of each channel: 64 colours
WEIGHTS = {"pixels": 0.5, "fine": 1.0, "coarse": 0.5, "colors": 0.7}
ROUNDING = 1e-6  # deviation of a block that counts as none, as a share of its mean
MAX_FIT_ROWS = 20_000  # more would change the components little
BATCH_VALUES = 2**22  # pixels of a batch


@dataclass(eq=False, repr=False)
class ImageFeatures(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Features of images by their pixels, gradients and colours, as principal components.

    Each image is described by four blocks: an image of at most 8 x 8 pixels; histograms of its oriented gradients in
    cells of 1/7 of its side and of 1/4 (`HOGFeatures`); and, if there are three channels, a histogram of 64 colours, as
    roots of shares (Hellinger's distance compares them [1]_). Each block is divided by the root of its variance and
    multiplied by a weight: .5, 1, .5 and .7. The principal components of all blocks are divided by a power of their
    deviations, so that the first few do not decide alone.

    Parameters
    ----------
    n_components : int, default=128
        Maximum number of components. There are fewer if there are fewer rows or features.
    image_shape : sequence of int or None, default=None
        (height, width) or (height, width, channels) of the images; the rows are their pixels. None: rows are square
        grey images. Rows of fewer than 64 values that are no square are images of one row.
    whitening : float, default=0.25
        Power of the deviation that each component is divided by: 0 keeps the variances, 1 makes all equal.

    Attributes
    ----------
    image_shape_ : tuple of int
        (height, width) or (height, width, channels) of the images.
    n_components_ : int
        Number of components.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, if X had string names.

    See Also
    --------
    HOGFeatures : The gradients alone.

    Notes
    -----
    Integers are pixels from 0 to 255 and are divided by 255. Floats should be from 0 to 1: see `HOGFeatures`. The
    components are those of 20,000 rows, at equal distances in X, if there are more. Nothing is random.

    References
    ----------
    .. [1] R. Arandjelovic and A. Zisserman (2012), Three things everyone should know to improve object retrieval, CVPR.

    Examples
    --------
    >>> from skfashion import ImageFeatures, load_fashion_mnist_sample
    >>> X, _ = load_fashion_mnist_sample(return_X_y=True)
    >>> ImageFeatures(32).fit_transform(X[:500]).shape
    (500, 32)
    """

    n_components: int = 128
    _: KW_ONLY
    image_shape: Sequence[int] | None = None
    whitening: float = 0.25

    _parameter_constraints: ClassVar[dict] = {
        "n_components": [Interval(Integral, 1, None, closed="left")],
        "image_shape": ["array-like", None],
        "whitening": [Interval(Real, 0, 1, closed="both")],
    }

    @all_or_nothing
    def fit(self, X, y=None):
        """Find the weights of the blocks and the components.

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
            If a parameter is invalid, the rows are not images of `image_shape`, there are fewer than two, or values are
            not finite or above 1e12.
        """
        validate_params(self)
        checked = check_array(X, ensure_min_samples=2, input_name="X", estimator=self)
        check_values(checked)
        shape = shape_of_rows(self.image_shape, checked.shape[1])
        warn_of_large(checked)
        step = -(-len(checked) // MAX_FIT_ROWS)
        rows = checked[::step]
        blank = np.zeros((1, rows.shape[1]))  # of the images, histograms learn the shape only, and would warn again
        gradients = [HOGFeatures(image_shape=shape, cell=cell).fit(blank) for cell in ("auto", COARSE_CELL)]
        blocks = _blocks(rows, shape, gradients)
        scales = [_scale(block, weight) for block, weight in zip(blocks, WEIGHTS.values(), strict=False)]
        features = np.hstack([scale * block for scale, block in zip(scales, blocks, strict=True)])
        pca = CappedPCA(self.n_components, random_state=0).fit(features)
        validate_data(self, X, skip_check_array=True)
        self.image_shape_, self._gradients, self._scales, self._pca = shape, gradients, scales, pca
        self.n_components_ = pca.n_components_
        self._deviations = _positive(np.sqrt(pca.pca_.explained_variance_))
        return self

    def transform(self, X):
        """Return the features of images.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Images as rows of pixels.

        Returns
        -------
        ndarray of shape (n_samples, `n_components_`), float32
            Components, in descending order of their variance before whitening.

        Raises
        ------
        ValueError
            If X has other columns than in `fit`, or values that are not finite or above 1e12.
        """
        check_is_fitted(self)
        X = validate_data(self, X, reset=False)
        Z = np.empty((len(X), self.n_components_), np.float32)
        n_rows = max(1, BATCH_VALUES // X.shape[1])
        for start in range(0, len(X), n_rows):
            batch = slice(start, start + n_rows)
            blocks = _blocks(X[batch], self.image_shape_, self._gradients)
            features = np.hstack([scale * block for scale, block in zip(self._scales, blocks, strict=True)])
            Z[batch] = as_array(self._pca.transform(features)) / self._deviations**self.whitening
        return Z

    def check_state(self):
        """Check that the parts of a fitted, perhaps forged estimator fit each other.

        Raises
        ------
        ValueError
            If they do not.
        """
        height, width, n_channels = (*self.image_shape_, 1)[:3]
        widths = [min(SIDE, height) * min(SIDE, width) * n_channels, *(hog._n_features_out for hog in self._gradients)]
        widths += [COLOR_LEVELS**3] if n_channels == 3 else []
        if any(hog.image_shape_ != self.image_shape_ for hog in self._gradients):
            raise ValueError(f"_gradients of ImageFeatures must have image_shape_={self.image_shape_}")
        if len(self._scales) != len(widths) or self._pca.n_features_in_ != sum(widths):
            raise ValueError(f"_scales and _pca of ImageFeatures must be for blocks of {widths} features")

    @property
    def _n_features_out(self):
        return self.n_components_

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags


def _blocks(X, shape, gradients):
    """Return the blocks of features of images, each of shape (n_samples, n_features) and type float32."""
    blocks = [_few_pixels(X, shape), *(as_array(hog.transform(X)) for hog in gradients)]
    return [*blocks, _colors(X, shape)] if shape[2:] == (3,) else blocks


def _few_pixels(X, shape):
    """Return the pixels of small copies of images, shape (n_samples, n_channels * height * width)."""
    with threadpool_limits(1, user_api="blas"):  # threads of small products wait for each other
        small = area_means(unit_images(X, shape), [min(SIDE, side) for side in shape[:2]])
    return small.transpose(2, 0, 1, 3).reshape(len(X), -1)


def _colors(X, shape):
    """Return the roots of the shares of 64 colours, shape (n_samples, 64).

    A pixel is shared among the eight colours around it, so that a small change of colour changes little.
    """
    n_pixels, n_colors = shape[0] * shape[1], COLOR_LEVELS**3
    places = np.clip(unit_images(X, shape), 0, 1).transpose(2, 1, 3, 0).reshape(len(X), n_pixels, 3)
    places *= COLOR_LEVELS - 1
    below = np.minimum(places.astype(np.int64), COLOR_LEVELS - 2)
    above = places - below  # share of the upper level
    counts = np.zeros(len(X) * n_colors)
    first = n_colors * np.arange(len(X))[:, None]
    for corner in np.ndindex(2, 2, 2):
        shares = np.prod([above[..., i] if up else 1 - above[..., i] for i, up in enumerate(corner)], axis=0)
        colors = first + (below + corner) @ COLOR_LEVELS ** np.arange(3)
        counts += np.bincount(colors.ravel(), shares.ravel(), len(counts))
    return np.sqrt(counts.reshape(len(X), n_colors) / n_pixels).astype(np.float32)


def _scale(block, weight):
    """Return the number that gives a block a total variance of the squared weight; 0 for a constant block."""
    mean = block.mean(axis=0, dtype=np.float64)
    variance = block.var(axis=0, dtype=np.float64).sum()
    # the mean of equal numbers can differ from them in the last digit; and the result must fit float32
    least = max(ROUNDING**2 * (mean @ mean), float(np.finfo(np.float32).tiny) ** 2)
    return np.float32(weight / np.sqrt(variance)) if variance > least else np.float32(0)


def _positive(deviations):
    """Return deviations above 0, so that components without variance can be divided."""
    return np.maximum(deviations, np.finfo(np.float32).tiny).astype(np.float32)
