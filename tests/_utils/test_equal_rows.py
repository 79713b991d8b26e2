import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from skfashion import KNNSpectral, Ward
from skfashion._utils.equal_rows import firsts_of_equal_rows, unite_equal_rows


def test_equal_rows_get_the_label_of_the_first():
    X = np.array([[0.0, 1], [2, 3], [0, 1], [4, 5]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert unite_equal_rows(X, np.array([3, 1, 2, 2]), 3, "Ward").tolist() == [3, 1, 3, 2]


def test_clusters_that_vanish_are_said():
    with pytest.warns(ConvergenceWarning, match="Ward found 1 clusters instead of n_clusters=2: X has 1 diff"):
        unite_equal_rows(np.zeros((3, 2)), np.array([0, 1, 1]), 2, "Ward")


@pytest.mark.parametrize("clusterer", [KNNSpectral(6, n_neighbors=5, random_state=0), Ward(6)])
def test_clusterers_do_not_split_equal_rows(clusterer):
    X = np.repeat(np.random.default_rng(0).random((3, 5)), 20, axis=0)
    with pytest.warns(ConvergenceWarning, match="found 3 clusters instead of n_clusters=6"):
        labels = clusterer.fit_predict(X)
    assert [len(set(part)) for part in np.split(labels, 3)] == [1, 1, 1]
    if hasattr(clusterer, "predict"):
        np.testing.assert_array_equal(clusterer.predict(X), labels)


@pytest.mark.parametrize("clusterer", [KNNSpectral(3, n_neighbors=2, random_state=0), Ward(3)])
def test_the_warning_is_of_the_line_that_fits(clusterer):
    with pytest.warns(ConvergenceWarning, match="found 2 clusters") as caught:
        clusterer.fit(np.repeat([[0.0], [1.0]], 3, axis=0))
    assert caught[0].filename == __file__


def test_zeros_of_either_sign_are_equal():
    assert firsts_of_equal_rows(np.array([[0.0, 1.0], [2.0, 1.0], [-0.0, 1.0]])).tolist() == [0, 1, 0]
