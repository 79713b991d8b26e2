from itertools import combinations

import numpy as np
import pytest
from scipy.linalg import block_diag
from scipy.sparse import csr_matrix
from sklearn.datasets import load_digits, make_blobs
from sklearn.metrics import adjusted_rand_score

from skfashion import GraphPartition
from skfashion.clusterers import _n_clusters, choose_n_clusters
from skfashion.clusterers._cuts import Cutter
from skfashion.clusterers._n_clusters import (
    Quality,
    _between,
    _graphs,
    _mean_rand_index,
    _modularity,
    _numbers,
    _quality,
    _runs,
    _scores,
    qualities,
)
from skfashion.features import gradient_components


@pytest.fixture(scope="module")
def blobs():
    return make_blobs(400, centers=4, n_features=5, random_state=0)[0]


def test_separate_groups_are_counted(blobs):
    n_clusters, scores = choose_n_clusters(blobs, random_state=0)
    assert n_clusters == 4
    assert list(scores) == [*range(2, 21), 22, 24, 26, 28, 30, 32, 34, 36, 38, 40]
    assert max(scores.values()) == scores[4]


def test_groups_of_unequal_sizes_are_counted():
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.normal(center, 1, (n, 8)) for center, n in [(0, 400), (8, 120), (-8, 60)]])
    assert choose_n_clusters(X, random_state=0).n_clusters == 3


def test_kinds_of_images_are_counted():
    X, y = load_digits(return_X_y=True)
    some = np.isin(y, [0, 4, 6, 7])
    assert choose_n_clusters(gradient_components(X[some]), random_state=0).n_clusters == 4


@pytest.mark.once
def test_the_choice_depends_on_the_seed_alone(blobs):
    first = choose_n_clusters(blobs, random_state=1)
    assert choose_n_clusters(blobs, n_jobs=2, random_state=1) == first
    assert choose_n_clusters(blobs, random_state=2).scores != first.scores


@pytest.mark.parametrize("n_groups", [2, 5, 12])
def test_groups_of_few_rows_are_counted(n_groups):
    X, _ = make_blobs(8 * n_groups, centers=10 * np.eye(n_groups, 12), random_state=0)
    n_clusters, scores = choose_n_clusters(X, random_state=0)
    assert n_clusters == n_groups
    assert set(_numbers(2 * n_groups)) <= set(scores)  # with four rows each
    assert max(scores) == 2 * n_groups


def test_the_score_of_few_rows_has_the_separation_as_a_factor(monkeypatch):
    separations = {2: 0.5, 3: 0.6, 4: -0.9, 5: 0.1}
    monkeypatch.setattr(_n_clusters, "Separation", lambda rows, rng: separations.__getitem__)
    of_graphs = {2: 0.25, 3: 0.25, 4: 0.25, 5: -0.25}
    monkeypatch.setattr(
        _n_clusters, "_scores", lambda graphs, n_copies, numbers, *_: {k: of_graphs[k] for k in numbers}
    )
    n_clusters, scores = choose_n_clusters(np.arange(20)[:, None])
    assert n_clusters == 3
    assert scores == {2: 0.25, 3: 0.3, 4: 0, 5: 0}


def test_many_rows_are_judged_by_their_graphs_alone(monkeypatch):
    monkeypatch.setattr(_n_clusters, "Separation", None)
    monkeypatch.setattr(_n_clusters, "_scores", lambda graphs, n_copies, numbers, *_: {k: 1 / k for k in numbers})
    assert choose_n_clusters(np.arange(200)[:, None]).scores[2] == 1 / 2
    with pytest.raises(TypeError):
        choose_n_clusters(np.arange(199)[:, None])


@pytest.mark.parametrize("X", [np.zeros((40, 2)), np.arange(7).reshape(-1, 1), [[0.0], [1.0]]])
def test_too_few_distinct_rows_are_one_cluster(X):
    assert choose_n_clusters(X) == (1, {})


def test_of_many_rows_some_are_drawn(blobs, monkeypatch):
    monkeypatch.setattr(_n_clusters, "MAX_ROWS", 200)
    n_clusters, scores = choose_n_clusters(blobs, random_state=0)
    assert (n_clusters, max(scores)) == (4, 20)


def test_graph_partition_takes_the_number(blobs):
    partition = GraphPartition("auto", random_state=0).fit(blobs)
    assert partition.n_clusters_ == 4 == len(set(partition.labels_.tolist()))
    assert partition.n_clusters_scores_[4] == max(partition.n_clusters_scores_.values())


def test_graph_partition_with_a_number_has_no_scores(blobs):
    partition = GraphPartition(3, random_state=0).fit(blobs)
    assert (partition.n_clusters_, partition.n_clusters_scores_) == (3, {})


def test_graph_partition_refuses_other_words(blobs):
    with pytest.raises(
        ValueError, match=r"'n_clusters' parameter of GraphPartition must be .* or a str among {'auto'}"
    ):
        GraphPartition("many").fit(blobs)


# The parts of the score


def test_the_rand_index_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    partitions = [np.r_[np.arange(k), rng.integers(0, k, 200)] for k in (3, 3, 3)]
    partitions[1][:50] = partitions[0][:50]
    partitions = [np.resize(p, 200) for p in partitions]
    expected = np.mean([adjusted_rand_score(one, other) for one, other in combinations(partitions, 2)])
    assert _mean_rand_index(partitions) == pytest.approx(expected)


def test_the_rand_index_of_equal_partitions_is_1():
    labels = np.array([0, 0, 1, 1, 2])
    assert _mean_rand_index([labels, 2 - labels]) == 1


def test_the_modularity_of_separate_cliques():
    graph = csr_matrix(block_diag(*[np.ones((4, 4)), np.ones((4, 4))]))
    assert _modularity(graph, np.repeat([0, 1], 4)) == pytest.approx(1 - 2 * 0.5**2)
    assert _modularity(graph, np.zeros(8, int)) == pytest.approx(0)
    assert _modularity(graph, np.tile([0, 1], 4)) == pytest.approx(0)


def test_the_score_is_the_agreement_by_the_squared_modularity():
    assert Quality(0.5, 0.4).score == pytest.approx(0.08)
    assert Quality(0.5, -0.4).score == 0


def test_the_quality_has_means_over_all_graphs_and_runs():
    cliques, complete = csr_matrix(block_diag(np.ones((4, 4)), np.ones((4, 4)))), csr_matrix(np.ones((8, 8)))
    halves, others = np.repeat([0, 1], 4), np.tile([0, 1], 4)
    assert _quality([cliques, complete], [[halves], [halves]]) == pytest.approx((1, 0.5 / 2))
    assert _quality([cliques], [[halves, others]]) == pytest.approx((-1 / 6, 0.5 / 2))


def test_the_better_kind_of_sizes_counts(monkeypatch):
    of_numbers = {3: (Quality(0.5, 0.4), Quality(1, 0.4)), 4: (Quality(1, 0.5), Quality(1, 0.5))}
    monkeypatch.setattr(_n_clusters, "qualities", lambda *args: of_numbers)
    assert _scores() == {3: pytest.approx(0.8 * 0.16), 4: 0.25}


@pytest.mark.parametrize(
    ("n_nodes", "numbers", "n_parts"),
    # five parts a cluster, of ten rows or more, or of four
    [(1000, [2, 3], 15), (209, [2, 7], 20), (200, [4, 30], 30), (199, [2, 12], 49), (25, [4], 6), (13, [4], 4)],
)
def test_clusters_of_any_size_are_merged_from_more_parts(monkeypatch, n_nodes, numbers, n_parts):
    cuts = []
    monkeypatch.setattr(_n_clusters, "_runs", lambda graphs, n_copies, n, ks, *_: cuts.append((n, ks)) or list(ks))
    monkeypatch.setattr(_n_clusters, "_quality", lambda graphs, runs: runs)
    found = qualities([], np.ones(n_nodes), numbers, None, None)
    assert found == {k: (k, k) for k in numbers}
    assert cuts == [(n_parts, numbers), *((k, [k]) for k in numbers)]


def test_graphs_have_10_and_30_neighbours_or_3_and_6_of_few_rows_or_all_others():
    rows = np.random.default_rng(0).normal(size=(200, 2))
    assert [graph.getnnz(axis=1).min() for graph in _graphs(rows, None)] == [10, 30]
    assert [graph.getnnz(axis=1).min() for graph in _graphs(rows[:199], None)] == [3, 6]
    few, all_others = _graphs(rows[:6], None)
    assert few.getnnz(axis=1).min() == 3
    assert (all_others.getnnz(axis=1) == 5).all()
    assert [graph.nnz for graph in _graphs(rows[:4], None)] == [4 * 3]


def _peak_at(best, tried):
    """Return scores that are highest at a number, and keep the numbers that are asked for."""

    def scores(graphs, n_copies, numbers, n_jobs, rng):
        tried.append(list(numbers))
        return {k: 1 / (1 + abs(k - best)) for k in numbers}

    return scores


@pytest.mark.parametrize(
    ("n_rows", "best", "tried"),
    [
        (500, 41, [_numbers(50), [39, 41, 42]]),
        (900, 50, [_numbers(50)]),
        (409, 38, [_numbers(40), [37, 39]]),
        (29, 2, [[2]]),
        (20, 2, [[2]]),
    ],
)
def test_the_number_with_the_highest_score_is_found_in_two_rounds(monkeypatch, n_rows, best, tried):
    asked = []
    monkeypatch.setattr(_n_clusters, "FEW_ROWS", 0)
    monkeypatch.setattr(_n_clusters, "_scores", _peak_at(best, asked))
    n_clusters, scores = choose_n_clusters(np.arange(n_rows)[:, None])
    assert (n_clusters, asked) == (best, tried)
    assert list(scores) == sorted(k for numbers in tried for k in numbers)


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, bool])
def test_integers_are_rows_as_floats_are(monkeypatch, dtype):
    X, seen = np.eye(40), []
    monkeypatch.setattr(_n_clusters, "_scores", lambda graphs, *_: seen.append(graphs) or {2: 1})
    for rows in (X, X.astype(dtype)):
        choose_n_clusters(rows)
    for of_floats, of_integers in zip(*seen, strict=True):
        np.testing.assert_array_equal(of_integers.toarray(), of_floats.toarray())


@pytest.fixture
def given(monkeypatch):
    """Return a list that gets the rows, their copies and the random state of each choice; at most 20 rows are taken."""
    seen = []
    monkeypatch.setattr(_n_clusters, "FEW_ROWS", 0)
    monkeypatch.setattr(_n_clusters, "MAX_ROWS", 20)
    monkeypatch.setattr(_n_clusters, "_graphs", lambda rows, n_jobs: rows)
    monkeypatch.setattr(_n_clusters, "_scores", lambda *args: seen.append((args[0], args[1], args[4])) or {2: 1})
    return seen


def test_of_rows_as_many_as_the_limit_all_are_taken_and_copies_are_counted(given):
    choose_n_clusters(np.r_[np.arange(20), 3, 3, 7][:, None], random_state=0)
    ((rows, n_copies, rng),) = given
    assert rows.ravel().tolist() == list(range(20))
    assert n_copies.tolist() == [3 if i == 3 else 2 if i == 7 else 1 for i in range(20)]
    assert rng.randint(2**31) == np.random.RandomState(0).randint(2**31)  # nothing was drawn


def test_of_more_rows_than_the_limit_different_ones_are_drawn_with_their_copies(given):
    choose_n_clusters(np.r_[np.arange(60), np.arange(30)][:, None], random_state=0)
    ((rows, n_copies, _),) = given
    assert len(set(rows.ravel().tolist())) == 20
    assert (np.diff(rows.ravel()) > 0).all()
    assert n_copies.tolist() == [2 if row < 30 else 1 for row in rows.ravel()]


def test_runs_are_of_resampled_rows_and_are_shared_among_the_graphs(monkeypatch):
    cuts = []

    def cut(cutter, numbers, n_runs, rng, *, resample):
        cuts.append((cutter.graph, cutter.n_clusters, cutter.n_parts, n_runs, resample))
        return [[f"graph {cutter.graph}, run {run}, {k} clusters" for k in numbers] for run in range(n_runs)]

    monkeypatch.setattr(Cutter, "runs_of_numbers", cut)
    of_2, of_5 = _runs([1, 2], None, 25, [2, 5], None, None)
    assert cuts == [(1, 2, 25, 3, True), (2, 2, 25, 3, True)]
    assert of_2 == [[f"graph {graph}, run {run}, 2 clusters" for run in range(3)] for graph in (1, 2)]
    assert of_5 == [[f"graph {graph}, run {run}, 5 clusters" for run in range(3)] for graph in (1, 2)]


def test_numbers_are_dense_at_first():
    assert _numbers(2) == [2]
    assert _numbers(5) == [2, 3, 4, 5]
    assert _numbers(50) == [*range(2, 21), 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 43, 46, 49, 50]


def test_the_numbers_next_to_the_best_one_are_tried():
    assert _between({38: 0, 40: 0.1, 43: 1, 46: 0}) == [41, 42, 44, 45]
    assert _between({38: 0, 40: 1, 43: 0, 46: 0}) == [39, 41, 42]
    assert _between({38: 0, 40: 0, 43: 1}) == [41, 42]
    assert _between({22: 1, 24: 0, 26: 0}) == [23]
    assert _between({2: 1, 3: 0}) == []
