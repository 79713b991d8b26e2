import sys

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy.sparse import block_diag, csr_matrix
from sklearn.metrics import adjusted_rand_score

from skfashion.clusterers._cuts import conductance, partitions_of, spectral_clusterings


def clique(n):
    return csr_matrix(np.ones((n, n)) - np.eye(n))


@pytest.fixture
def cliques():
    """Two cliques of 20 nodes that one edge joins."""
    graph = block_diag([clique(20), clique(20)]).tolil()
    graph[0, 20] = graph[20, 0] = 1
    return graph.tocsr()


TRUTH = np.repeat([0, 1], 20)


def test_the_least_cut_of_two_cliques_is_the_edge_between_them(cliques):
    for labels in partitions_of(cliques, np.ones(40, int), 2, [0.1, 0.3], np.random.RandomState(0)):
        assert adjusted_rand_score(TRUTH, labels) == 1


def test_parts_have_equal_numbers_of_rows_not_of_nodes():
    chain = np.eye(40, k=1) + np.eye(40, k=-1)
    n_copies = np.r_[np.full(10, 3), np.ones(30, int)]  # 60 rows
    (labels,) = partitions_of(csr_matrix(chain), n_copies, 2, [0.05], np.random.RandomState(0))
    assert np.bincount(labels, n_copies).max() <= 33


def test_as_many_parts_as_nodes_have_a_node_each():
    (labels,) = partitions_of(clique(7), np.ones(7, int), 7, [0.1], np.random.RandomState(0))
    assert_array_equal(np.sort(labels), range(7))


def test_parallel_runs_give_the_same_parts(cliques):
    one, two = (
        partitions_of(cliques, np.ones(40, int), 4, [0.1] * 4, np.random.RandomState(0), n_jobs) for n_jobs in (1, 2)
    )
    assert_array_equal(one, two)


def test_spectral_clusterings_prefer_no_size():
    graph = csr_matrix(block_diag([clique(40), clique(5)]))
    for labels in spectral_clusterings(graph, 2, 3, np.random.RandomState(0)):
        assert adjusted_rand_score(np.repeat([0, 1], [40, 5]), labels) == 1


def test_conductance_in_closed_form(cliques):
    volume = 20 * 19 + 1
    assert conductance(cliques, TRUTH, 2) == pytest.approx(1 / volume)
    assert conductance(cliques, np.zeros(40, int), 1) == 0
    assert conductance(cliques, np.zeros(40, int), 2) == 0.5  # an empty cluster counts as 1


def test_without_pymetis_the_error_names_both_ways_out(cliques, monkeypatch):
    monkeypatch.setitem(sys.modules, "pymetis", None)
    with pytest.raises(ImportError, match="pip install pymetis, or pass max_imbalance=None"):
        partitions_of(cliques, np.ones(40, int), 2, [0.1], np.random.RandomState(0))
