"""Images by their lowest frequencies."""

import math

import numpy as np
from scipy.fft import dctn
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data


class CosineTransform(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """The lowest frequencies of the two-dimensional discrete cosine transform.

    Parameters
    ----------
    n_components : int, default=2
        Number of frequencies.
    image_shape : tuple of int or None, default=None
        (height, width); None takes square images, or else a single row of pixels.
    """

    def __init__(self, n_components=2, *, image_shape=None):
        self.n_components = n_components
        self.image_shape = image_shape

    def fit(self, X, y=None):
        """Choose the frequencies."""
        X = validate_data(self, X, dtype=(np.float64, np.float32))
        if not 1 <= self.n_components <= X.shape[1]:
            raise ValueError(
                f"n_components={self.n_components} must be from 1 to n_features={X.shape[1]}; choose fewer."
            )
        self.shape_ = self.image_shape or _guessed(X.shape[1])
        if math.prod(self.shape_) != X.shape[1]:
            raise ValueError(f"image_shape={self.shape_} does not have the {X.shape[1]} pixels of X; pass another.")
        frequencies = np.add(*np.indices(self.shape_)).ravel()
        self.chosen_ = np.argsort(frequencies, kind="stable")[: self.n_components]
        return self

    def transform(self, X):
        """Return the coefficients, shape (n_samples, n_components)."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=(np.float64, np.float32))
        return dctn(X.reshape(-1, *self.shape_), axes=(1, 2), norm="ortho").reshape(X.shape)[:, self.chosen_]

    @property
    def _n_features_out(self):
        return len(self.chosen_)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def _guessed(n_features):
    side = math.isqrt(n_features)
    return (side, side) if side * side == n_features else (1, n_features)
