import sys

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy.sparse import block_diag, csr_matrix
from sklearn.metrics import adjusted_rand_score

from skfashion.clusterers import _cuts
from skfashion.clusterers._cuts import Cutter, merge_parts
from skfashion.clusterers._vote import RunAgreement


def clique(n):
    return csr_matrix(np.ones((n, n)) - np.eye(n))


@pytest.fixture
def cliques():
    """Two cliques of 20 nodes that one edge joins."""
    graph = block_diag([clique(20), clique(20)]).tolil()
    graph[0, 20] = graph[20, 0] = 1
    return graph.tocsr()


TRUTH = np.repeat([0, 1], 20)


def runs(graph, n_parts, n_runs=2, *, n_copies=None, n_jobs=None, n_clusters=None, imbalances=(0.1, 0.3), **resample):
    n_copies = np.ones(graph.shape[0], int) if n_copies is None else n_copies
    cutter = Cutter(graph, n_copies, n_clusters or n_parts, n_parts, imbalances, n_jobs)
    return cutter.runs(n_runs, np.random.RandomState(0), **resample)


@pytest.mark.parametrize("resample", [False, True])
def test_the_least_cut_of_two_cliques_is_the_edge_between_them(cliques, resample):
    for labels in runs(cliques, 2, imbalances=(0.5,), resample=resample):
        assert adjusted_rand_score(TRUTH, labels) == 1


def test_parts_have_equal_numbers_of_rows_not_of_nodes():
    chain = np.eye(40, k=1) + np.eye(40, k=-1)
    n_copies = np.r_[np.full(10, 3), np.ones(30, int)]  # 60 rows
    (labels,) = runs(csr_matrix(chain), 2, 1, n_copies=n_copies, imbalances=(0.05,))
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


def test_runs_on_resampled_rows_agree_only_where_the_clusters_are_in_the_data(cliques):
    two, four = (
        Cutter(cliques, np.ones(40, int), k, k, (0.3,)).resampled_agreement(6, np.random.RandomState(0)) for k in (2, 4)
    )
    assert two.share > 0.97
    assert four.share < 0.9


def test_agreement_beyond_chance_knows_the_sizes():
    assert RunAgreement(0.82, 0.82).beyond_chance == 0  # one cluster holds nine tenths
    assert RunAgreement(1.0, 0.5).beyond_chance == 1
    assert RunAgreement(1.0, 1.0).beyond_chance == 0


def test_chance_is_that_of_the_sizes():
    graph = block_diag([clique(40), clique(5)]).tocsr()
    cutter = Cutter(graph, np.ones(45, int), 2, 9, (0.3,))
    assert cutter.resampled_agreement(4, np.random.RandomState(0)).by_chance == pytest.approx((40**2 + 5**2) / 45**2)


def test_resampled_rows_count_once_on_average_and_scale_their_edges(monkeypatch):
    n_copies = np.r_[30, np.ones(2000, int)]
    graph = csr_matrix((np.arange(1.0, 2001), (np.zeros(2000, int), range(1, 2001))), shape=(2001, 2001))
    graph = (graph + graph.T).tocsr()
    seen = []

    def spy(graph, node_weights, n_parts, imbalance, order):
        seen.append((graph, node_weights))
        return np.arange(2001) % n_parts

    monkeypatch.setattr(_cuts, "_partition", spy)
    runs(graph, 2, 2, n_copies=n_copies, resample=True)
    (one, weights), (_, others) = seen
    assert weights[1:].mean() == pytest.approx(100, rel=0.1)
    assert weights[0] == pytest.approx(3000, rel=0.6)
    assert (weights != others).mean() > 0.9
    factors = one[0].toarray()[0, 1:] / np.arange(1, 2001)  # of the edges of the first node
    counts = factors / factors.mean() * 100
    np.testing.assert_allclose(counts, weights[1:], rtol=0.1, atol=3)


@pytest.mark.parametrize("weights", [[1, 1, 1, 1], [90, 1, 1, 1, 1, 1, 1], [40, 40, 1, 1, 1, 1, 1, 1, 1]])
def test_no_node_fills_more_than_half_a_part(weights):
    capped = _cuts._capped(np.array(weights), 2)
    assert capped.max() <= max(1, capped.sum() / 4)
    assert (capped[np.array(weights) == 1] == 1).all()


def test_many_parts_merge_as_by_a_search_of_all_pairs():
    rng = np.random.default_rng(0)
    graph = rng.uniform(size=(90, 90)) ** 6
    graph, parts = csr_matrix(graph + graph.T), np.arange(90)
    left = {part: [part] for part in parts}
    weights = graph.toarray()
    while len(left) > 7:
        volumes = {part: weights[rows].sum() for part, rows in left.items()}
        pairs = [(a, b) for a in left for b in left if a < b]
        links = [weights[np.ix_(left[a], left[b])].sum() / np.sqrt(volumes[a] * volumes[b]) for a, b in pairs]
        kept, gone = pairs[int(np.argmax(links))]
        left[kept] += left.pop(gone)
    expected = np.empty(90, int)
    for cluster, rows in enumerate(left.values()):
        expected[rows] = cluster
    assert adjusted_rand_score(expected, merge_parts(graph, parts, [7])[0]) == 1


def chain_of_parts(weights, sizes):
    """Return a graph of cliques, with an edge of this weight between neighbours in the chain, and the parts."""
    graph = block_diag([clique(size) for size in sizes]).tolil()
    firsts = np.r_[0, np.cumsum(sizes)]
    for one, other, weight in zip(firsts, firsts[1:], weights, strict=False):
        graph[one, other] = graph[other, one] = weight
    return graph.tocsr(), np.repeat(range(len(sizes)), sizes)


def test_the_parts_with_the_strongest_link_merge_first():
    graph, parts = chain_of_parts([5, 1, 9], [10, 10, 10, 10])
    assert_array_equal(merge_parts(graph, parts, [3])[0], [0, 1, 2, 2] @ members_of(parts))
    assert_array_equal(merge_parts(graph, parts, [2])[0], [0, 0, 1, 1] @ members_of(parts))
    assert_array_equal(merge_parts(graph, parts, [4])[0], parts)


def members_of(parts):
    return np.equal.outer(np.unique(parts), parts).astype(int)


def test_a_link_is_the_weight_by_the_root_of_the_volumes():
    # 2 / sqrt(volumes of about 12 and 870) is below 1 / sqrt(12 * 12), though the weight is larger
    graph, parts = chain_of_parts([2, 1e-9, 1], [30, 4, 4, 4])
    assert_array_equal(merge_parts(graph, parts, [3])[0], [0, 1, 2, 2] @ members_of(parts))


def test_merged_volumes_are_those_of_the_union():
    rng = np.random.default_rng(0)
    graph = rng.uniform(size=(60, 60))
    graph, parts = csr_matrix(graph + graph.T), np.repeat(range(12), 5)
    step = parts
    for n_clusters in range(11, 0, -1):  # merging step by step computes all links again
        step = merge_parts(graph, step, [n_clusters])[0]
        assert adjusted_rand_score(step, merge_parts(graph, parts, [n_clusters])[0]) == 1


def test_without_links_the_smallest_parts_merge():
    sizes = [9, 3, 8, 4]
    graph, parts = block_diag([clique(size) for size in sizes]).tocsr(), np.repeat(range(4), sizes)
    assert_array_equal(merge_parts(graph, parts, [3])[0], [0, 1, 2, 1] @ members_of(parts))


def test_without_pymetis_the_error_names_both_ways_out(cliques, monkeypatch):
    monkeypatch.setitem(sys.modules, "pymetis", None)
    with pytest.raises(ImportError, match="pip install pymetis, or use KNNSpectral"):
        runs(cliques, 2)


def test_a_graph_with_a_single_weight_that_is_not_finite_is_refused(cliques):
    cliques.data[0] = np.inf  # METIS would not end
    with pytest.raises(ValueError, match="The graph has weights that are not finite; scale X"):
        runs(cliques, 2, 1)


def test_resampled_rows_keep_the_weight_of_edges_on_average_whatever_their_copies(cliques, monkeypatch):
    graphs = []
    monkeypatch.setattr(_cuts, "merge_parts", lambda graph, *_: [graphs.append(graph)])
    runs(cliques, 2, 20, n_copies=np.repeat([1, 50], 20), resample=True)
    of_copies = [graph[20:, 20:].data.mean() for graph in graphs]
    assert np.mean(of_copies) == pytest.approx(1, abs=0.05)
