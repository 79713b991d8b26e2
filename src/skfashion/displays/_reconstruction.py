"""Images and their reconstructions."""

import numpy as np
from sklearn.utils import _safe_indexing, check_random_state

from skfashion._utils.checks import check_count
from skfashion._utils.validation import images_refused
from skfashion.displays._estimators import encoder_and_decoder
from skfashion.displays._images import draw_mosaic, drawn_shape, row_centres, scale, value_range
from skfashion.displays._style import Display, text_width

ROW_NAMES = ("original", "reconstruction")


class ReconstructionDisplay(Display):
    """Images in the upper line, and their reconstructions below.

    Parameters
    ----------
    images : ndarray of shape (n_images, n_features)
        Original images. Their values set black and white: 0 and 255 if they are bytes, else the least and the
        greatest.
    reconstructions : ndarray of shape (n_images, n_features)
        The reconstructed images, in the same units.
    image_shape : tuple of int or None
        (height, width) or (height, width, channels); None is a square grey image.

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
    >>> from skfashion.displays import ReconstructionDisplay
    >>> X, _ = load_fashion_mnist_sample(return_X_y=True)
    >>> display = ReconstructionDisplay.from_estimator(PCA(10, random_state=0).fit(X), X, n_images=5)
    >>> display.reconstructions.shape
    (5, 784)
    """

    def __init__(self, *, images, reconstructions, image_shape):
        self.images = images
        self.reconstructions = reconstructions
        self.image_shape = image_shape

    @classmethod
    def from_estimator(cls, estimator, X, *, n_images=10, image_shape=None, random_state=0, ax=None):
        """Draw some rows of X and their reconstructions.

        Parameters
        ----------
        estimator : estimator
            A fitted estimator with `transform` and `inverse_transform`, such as DenseAE or PCA; a Pipeline of such,
            with or without a clusterer at its end; or a fitted search.
        X : array-like of shape (n_samples, n_features)
            Images in the units of the training data.
        n_images : int, default=10
            Number of images; all, if there are fewer.
        image_shape : tuple of int, default=None
            (height, width) or (height, width, channels); None is a square grey image.
        random_state : int, RandomState or None, default=0
            Seed of the choice of images.
        ax : matplotlib Axes, default=None
            Axes to draw on; None opens a figure.

        Returns
        -------
        ReconstructionDisplay

        Raises
        ------
        TypeError
            If the estimator has no inverse_transform.
        ValueError
            If `image_shape` does not fit X or `n_images` is less than 1.
        """
        check_count("n_images", n_images)
        autoencoder = encoder_and_decoder(estimator)
        rows = _safe_indexing(X, check_random_state(random_state).permutation(np.shape(X)[0])[:n_images])
        with images_refused(X, autoencoder):
            reconstructions = autoencoder.inverse_transform(autoencoder.transform(rows))
        images, reconstructions = np.asarray(rows), np.asarray(reconstructions)
        return cls(images=images, reconstructions=reconstructions, image_shape=image_shape).plot(ax=ax)

    def plot(self, ax=None):
        n_images, n_features = self.images.shape
        image_shape = drawn_shape(self.image_shape, n_features)
        both = scale(np.concatenate([self.images, self.reconstructions]), *value_range(self.images))
        ax = self._open_axes(ax, (min(0.9 * n_images + text_width(ROW_NAMES) + 0.4, 40), 2))
        self.im_ = draw_mosaic(ax, both, image_shape, n_columns=n_images)
        ax.set_yticks(row_centres(2, image_shape), ROW_NAMES)
        ax.tick_params(length=0)
        return self
