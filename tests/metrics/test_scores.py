import itertools

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.metrics import accuracy_score

from skfashion.metrics import _scores, hungarian_accuracy_score, match_labels, mean_agreement, purity_score


@pytest.mark.parametrize("n_clusters", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("n_classes", [1, 2, 3, 4, 5])
def test_hungarian_accuracy_is_the_best_over_all_matchings(n_classes, n_clusters):
    rng = np.random.default_rng(10 * n_classes + n_clusters)
    y, labels = rng.integers(n_classes, size=40), rng.integers(n_clusters, size=40)
    weight = rng.random(40)
    padded = max(n_classes, n_clusters)  # a class of no row stands for "unmatched"
    renamings = [np.array(names)[labels] for names in itertools.permutations(range(padded))]
    assert hungarian_accuracy_score(y, labels) == pytest.approx(max(accuracy_score(y, r) for r in renamings))
    weighted = max(accuracy_score(y, r, sample_weight=weight) for r in renamings)
    assert hungarian_accuracy_score(y, labels, sample_weight=weight) == pytest.approx(weighted)


@pytest.mark.parametrize("n_clusters", [1, 2, 4])
def test_purity_is_the_best_over_all_assignments_of_classes_to_clusters(n_clusters):
    rng = np.random.default_rng(n_clusters)
    y, labels = rng.integers(3, size=30), rng.integers(n_clusters, size=30)
    weight = rng.random(30)
    renamings = [np.array(names)[labels] for names in itertools.product(range(3), repeat=n_clusters)]
    assert purity_score(y, labels) == pytest.approx(max(accuracy_score(y, r) for r in renamings))
    weighted = max(accuracy_score(y, r, sample_weight=weight) for r in renamings)
    assert purity_score(y, labels, sample_weight=weight) == pytest.approx(weighted)


PAPER_C_SECTION_5_3 = np.array(  # autoencoder + k-means, classes by clusters, as printed
    [
        [168, 262, 45, 343, 8, 4687, 8, 27, 1, 451],
        [44, 83, 3, 5697, 13, 16, 2, 30, 0, 112],
        [1002, 2479, 52, 12, 9, 31, 1, 2303, 1, 110],
        [137, 89, 11, 3767, 3, 225, 0, 29, 0, 1739],
        [453, 658, 23, 26, 3, 9, 0, 3519, 0, 1309],
        [442, 0, 55, 1, 3381, 0, 1443, 1, 676, 1],
        [1268, 1262, 139, 116, 5, 1310, 3, 1411, 0, 486],
        [2, 0, 17, 0, 5236, 0, 12, 0, 733, 0],
        [1909, 280, 3392, 32, 116, 18, 22, 36, 26, 169],
        [7, 0, 45, 1, 318, 6, 1803, 0, 3817, 3],
    ]
)


def test_what_paper_c_calls_accuracy_is_purity():
    y, labels = np.repeat(np.indices((10, 10)).reshape(2, -1), PAPER_C_SECTION_5_3.ravel(), axis=1)
    assert round(purity_score(y, labels), 4) == 0.5713  # the published accuracy
    assert round(hungarian_accuracy_score(y, labels), 4) == 0.5546


def test_purity_lets_clusters_share_a_class_and_hungarian_accuracy_does_not():
    y, labels = [0, 0, 1, 1], [0, 1, 2, 2]
    assert purity_score(y, labels) == 1
    assert hungarian_accuracy_score(y, labels) == 0.75


@pytest.mark.parametrize(
    ("y", "labels"),
    [
        (["a", "a", "b"], [7, 7, 3]),
        ([True, True, False], ["x", "x", "y"]),
        (pd.Series(["a", "a", "b"], dtype="category"), np.array([2.0, 2.0, 1.0])),
        (np.array(["a", "a", "b"], dtype=object), pd.Series([1, 1, 0])),
        (np.array([3, 3, 200], dtype=np.uint8), np.array([-5, -5, 0], dtype=np.int8)),
    ],
    ids=["str", "bool", "category", "object", "bytes"],
)
def test_labels_of_any_type(y, labels):
    assert hungarian_accuracy_score(y, labels) == 1
    assert purity_score(y, labels) == 1


def test_noise_matches_nothing_and_still_counts():
    y, labels = [0, 0, 1, 1], [-1, 0, 1, -1]
    assert hungarian_accuracy_score(y, labels, noise_label=-1) == 0.5
    assert purity_score(y, labels, noise_label=-1) == 0.5
    assert hungarian_accuracy_score(y, [-1] * 4, noise_label=-1) == 0
    assert purity_score(y, [-1] * 4, noise_label=-1) == 0


@pytest.mark.parametrize("score", [hungarian_accuracy_score, purity_score])
def test_wrong_input_is_refused(score):
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        score([0, 1], [0, 1, 1])
    with pytest.raises(ValueError, match="at least one row"):
        score([], [])
    with pytest.raises(ValueError, match="labels_pred is missing in 1 of 2 rows, the first of them row 1"):
        score([0, 1], [0, np.nan])
    with pytest.raises(ValueError, match="labels_true has no label: all 2 are missing"):
        score([None, None], [0, 1])
    for weight in ([1, -1], [3, -1], [0, 0], [1, np.nan], [1e308, 1e308]):
        with pytest.raises(ValueError, match="sample_weight"):
            score([0, 1], [0, 1], sample_weight=weight)


UNLABELLED = {
    "list": ["a", None, "b", "b", float("nan")],
    "floats": [0.0, np.nan, 1.0, 1.0, np.nan],
    "categorical": pd.Series(["a", None, "b", "b", None], dtype="category"),
    "nullable": pd.Series([0, None, 1, 1, None], dtype="Int64"),
    "polars": pl.Series(["a", None, "b", "b", None]),
}


@pytest.mark.parametrize("y", UNLABELLED.values(), ids=UNLABELLED.keys())
def test_rows_without_a_class_do_not_count(y):
    labels, known = [5, 5, 6, 5, 7], [0, 2, 3]
    weight = np.array([1.0, 9, 2, 3, 9])
    for score in (hungarian_accuracy_score, purity_score):
        assert score(y, labels) == score([0, 1, 1], [5, 6, 5]) < 1
        assert score(y, labels, sample_weight=weight) == score([0, 1, 1], [5, 6, 5], sample_weight=weight[known])


def test_clusters_without_a_class_are_unmatched():
    assert match_labels([4, None, 6], [0, 1, 2]).tolist() == [4, 7, 6]
    assert match_labels(["a", None, "b"], [0, 0, 1]).tolist() == ["a", "a", "b"]


@pytest.mark.parametrize("names", [[3, 5, 9], ["a", "b", "c"], [0.5, 1.5, 2.5]], ids=["int", "str", "float"])
def test_matched_labels_are_right_as_often_as_hungarian_accuracy_says(names):
    rng = np.random.default_rng(0)
    y = np.array(names)[rng.integers(3, size=50)]
    for n_clusters in (2, 3, 5):
        labels = rng.integers(n_clusters, size=50)
        matched = match_labels(y, labels)
        assert np.mean(matched == y) == pytest.approx(hungarian_accuracy_score(y, labels))
        assert len(set(matched)) == n_clusters
        assert len(set(matched) - set(names)) == max(0, n_clusters - 3)


@pytest.mark.parametrize("largest", [2**63 - 1, 2**64 - 1, np.inf])
def test_a_class_without_an_integer_above_it_is_refused_where_one_is_needed(largest):
    assert match_labels([1, largest], [0, 1])[1] == largest
    with pytest.raises(ValueError, match="clusters without a class are named by integers above it; pass smaller"):
        match_labels([1, largest, 1], [0, 1, 2])


def test_unmatched_clusters_get_names_that_no_class_has():
    assert match_labels(["cat", "cat", "dog"], [0, 1, 2]).tolist() == ["cat", "unmatched 0", "dog"]
    assert match_labels([4, 4, 6], [0, 1, 2]).tolist() == [4, 7, 6]
    assert match_labels(["unmatched 0", "unmatched 0"], [0, 1]).tolist() == ["unmatched 0", "unmatched 1"]


@pytest.mark.parametrize("noise_label", [None, -1])
def test_agreement_is_the_mean_hungarian_accuracy_of_each_with_the_others(noise_label):
    partitions = np.random.default_rng(0).integers(-1, 4, size=(5, 60))
    expected = []
    for i, partition in enumerate(partitions):
        others = [other for j, other in enumerate(partitions) if j != i]
        expected.append(np.mean([_matched(partition, other, noise_label) for other in others]))
    np.testing.assert_allclose(mean_agreement(partitions, noise_label=noise_label), expected)


def _matched(partition, other, noise_label):
    """Of all rows, those that are right; noise on either side is not."""
    is_cluster = np.full(len(partition), True) if noise_label is None else partition != noise_label
    accuracy = hungarian_accuracy_score(partition[is_cluster], other[is_cluster], noise_label=noise_label)
    return accuracy * is_cluster.mean()


def test_numbers_of_clusters_may_differ_in_agreement():
    assert mean_agreement([[0, 0, 0, 0], [0, 1, 2, 3]]).tolist() == [0.25, 0.25]


def test_a_single_partition_agrees_with_no_other():
    with pytest.raises(ValueError, match="minimum of 2"):
        mean_agreement([[0, 1]])


def test_agreement_does_not_depend_on_how_many_partitions_are_compared_at_once(monkeypatch):
    partitions = np.random.default_rng(0).integers(4, size=(7, 50))
    expected = mean_agreement(partitions)
    monkeypatch.setattr(_scores, "CHUNK_SIZE", 2)
    np.testing.assert_array_equal(mean_agreement(partitions), expected)
