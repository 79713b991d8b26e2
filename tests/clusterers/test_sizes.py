import numpy as np
import pytest
from scipy.linalg import block_diag
from scipy.sparse import csr_matrix

from skfashion.clusterers import _sizes
from skfashion.clusterers._cuts import Cutter
from skfashion.clusterers._linkage_runs import LinkageRuns
from skfashion.clusterers._sizes import (
    EQUAL_SIZES,
    LINKAGE_MARGIN,
    MIN_AGREEMENT,
    MIN_ANY_AGREEMENT,
    PARTS_PER_CLUSTER,
    _beyond_equal_clusters,
    _suits_equal_sizes,
    choose_runs,
)
from skfashion.clusterers._vote import RunAgreement


@pytest.fixture
def cliques():
    """Return a graph of three cliques, of 30, 10 and 10 nodes."""
    return csr_matrix(block_diag(*[np.ones((n, n)) - np.eye(n) for n in (30, 10, 10)]))


def choose(graph, n_clusters, max_imbalance):
    rows = np.arange(graph.shape[0])[:, None] ** [1.0, 2]
    cutter = Cutter(graph, np.ones(len(rows), int), n_clusters, n_clusters, EQUAL_SIZES)
    return choose_runs(cutter, rows, max_imbalance, np.random.RandomState(0))


def test_a_bound_gives_as_many_parts_as_clusters(cliques):
    cutter, has_equal_sizes, agreements = choose(cliques, 3, 0.5)
    assert (cutter.n_parts, cutter.imbalances, has_equal_sizes, agreements) == (3, (0.5,), True, {})


def test_no_bound_gives_more_parts(cliques):
    cutter, has_equal_sizes, agreements = choose(cliques, 3, None)
    assert (cutter.n_parts, cutter.imbalances) == (3 * PARTS_PER_CLUSTER, EQUAL_SIZES)
    assert (has_equal_sizes, agreements) == (False, {})


def test_auto_finds_that_groups_have_unequal_sizes(cliques):
    cutter, has_equal_sizes, agreements = choose(cliques, 3, "auto")
    assert cutter.n_parts > 3
    assert not has_equal_sizes
    assert agreements["any size"] > agreements["equal sizes"]


def test_one_cluster_leaves_nothing_to_choose(cliques):
    assert choose(cliques, 1, "auto")[1:] == (True, {})


def test_random_clusters_of_equal_size_agree_by_chance():
    assert _beyond_equal_clusters(0.25, 4) == 0
    assert _beyond_equal_clusters(1, 4) == 1


@pytest.mark.parametrize(
    ("equal", "free", "suits"),
    [(0.9, 0.95, True), (0.9, 1.0, False), (0.7, 0.5, False), (MIN_AGREEMENT, 0.5, True)],
)
def test_equal_sizes_suit_if_their_runs_agree(equal, free, suits):
    assert _suits_equal_sizes(equal, free) is suits


@pytest.mark.parametrize(
    ("equal", "free", "free_beyond_chance", "is_bounded"),
    [
        (1.0, 0.9, 0.9, True),  # equal sizes fit
        (0.6, 0.9, 0.6, False),  # they do not fit
        (0.6, 0.75, MIN_ANY_AGREEMENT, False),
        (0.7, 0.9, 0.4, True),  # but runs with any size agree by chance: perhaps one cluster holds nearly all
        (1.0, 0.9, 0.4, True),
    ],
)
def test_auto_bounds_sizes_that_fit_and_those_of_runs_that_agree_by_chance(
    cliques, monkeypatch, equal, free, free_beyond_chance, is_bounded
):
    by_chance = (free - free_beyond_chance) / (1 - free_beyond_chance)
    found = {3: RunAgreement(equal, 1 / 3), 15: RunAgreement(free, by_chance)}
    monkeypatch.setattr(Cutter, "resampled_agreement", lambda cutter, n_runs, rng: found[cutter.n_parts])
    cutter, has_equal_sizes, agreements = choose(cliques, 3, "auto")
    assert (cutter.n_parts, has_equal_sizes) == (3 if is_bounded else 15, is_bounded)
    assert agreements == {"equal sizes": equal, "any size": free}


@pytest.mark.parametrize(
    ("linkage", "is_linkage"), [(0.5, True), (0.4 + LINKAGE_MARGIN + 1e-9, True), (0.4 + LINKAGE_MARGIN - 1e-9, False)]
)
def test_a_graph_without_groups_gives_way_to_average_linkage_that_agrees_better(
    cliques, monkeypatch, linkage, is_linkage
):
    found = {3: RunAgreement(0.7, 0.5), 15: RunAgreement(0.93, 0.9)}  # 0.4 and 0.3 beyond chance
    monkeypatch.setattr(Cutter, "resampled_agreement", lambda cutter, n_runs, rng: found[cutter.n_parts])
    of_linkage = RunAgreement(0.2 + 0.8 * linkage, 0.2)
    monkeypatch.setattr(LinkageRuns, "resampled_agreement", lambda runs, n_runs, rng: of_linkage)
    chosen, has_equal_sizes, agreements = choose(cliques, 3, "auto")
    assert isinstance(chosen, LinkageRuns if is_linkage else Cutter)
    assert has_equal_sizes is not is_linkage
    assert agreements == {"equal sizes": 0.7, "any size": 0.93, "average linkage": of_linkage.share}


@pytest.mark.parametrize(
    ("equal", "free", "most", "is_tried"),
    [(0.49, 0.3, 6, True), (0.51, 0.3, 6, False), (0.3, 0.51, 6, False), (0.49, 0.3, 5, False)],
    ids=["no groups", "equal sizes", "any size", "too many clusters"],
)
def test_average_linkage_is_tried_if_no_runs_agree_and_few_clusters_are_wanted(
    cliques, monkeypatch, equal, free, most, is_tried
):
    found = {3: RunAgreement(0.5 + 0.5 * equal, 0.5), 15: RunAgreement(0.5 + 0.5 * free, 0.5)}
    monkeypatch.setattr(Cutter, "resampled_agreement", lambda cutter, n_runs, rng: found[cutter.n_parts])
    monkeypatch.setattr(_sizes, "MAX_DRAWN", most)
    assert ("average linkage" in choose(cliques, 3, "auto")[2]) is is_tried
