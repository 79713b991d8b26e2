"""Outlines of images: few pixels with equal contrast, by which images are compared."""

import numpy as np

from skfashion._utils.blocks import extremes
from skfashion._utils.resampling import area_weights

MAX_SIDE = 16  # pixels; more keep what compression changes, fewer lose what tells images apart
MIN_CONTRAST = 0.02  # standard deviation of pixels from 0 to 1; below it, noise would count as contrast


def value_range(X) -> tuple[float, float]:
    """Return the values of black and white: 0 and 255 for bytes, else the least and the greatest.

    Parameters
    ----------
    X : ndarray
        Images.

    Returns
    -------
    tuple of float
        Black and white.

    Examples
    --------
    >>> import numpy as np
    >>> from skfashion.inspection import value_range
    >>> value_range(np.array([[3, 7]], dtype="uint8"))
    (0.0, 255.0)
    """
    return (0.0, 255.0) if X.dtype == np.uint8 else extremes(X)


def outlines(X, image_shape, low, high):
    """Return the outlines of images and their mean brightness.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        Images as rows of pixels.
    image_shape : sequence of int
        (height, width) or (height, width, channels).
    low, high : float
        Values of black and white.

    Returns
    -------
    values : ndarray of shape (n_samples, n_values), float32
        Averages of the pixels in at most 16 x 16 fields, minus their mean, over their standard deviation.
    brightness : ndarray of shape (n_samples,), float32
        Mean of the pixels, from 0 to 1.
    """
    height, width, n_channels = (*image_shape, 1)[:3]
    images = (X.astype(np.float32) - np.float32(low)) / np.float32(max(high - low, np.finfo(np.float32).tiny))
    rows, columns = (area_weights(side, min(side, MAX_SIDE)) for side in (height, width))
    fields = rows @ images.reshape(len(X), height, width * n_channels)  # (n, n_rows, width * n_channels)
    fields = fields.reshape(-1, width, n_channels).swapaxes(1, 2) @ columns.T  # (n * n_rows, n_channels, n_columns)
    values = fields.reshape(len(X), len(rows) * n_channels * len(columns))
    brightness = values.mean(axis=1)
    values = values - brightness[:, np.newaxis]
    return values / np.maximum(values.std(axis=1, keepdims=True), MIN_CONTRAST), brightness


def n_outline_values(image_shape) -> int:
    """Return the number of values of the outlines of an image."""
    height, width, n_channels = (*image_shape, 1)[:3]
    return min(height, MAX_SIDE) * min(width, MAX_SIDE) * n_channels
