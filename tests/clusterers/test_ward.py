from importlib.util import find_spec

import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import adjusted_rand_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfashion.clusterers import Ward
from skfashion.clusterers._ward import cut

needs_fastcluster = pytest.mark.skipif(not find_spec("fastcluster"), reason="fastcluster is not installed")


@needs_fastcluster
@parametrize_with_checks([Ward(3)])
def test_it_passes_scikit_learns_checks(estimator, check):
    check(estimator)


@needs_fastcluster
@pytest.mark.parametrize("n_clusters", [1, 2, 7, 100])
def test_the_clusters_are_those_of_scikit_learn(n_clusters):
    X = np.random.default_rng(0).standard_normal((100, 5))
    expected = AgglomerativeClustering(n_clusters).fit_predict(X)
    assert adjusted_rand_score(Ward(n_clusters).fit_predict(X), expected) == 1


@needs_fastcluster
def test_more_clusters_than_rows_are_refused():
    with pytest.raises(ValueError, match="n_clusters=4 must be <= n_samples=3; pass more rows or lower n_clusters"):
        Ward(4).fit(np.eye(3))


@needs_fastcluster
@pytest.mark.parametrize("factor", [1e-200, 1e160])
def test_rows_with_squares_that_do_not_fit_are_refused(factor):
    X = np.random.default_rng(0).random((20, 5)) * factor
    with pytest.raises(ValueError, match="float64 cannot hold the squares of their distances; scale X"):
        Ward(3).fit(X)


def test_clusters_are_numbered_by_their_first_rows():
    linkage = np.array([[1, 3, 1, 2], [0, 2, 2, 2], [4, 5, 9, 4]])
    assert cut(linkage, 2).tolist() == [0, 1, 0, 1]
    assert cut(linkage, 4).tolist() == [0, 1, 2, 3]
    assert cut(linkage, 1).tolist() == [0, 0, 0, 0]


@needs_fastcluster
def test_the_number_may_be_a_small_integer_of_numpy():
    X = np.random.default_rng(0).normal(size=(300, 3))
    np.testing.assert_array_equal(Ward(np.uint8(7)).fit_predict(X), Ward(7).fit_predict(X))
