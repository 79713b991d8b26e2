import sys

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy.sparse import block_diag, csr_matrix
from sklearn.metrics import adjusted_rand_score

from skfashion.clusterers._cuts import Cutter, merge_parts


def clique(n):
    return csr_matrix(np.ones((n, n)) - np.eye(n))


@pytest.fixture
def cliques():
    """Two cliques of 20 nodes that one edge joins."""
    graph = block_diag([clique(20), clique(20)]).tolil()
    graph[0, 20] = graph[20, 0] = 1
    return graph.tocsr()


TRUTH = np.repeat([0, 1], 20)


def runs(graph, n_parts, n_runs=2, *, n_rows=None, n_jobs=None, n_clusters=None, imbalances=(0.1, 0.3), **resample):
    n_rows = np.ones(graph.shape[0], int) if n_rows is None else n_rows
    cutter = Cutter(graph, n_rows, n_clusters or n_parts, n_parts, imbalances, n_jobs)
    return cutter.runs(n_runs, np.random.RandomState(0), **resample)


@pytest.mark.parametrize("resample", [False, True])
def test_the_least_cut_of_two_cliques_is_the_edge_between_them(cliques, resample):
    for labels in runs(cliques, 2, imbalances=(0.5,), resample=resample):
        assert adjusted_rand_score(TRUTH, labels) == 1


def test_parts_have_equal_numbers_of_rows_not_of_nodes():
    chain = np.eye(40, k=1) + np.eye(40, k=-1)
    n_copies = np.r_[np.full(10, 3), np.ones(30, int)]  # 60 rows
    (labels,) = runs(csr_matrix(chain), 2, 1, n_rows=n_copies, imbalances=(0.05,))
    assert np.bincount(labels, n_copies).max() <= 33


def test_as_many_parts_as_nodes_have_a_node_each():
    (labels,) = runs(clique(7), 7, 1)
    assert_array_equal(np.sort(labels), range(7))


def test_parallel_runs_give_the_same_parts(cliques):
    one, two = (runs(cliques, 4, 4, n_jobs=n_jobs, resample=True) for n_jobs in (1, 2))
    assert_array_equal(one, two)


def test_merged_parts_prefer_no_size():
    graph = block_diag([clique(40), clique(5)]).tocsr()
    for labels in runs(graph, 9, 3, n_clusters=2):
        assert adjusted_rand_score(np.repeat([0, 1], [40, 5]), labels) == 1


def test_stability_is_high_only_where_the_clusters_are_in_the_data(cliques):
    two, four = (Cutter(cliques, np.ones(40, int), k, k, (0.3,)).stability(6, np.random.RandomState(0)) for k in (2, 4))
    assert two > 0.97
    assert four < 0.9


def test_resampled_rows_count_once_on_average_and_copies_more():
    # a node that stands for 30 rows of 60 stays near one half
    chain = np.eye(31, k=1) + np.eye(31, k=-1)
    n_copies = np.r_[30, np.ones(30, int)]
    for labels in runs(csr_matrix(chain), 2, 5, n_rows=n_copies, imbalances=(0.1,), resample=True):
        assert 0.3 < np.average(labels, weights=n_copies) < 0.7


def chain_of_parts(weights, sizes):
    """Return a graph of cliques, with an edge of this weight between neighbours in the chain, and the parts."""
    graph = block_diag([clique(size) for size in sizes]).tolil()
    firsts = np.r_[0, np.cumsum(sizes)]
    for one, other, weight in zip(firsts, firsts[1:], weights, strict=False):
        graph[one, other] = graph[other, one] = weight
    return graph.tocsr(), np.repeat(range(len(sizes)), sizes)


def test_the_parts_with_the_strongest_link_merge_first():
    graph, parts = chain_of_parts([5, 1, 9], [10, 10, 10, 10])
    assert_array_equal(merge_parts(graph, parts, 3), [0, 1, 2, 2] @ members_of(parts))
    assert_array_equal(merge_parts(graph, parts, 2), [0, 0, 1, 1] @ members_of(parts))
    assert_array_equal(merge_parts(graph, parts, 4), parts)


def members_of(parts):
    return np.equal.outer(np.unique(parts), parts).astype(int)


def test_a_link_is_the_weight_by_the_root_of_the_volumes():
    # 2 / sqrt(volumes of about 12 and 870) is below 1 / sqrt(12 * 12), though the weight is larger
    graph, parts = chain_of_parts([2, 1e-9, 1], [30, 4, 4, 4])
    assert_array_equal(merge_parts(graph, parts, 3), [0, 1, 2, 2] @ members_of(parts))


def test_merged_volumes_are_those_of_the_union():
    rng = np.random.default_rng(0)
    graph = rng.uniform(size=(60, 60))
    graph, parts = csr_matrix(graph + graph.T), np.repeat(range(12), 5)
    step = parts
    for n_clusters in range(11, 0, -1):  # merging step by step computes each link anew
        step = merge_parts(graph, step, n_clusters)
        assert adjusted_rand_score(step, merge_parts(graph, parts, n_clusters)) == 1


def test_without_links_the_smallest_parts_merge():
    sizes = [9, 3, 8, 4]
    graph, parts = block_diag([clique(size) for size in sizes]).tocsr(), np.repeat(range(4), sizes)
    assert_array_equal(merge_parts(graph, parts, 3), [0, 1, 2, 1] @ members_of(parts))


def test_without_pymetis_the_error_names_both_ways_out(cliques, monkeypatch):
    monkeypatch.setitem(sys.modules, "pymetis", None)
    with pytest.raises(ImportError, match="pip install pymetis, or use KNNSpectral"):
        runs(cliques, 2)
