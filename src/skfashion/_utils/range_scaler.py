"""A scaler of images by one range for all pixels."""

from dataclasses import dataclass

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from skfashion._utils.fitting import all_or_nothing
from skfashion._utils.validation import check_array, validate_data

FLOATS = (np.float64, np.float32)  # differences of float16 can overflow


@dataclass(eq=False, repr=False)
class RangeScaler(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Scaler to [0, 1] by the smallest and the largest of all values.

    All pixels have the same scale, so that edges stay as they are in the images. `MinMaxScaler` scales each pixel.

    Attributes
    ----------
    data_min_, data_max_ : float
        The smallest and the largest value.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, if X had string names.
    """

    @all_or_nothing
    def fit(self, X, y=None):
        """Find the smallest and the largest value of X."""
        X = validate_data(self, X, dtype=FLOATS)
        self.data_min_, self.data_max_ = float(X.min()), float(X.max())
        return self

    def transform(self, X):
        """Scale X so that the smallest training value is 0 and the largest is 1."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=FLOATS)
        return (X - self.data_min_) / self._width

    def inverse_transform(self, X):
        """Scale X back to the range of the training values."""
        check_is_fitted(self)
        X = check_array(X, estimator=self, dtype=FLOATS)
        return X * self._width + self.data_min_

    @property
    def _width(self):
        return self.data_max_ - self.data_min_ or 1.0
