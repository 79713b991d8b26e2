"""The leading components of the gradients of images."""

import numpy as np
from sklearn.utils import check_array

from skfashion._utils.range_scaler import RangeScaler
from skfashion.features._capped_pca import CappedPCA
from skfashion.features._hog import HOGFeatures

N_COMPONENTS = 150  # as in the reducer hog


def gradient_components(X, image_shape=None):
    """Return at most 150 principal components of the `HOGFeatures` of images.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Images as rows of pixels. Numbers other than bytes are scaled to [0, 1] by one range.
    image_shape : sequence of int or None, default=None
        (height, width) or (height, width, channels); None for square grey images.

    Returns
    -------
    ndarray of shape (n_samples, n_components), float32
        Components of each image.

    Examples
    --------
    >>> from skfashion import load_fashion_mnist_sample
    >>> from skfashion.features import gradient_components
    >>> X, _ = load_fashion_mnist_sample(return_X_y=True)
    >>> gradient_components(X[:300]).shape
    (300, 150)
    """
    is_bytes = getattr(X, "dtype", None) == np.uint8
    images = X if is_bytes else RangeScaler().fit_transform(check_array(X, dtype=np.float32))
    return CappedPCA(N_COMPONENTS).fit_transform(HOGFeatures(image_shape=image_shape).fit_transform(images))
