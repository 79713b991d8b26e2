from itertools import combinations

import numpy as np
import pytest
from scipy.linalg import block_diag
from scipy.sparse import csr_matrix
from sklearn.datasets import load_digits, make_blobs
from sklearn.metrics import adjusted_rand_score

from skfashion import GraphPartition
from skfashion.clusterers import _n_clusters, choose_n_clusters
from skfashion.clusterers._n_clusters import Quality, _between, _mean_rand_index, _modularity, _numbers
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


def test_the_choice_depends_on_the_seed_alone(blobs):
    first = choose_n_clusters(blobs, random_state=1)
    assert choose_n_clusters(blobs, n_jobs=2, random_state=1) == first
    assert choose_n_clusters(blobs, random_state=2).scores != first.scores


@pytest.mark.parametrize("X", [np.zeros((40, 2)), np.arange(19).reshape(-1, 1), [[0.0], [1.0]]])
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


def test_numbers_are_dense_at_first():
    assert _numbers(5) == [2, 3, 4, 5]
    assert _numbers(50) == [*range(2, 21), 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 43, 46, 49, 50]


def test_the_numbers_next_to_the_best_one_are_tried():
    assert _between({38: 0, 40: 0.1, 43: 1, 46: 0}) == [41, 42, 44, 45]
    assert _between({2: 1, 3: 0}) == []
