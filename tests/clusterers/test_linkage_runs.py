import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import adjusted_rand_score

from skfashion.clusterers import _linkage_runs
from skfashion.clusterers._directions import at_length_1
from skfashion.clusterers._linkage_runs import LinkageRuns


def directions(sizes, noise, seed=0):
    """Return rows of any length along so many directions, and the direction of each."""
    rng = np.random.default_rng(seed)
    y = np.repeat(np.arange(len(sizes)), sizes)
    rows = np.eye(12)[y] + noise * rng.normal(size=(len(y), 12))
    return rows * rng.uniform(1, 5, size=(len(y), 1)), y


def test_groups_of_any_size_are_found_by_their_directions():
    rows, y = directions([80, 40, 20, 10], noise=0.1)
    runs = LinkageRuns(rows, 4).runs(3, np.random.RandomState(0))
    assert [adjusted_rand_score(y, labels) for labels in runs] == [1, 1, 1]


def test_a_run_on_all_rows_is_average_linkage_by_cosines(monkeypatch):
    monkeypatch.setattr(_linkage_runs, "DRAWN_SHARE", 1)
    rows, _ = directions([30, 20, 10], noise=0.5)
    (labels,) = LinkageRuns(rows, 5).runs(1, np.random.RandomState(0))
    centred = rows - rows.mean(axis=0)
    expected = AgglomerativeClustering(5, metric="cosine", linkage="average").fit_predict(centred)
    assert adjusted_rand_score(expected, labels) == 1
    assert adjusted_rand_score(AgglomerativeClustering(5).fit_predict(centred), labels) < 1  # Ward's differ here


def test_rows_that_are_not_drawn_take_the_cluster_of_the_most_similar(monkeypatch):
    monkeypatch.setattr(_linkage_runs, "MAX_DRAWN", 20)
    rows, _ = directions([30, 20, 10], noise=0.3)
    drawn = np.random.RandomState(0).choice(60, 20, replace=False)
    (labels,) = LinkageRuns(rows, 4).runs(1, np.random.RandomState(0))
    unit = at_length_1(rows - rows.mean(axis=0))
    np.testing.assert_array_equal(labels, labels[drawn][(unit @ unit[drawn].T).argmax(axis=1)])
    assert len(np.unique(labels[drawn])) == 4


@pytest.mark.parametrize("n_clusters", [4, 6])
def test_no_cluster_is_empty_where_directions_are_equal_or_missing(n_clusters):
    rows = np.array([[1.0, 0], [2, 0], [3, 0], [-1, 0], [-5, 0], [0, 0]])  # the last one is the mean
    (labels,) = LinkageRuns(rows, n_clusters).runs(1, np.random.RandomState(0))
    assert sorted(set(labels)) == list(range(n_clusters))


def test_runs_agree_on_groups_and_by_chance_without():
    rng = np.random.RandomState(0)
    assert LinkageRuns(directions([60, 30, 20], noise=0.1)[0], 3).resampled_agreement(4, rng).beyond_chance == 1
    assert LinkageRuns(rng.normal(size=(400, 40)), 5).resampled_agreement(4, rng).beyond_chance < 0.3
