import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skfashion.clusterers._vote import align, by_size, clusters_on, numbered, renumbered, tally, vote
from skfashion.metrics import hungarian_accuracy_score, mean_agreement


def noisy_partitions(n_partitions=9, n_samples=300, n_clusters=4, share=0.3, seed=0):
    """Known groups; in each partition a share of the rows is drawn again, and the clusters have other names."""
    rng = np.random.default_rng(seed)
    groups = rng.integers(n_clusters, size=n_samples)
    partitions = np.tile(groups, (n_partitions, 1))
    wrong = rng.random(partitions.shape) < share
    partitions[wrong] = rng.integers(n_clusters, size=wrong.sum())
    return groups, np.array([rng.permutation(n_clusters)[labels] for labels in partitions])


def test_align_renames_clusters_as_in_the_reference():
    renamed, agreement = align([2, 2, 0, 0, 1, 0], [0, 0, 1, 1, 2, 2], 3)
    assert renamed.tolist() == [0, 0, 1, 1, 2, 1]
    assert renamed.dtype == np.int32
    assert agreement == 5 / 6


def test_align_finds_the_best_renaming_where_the_greedy_one_is_worse():
    labels, reference = np.repeat([0, 0, 1, 1], [5, 4, 4, 0]), np.repeat([0, 1, 0, 1], [5, 4, 4, 0])
    renamed, agreement = align(labels, reference, 2)  # greedy: 0 is 0, with 5 of 13 rows
    assert renamed.tolist() == [1] * 9 + [0] * 4
    assert agreement == 8 / 13


def test_align_takes_fewer_clusters_than_there_may_be():
    renamed, agreement = align([1, 1, 1, 1], [3, 3, 3, 0], 4)
    assert renamed.tolist() == [3, 3, 3, 3]
    assert agreement == 0.75


def test_align_leaves_noise_as_it_is_and_noise_agrees_with_nothing():
    renamed, agreement = align([-1, -1, 1, 1, 0], [-1, 0, 0, 0, -1], 2)
    assert renamed.tolist() == [-1, -1, 0, 0, 1]
    assert agreement == 2 / 5


def test_align_agrees_with_hungarian_accuracy():
    _, (labels, reference) = noisy_partitions(n_partitions=2)
    assert_allclose(align(labels, reference, 4)[1], hungarian_accuracy_score(reference, labels), rtol=1e-12)


def test_a_vote_of_three_in_closed_form():
    """Names of the second are exchanged; the last row of the third is wrong."""
    result = vote([[0, 0, 1, 1], [1, 1, 0, 0], [0, 0, 1, 0]], 2)
    assert result.labels.tolist() == [0, 0, 1, 1]
    assert_allclose(result.shares, [[1, 0], [1, 0], [0, 1], [1 / 3, 2 / 3]], rtol=1e-6)
    assert_allclose(result.agreement, (1 + 0.75 + 0.75) / 3)
    assert result.medoid == 0
    assert result.names.tolist() == [[0, 1], [1, 0], [0, 1]]
    assert result.labels.dtype == np.int32
    assert result.shares.dtype == np.float32


def test_the_first_reference_agrees_most_with_the_others():
    odd = [0, 1, 0, 1, 0, 1]
    assert vote([odd, [0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 1, 1], odd[::-1], [0, 0, 0, 1, 1, 1]], 2).medoid == 1


def test_the_agreement_is_that_of_the_metrics():
    _, partitions = noisy_partitions()
    partitions[:, :20] = np.where(
        np.arange(20) % len(partitions) == np.arange(9)[:, np.newaxis], -1, partitions[:, :20]
    )
    means = mean_agreement(partitions, noise_label=-1)
    result = vote(partitions, 4)
    assert_allclose(result.agreement, means.mean())
    assert result.medoid == means.argmax()


def test_names_have_no_effect_on_a_vote():
    _, partitions = noisy_partitions()
    rng = np.random.default_rng(1)
    renamed = [rng.permutation(4)[labels] for labels in partitions]
    one, other = vote(partitions, 4), vote(renamed, 4)
    assert hungarian_accuracy_score(one.labels, other.labels) == 1
    assert one.agreement == other.agreement


def test_a_vote_is_nearer_to_the_groups_than_any_of_its_partitions():
    groups, partitions = noisy_partitions(share=0.5, n_partitions=16)
    single = max(hungarian_accuracy_score(groups, labels) for labels in partitions)
    assert hungarian_accuracy_score(groups, vote(partitions, 4).labels) > single + 0.2


@pytest.mark.parametrize("n_rounds", [1, 2, 99])
@pytest.mark.parametrize("is_soft", [False, True])
def test_labels_and_shares_follow_from_the_names(n_rounds, is_soft):
    _, partitions = noisy_partitions(n_partitions=25, share=0.8, n_samples=1000)  # names change in several rounds
    ballots = [np.eye(4)[labels] for labels in partitions] if is_soft else partitions
    result = vote(ballots, 4, n_rounds=n_rounds)
    votes = np.array([names[labels] for names, labels in zip(result.names, partitions, strict=True)])
    counts = np.array([np.bincount(row, minlength=4) for row in votes.T])
    assert_allclose(result.shares, counts / 25, rtol=1e-6)
    assert (counts[np.arange(1000), result.labels] == counts.max(axis=1)).all()


@pytest.mark.parametrize("is_soft", [False, True])
def test_the_first_round_has_the_names_of_the_first_reference(is_soft):
    _, partitions = noisy_partitions(n_partitions=25, share=0.8, n_samples=60)
    ballots = [np.eye(4)[labels] for labels in partitions] if is_soft else partitions
    names = [vote(ballots, 4, n_rounds=n).names.tolist() for n in (0, 1, 2)]
    assert names[0] == names[1] != names[2]


def test_equal_votes_are_decided_by_the_first_reference():
    partitions = [[0, 0, 1, 1, 1], [0, 0, 0, 1, 1]]
    assert vote(partitions, 2).labels.tolist() == partitions[0]
    assert vote(partitions[::-1], 2).labels.tolist() == partitions[1]


def test_equal_votes_without_the_first_reference_go_to_the_lowest_number():
    partitions = np.tile(np.repeat([0, 1, 2], 9), (5, 1))
    partitions[:, 0] = [0, 1, 1, 2, 2]
    partitions[range(1, 5), range(1, 5)] = 1  # each of the others has another row wrong
    result = vote(partitions, 3)
    assert result.medoid == 0
    assert result.labels[0] == 1


def test_a_second_round_may_improve_the_first():
    groups, partitions = noisy_partitions(n_partitions=25, share=0.8, n_samples=1000)
    once, twice = vote(partitions, 4, n_rounds=1), vote(partitions, 4)
    assert hungarian_accuracy_score(groups, twice.labels) > hungarian_accuracy_score(groups, once.labels)


def test_without_rounds_the_labels_are_those_of_the_medoid():
    _, partitions = noisy_partitions()
    result = vote(partitions, 4, n_rounds=0)
    assert_array_equal(result.labels, partitions[result.medoid])
    assert result.names[result.medoid].tolist() == [0, 1, 2, 3]


def test_a_single_partition_is_its_own_vote():
    result = vote([[2, 0, 0, -1]], 3)
    assert result.labels.tolist() == [2, 0, 0, -1]
    assert result.shares.tolist() == [[0, 0, 1], [1, 0, 0], [1, 0, 0], [0, 0, 0]]
    assert result.agreement == 1


def test_noise_is_no_vote():
    result = vote([[0, 0, 1, 1, -1], [0, -1, 1, -1, -1], [0, 0, 1, -1, -1]], 2)
    assert result.labels.tolist() == [0, 0, 1, 1, -1]
    assert result.shares.tolist() == [[1, 0], [1, 0], [0, 1], [0, 1], [0, 0]]


def test_soft_votes_in_closed_form():
    """Two lean a little to the wrong cluster in the last row, one is sure of the right one; its names are exchanged."""
    unsure = np.array([[1, 0], [1, 0], [0, 1], [0.6, 0.4]])
    sure = np.array([[0, 1], [0, 1], [1, 0], [1, 0]])
    result = vote([unsure, sure, unsure], 2)
    assert result.labels.tolist() == [0, 0, 1, 1]
    assert_allclose(result.shares, [[1, 0], [1, 0], [0, 1], [0.4, 0.6]], rtol=1e-6)
    assert result.shares.dtype == np.float32
    assert vote([partition.argmax(axis=1) for partition in (unsure, sure, unsure)], 2).labels[-1] == 0


def test_memberships_of_0_and_1_are_labels():
    _, partitions = noisy_partitions(share=0.8)
    partitions[:, 0], partitions[0, 1] = -1, -1
    memberships = [np.eye(5)[labels][:, :4] for labels in partitions]  # noise is a row of zeros
    for hard, soft in zip(vote(partitions, 4), vote(memberships, 4), strict=True):
        assert_array_equal(hard, soft)


def test_soft_votes_are_aligned_by_the_products_of_memberships():
    """By its labels the second is all in one cluster, and might be either; by its memberships its names are clear."""
    first = np.array([[0.9, 0.1]] * 3 + [[0.1, 0.9]] * 3)
    second = np.array([[0.51, 0.49]] * 3 + [[0.9, 0.1]] * 3)
    assert vote([first, second], 2).names.tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize(
    ("partitions", "message"),
    [
        ([], "partitions is empty"),
        ([[0, 1], [0, 1, 1]], "of the same rows"),
        ([[0, 1], [[1, 0], [0, 1]]], "all labels or all memberships"),
        ([[0, 2], [0, 1]], r"Labels from 0 to 2 must be in range\(n_clusters=2\)"),
        ([[0, 1], [-2, 1]], r"Labels from -2 to 1 must be in"),
    ],
)
def test_partitions_that_do_not_fit_are_refused(partitions, message):
    with pytest.raises(ValueError, match=message):
        vote(partitions, 2)


@pytest.mark.parametrize(
    ("ballot", "n_clusters", "expected"),
    [
        ([0, 2, -1, 2], 4, [0, 1, 2, 3]),  # numbered: a mixture may predict a cluster without training rows
        ([0, 7, -1], 4, [0, 7]),
        ([3, 5, 3], None, [3, 5]),
        ([[0.2, 0.8]], 4, [0, 1]),
    ],
)
def test_a_run_votes_for_its_own_clusters(ballot, n_clusters, expected):
    assert clusters_on(np.array(ballot), n_clusters).tolist() == expected


def test_votes_are_numbered_from_0_and_other_labels_are_no_votes():
    assert numbered(np.array([3, 5, -1, 9]), np.array([3, 5]), 2).tolist() == [0, 1, -1, -1]
    assert numbered(np.array([[0.2, 0.8]]), np.arange(2), 3).tolist() == [[0.2, 0.8, 0]]


def test_memberships_of_any_sum_become_shares():
    memberships = np.float32([[0.25, 0.25], [3, 1], [0, 0]])
    assert tally([memberships], np.array([[0, 1]])).tolist() == [[0.5, 0.5], [0.75, 0.25], [0, 0]]


def test_clusters_are_numbered_from_the_largest_without_noise():
    labels = np.array([2, 2, -1, -1, -1, 2, 0])
    order = by_size(labels, 4)
    assert order.tolist() == [2, 0, 1, 3]  # of the two empty ones, the lowest number is first
    assert renumbered(labels, order).tolist() == [0, 0, -1, -1, -1, 0, 1]
    assert renumbered(np.array([0, 1, 2]), np.array([1, 2, 0])).tolist() == [2, 0, 1]
