import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfashion.features import CappedPCA


@parametrize_with_checks([CappedPCA(), CappedPCA(2)])
def test_it_passes_scikit_learns_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize(("n_columns", "solver"), [(784, "full"), (300, "covariance_eigh")])
def test_it_is_the_pca_of_scikit_learn_where_the_data_has_enough_components(images, n_columns, solver):
    X = images[:, 200 : 200 + n_columns] if n_columns < 784 else images
    expected = PCA(20, svd_solver=solver).fit(X).transform(X)
    np.testing.assert_array_equal(CappedPCA(20).fit_transform(X), expected)


def test_either_solver_finds_the_same_components(images):
    X = images.astype(float)
    expected = PCA(20, svd_solver="covariance_eigh").fit_transform(X)  # of 784 features; there are 300 rows
    np.testing.assert_allclose(CappedPCA(20).fit_transform(X), expected, atol=1e-9)


@pytest.mark.parametrize(("n_rows", "n_columns", "n_components"), [(300, 784, 150), (40, 784, 40), (300, 7, 7)])
def test_there_are_as_many_components_as_the_data_has(images, n_rows, n_columns, n_components):
    X = images[:n_rows, 300 : 300 + n_columns] if n_columns < 784 else images[:n_rows]
    pca = CappedPCA(150).fit(X)
    assert pca.n_components_ == n_components
    assert pca.transform(X).shape == (n_rows, n_components) == (n_rows, len(pca.get_feature_names_out()))


def test_many_features_take_the_solver_that_needs_no_covariances():
    X = np.random.default_rng(0).random((510, 2001))
    pca = CappedPCA(3, random_state=0).fit(X)
    np.testing.assert_array_equal(pca.transform(X), CappedPCA(3, random_state=0).fit_transform(X))
    np.testing.assert_allclose(pca.pca_.explained_variance_, PCA(3).fit(X).explained_variance_, rtol=0.1)


def test_one_row_has_no_components():
    with pytest.raises(ValueError, match="minimum of 2 is required"):
        CappedPCA().fit([[1, 2]])


@pytest.mark.parametrize(("dtype", "factor"), [("float32", 1e30), ("float32", 1e-30), ("float64", 1e-200)])
def test_rows_with_squares_that_do_not_fit_are_refused(dtype, factor):
    """Their components would be NaN, or 0 for all rows."""
    X = np.random.default_rng(0).random((9, 5)) * factor
    with pytest.raises(ValueError, match=f"{dtype} cannot hold the squares of their distances; scale X"):
        CappedPCA(2).fit(X.astype(dtype))


def test_constant_rows_have_components_of_zero():
    np.testing.assert_array_equal(CappedPCA(2).fit_transform(np.ones((5, 3))), 0)
