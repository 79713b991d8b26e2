"""PCA that makes fewer components if the data has fewer."""

from dataclasses import KW_ONLY, dataclass
from numbers import Integral
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.decomposition import PCA
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted

from skfashion._utils.fitting import all_or_nothing
from skfashion._utils.pipelines import as_array
from skfashion._utils.validation import check_squares, validate_data, validate_params

MAX_COVARIANCE_FEATURES = 2000  # the covariances of more features take long, and much memory


@dataclass(eq=False, repr=False)
class CappedPCA(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """PCA with at most a number of components, fewer if there are fewer rows or features.

    `sklearn.decomposition.PCA` refuses more components than rows or features. This one suits pipelines for images of
    any size: with a few small images it has fewer components.

    Parameters
    ----------
    n_components : int, default=150
        Maximum number of components.
    random_state : int, RandomState instance or None, default=None
        Seed of the randomized solver, which is used for more than 2,000 features only.

    Attributes
    ----------
    n_components_ : int
        Number of components.
    pca_ : PCA
        The fitted PCA of scikit-learn.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, if X had string names.

    Examples
    --------
    >>> from skfashion.features import CappedPCA
    >>> CappedPCA(150).fit_transform([[0, 1, 2], [1, 0, 0]]).shape
    (2, 2)
    """

    n_components: int = 150
    _: KW_ONLY
    random_state: int | np.random.RandomState | None = None

    _parameter_constraints: ClassVar[dict] = {
        "n_components": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
    }

    @all_or_nothing
    def fit(self, X, y=None):
        """Find the principal components of X.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows; float32 and float64 are kept.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter is out of its range, there are fewer than two rows, or X has values with squares that its
            dtype cannot hold.
        """
        validate_params(self)
        X = validate_data(self, X, dtype=[np.float64, np.float32], ensure_min_samples=2)
        check_squares(X)
        pca = PCA(min(self.n_components, *X.shape), svd_solver=_solver(*X.shape), random_state=self.random_state)
        with np.errstate(invalid="ignore"):  # constant rows have no variance to take shares of
            self.pca_ = pca.fit(X)
        self.n_components_ = self.pca_.n_components_
        return self

    def transform(self, X):
        """Return the components of rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows.

        Returns
        -------
        ndarray of shape (n_samples, `n_components_`)
            Components, in descending order of their variance in the training rows.
        """
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        return as_array(self.pca_.transform(X))

    @property
    def _n_features_out(self):
        return self.n_components_

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def _solver(n_samples, n_features):
    """Return the name of the quickest solver of PCA for so many rows."""
    if n_features > MAX_COVARIANCE_FEATURES:
        return "auto"
    return "full" if n_samples < n_features else "covariance_eigh"
