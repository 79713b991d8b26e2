"""Images as arrays of pixels, and their sizes.

Images have the shape (channels, height, n_images, width): sums over rows of pixels are then one product of matrices for
all images, and so are sums over columns.
"""

import warnings

import numpy as np

from skfashion._utils.resampling import area_weights

MAX_VALUE = 1e12  # the squares of greater values do not fit float32
MAX_FLOAT_PIXEL = 2.0


def warn_of_large(X):
    """Warn of floats that are no pixels from 0 to 1."""
    if X.dtype.kind == "f" and (largest := max(X.max(), -X.min())) > MAX_FLOAT_PIXEL:
        warnings.warn(
            f"X holds floats up to {largest:.4g}, which should be from 0 to 1; divide X by its largest possible value, "
            "or pass integers from 0 to 255.",
            stacklevel=4,  # fit, and its decorator, lie between
        )


def check_values(X):
    """Refuse values that do not fit single precision."""
    if max(float(X.max()), -float(X.min())) > MAX_VALUE:
        raise ValueError(f"X has values above {MAX_VALUE:g}, which are too large; rescale X to values from 0 to 1.")


def unit_images(X, shape):
    """Return the images of rows of pixels in float32, integers from 0 to 1, shape (channels, height, n, width)."""
    check_values(X)
    with np.errstate(under="ignore"):  # tiny values become 0
        images = X.astype(np.float32)
    if X.dtype.kind in "iu":
        images /= np.float32(255)
    height, width, n_channels = (*shape, 1)[:3]
    return np.ascontiguousarray(images.reshape(-1, height, width, n_channels).transpose(3, 1, 0, 2))


def resize(images, size):
    """Stretch images to a size by bilinear interpolation; their outer pixels are repeated outside."""
    n_channels, height, n, width = images.shape
    if (height, width) == size:
        return images
    rows, columns = _resizing_weights(height, size[0]), _resizing_weights(width, size[1])
    return (rows @ images.reshape(n_channels, height, -1)).reshape(n_channels, size[0], n, width) @ columns.T


def area_means(images, size):
    """Shrink images to a size of at most theirs; each new pixel is the mean of the area that it covers."""
    n_channels, height, n, width = images.shape
    rows, columns = area_weights(height, size[0]), area_weights(width, size[1])
    return (rows @ images.reshape(n_channels, height, -1)).reshape(n_channels, size[0], n, width) @ columns.T


def _resizing_weights(n_old, n_new):
    """Return the weights of old pixels along a side in the new ones, shape (n_new, n_old)."""
    return linear_weights(np.clip((np.arange(n_new) + 0.5) * n_old / n_new - 0.5, 0, n_old - 1), n_old)


def linear_weights(places, n_points):
    """Return the weights of the two points next to each place, shape (n_places, n_points)."""
    return np.maximum(0, 1 - np.abs(places[:, None] - np.arange(n_points))).astype(np.float32)
