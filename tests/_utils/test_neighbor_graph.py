import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from skfashion import GraphPartition, KNNSpectral
from skfashion._utils import neighbor_graph
from skfashion._utils.neighbor_graph import mutual_graph, nearest_neighbors, self_tuned_weights, union_graph

LINE = np.array([[0.0], [1.0], [3.0]])  # 0 and 1 name each other, 3 names 1


def test_a_row_is_not_its_own_neighbour():
    distances, places = nearest_neighbors(LINE, 1)
    assert_array_equal(places.ravel(), [1, 0, 1])
    assert_allclose(distances.ravel(), [1, 1, 2])


def test_the_union_has_an_edge_where_one_row_names_the_other():
    _, places = nearest_neighbors(LINE, 1)
    assert_array_equal(union_graph(np.ones((3, 1)), places).toarray(), [[0, 1, 0], [1, 0, 1], [0, 1, 0]])


def test_one_sided_edges_of_the_mutual_graph_keep_a_share():
    _, places = nearest_neighbors(LINE, 1)
    graph = mutual_graph(np.ones((3, 1)), places, one_sided=0.01).toarray()
    assert_allclose(graph, [[0, 1, 0], [1, 0, 0.01], [0, 0.01, 0]])


def test_weights_are_those_of_zelnik_manor_and_perona():
    assert_allclose(self_tuned_weights(np.array([2.0]), np.array([4.0]), np.array([1.0])), np.exp(-1))
    assert self_tuned_weights(np.array([1e9]), np.array([1.0]), np.array([1.0])) > 0


def test_approximate_neighbours_are_nearly_all_exact(programs):
    pytest.importorskip("pynndescent")
    run = [sys.executable, programs / "approximate_neighbors.py"]
    quickly = os.environ | {"NUMBA_OPT": "0"}  # compiled in a quarter of the time
    result = subprocess.run(run, check=True, capture_output=True, text=True, env=quickly)
    recall, has_itself, is_nearer = result.stdout.split()
    assert float(recall) > 0.9
    assert (has_itself, is_nearer) == ("False", "False")


def test_many_rows_without_pynndescent_name_the_extra(monkeypatch):
    monkeypatch.setattr(neighbor_graph, "MAX_EXACT_ROWS", 2)
    monkeypatch.setitem(sys.modules, "pynndescent", None)
    with pytest.raises(ImportError, match=r"pip install 'skfashion\[approximate\]'"):
        nearest_neighbors(LINE, 1)


def test_rows_with_too_few_approximate_neighbours_are_said(monkeypatch):
    class NNDescent:
        def __init__(self, X, n_neighbors, **options):
            self.neighbor_graph = np.full((len(X), n_neighbors), -1), np.full((len(X), n_neighbors), np.inf)

    monkeypatch.setattr(neighbor_graph, "MAX_EXACT_ROWS", 2)
    monkeypatch.setitem(sys.modules, "pynndescent", SimpleNamespace(NNDescent=NNDescent))
    with pytest.raises(ValueError, match=r"did not find enough neighbours of some rows; lower n_neighbors"):
        nearest_neighbors(LINE, 1, rng=np.random.RandomState(0))


@pytest.mark.parametrize("estimator", [GraphPartition(4, random_state=0), KNNSpectral(4, random_state=0)])
@pytest.mark.parametrize(
    ("dtype", "factor"),
    [("float32", 1e19), ("float32", 1e30), ("float32", 1e-25), ("float64", 1e160), ("float64", 1e-200)],
)
def test_rows_with_squares_that_do_not_fit_are_refused(estimator, dtype, factor):
    """Clusters of overflowed distances would be wrong, or never end."""
    X = np.random.default_rng(0).random((60, 5)) * factor
    with pytest.raises(ValueError, match=f"{dtype} cannot hold the squares of their distances; scale X"):
        clone(estimator).fit(X.astype(dtype))


@pytest.mark.parametrize("estimator", [GraphPartition(4, random_state=0), KNNSpectral(4, random_state=0)])
@pytest.mark.parametrize("n_columns", [1, 5])
def test_rows_far_from_zero_are_refused(estimator, n_columns):
    """Rounding would cover their distances, and the clusters would be wrong."""
    X = np.random.default_rng(0).random((60, 5))
    X[:, :n_columns] += 1e9
    with pytest.raises(ValueError, match="differ too little, compared with their values"):
        clone(estimator).fit(X)


def test_a_moderate_distance_from_zero_is_fine():
    X = np.random.default_rng(0).random((60, 5))
    labels = KNNSpectral(4, random_state=0).fit_predict(X)
    np.testing.assert_array_equal(KNNSpectral(4, random_state=0).fit_predict(X + 1e4), labels)


@pytest.mark.parametrize("factor", [1e-100, 1e-10, 1e10, 1e100])
def test_clusters_do_not_depend_on_the_scale(factor):
    X = np.random.default_rng(0).random((60, 5))
    labels = KNNSpectral(4, random_state=0).fit_predict(X)
    np.testing.assert_array_equal(KNNSpectral(4, random_state=0).fit_predict(X * factor), labels)
