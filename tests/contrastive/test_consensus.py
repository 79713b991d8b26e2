import numpy as np
from sklearn.utils import check_random_state

from skfashion.contrastive._consensus import spectral_consensus, translated, translations
from skfashion.metrics import hungarian_accuracy_score

LABELS = np.repeat([0, 1, 2], 30)


def _noisy(rng, n_wrong):
    labels = LABELS.copy()
    wrong = rng.choice(len(labels), n_wrong, replace=False)
    labels[wrong] = rng.integers(3, size=n_wrong)
    return np.eye(3, dtype=np.float32)[rng.permutation(3)[labels]]


def test_many_noisy_clusterings_with_other_names_give_the_clusters_that_they_share():
    rng = np.random.default_rng(0)
    ballots = [_noisy(rng, 30) for _ in range(15)]
    labels = spectral_consensus(ballots, 3, check_random_state(0))
    assert hungarian_accuracy_score(LABELS, labels) == 1
    shares = translated(ballots, translations(ballots, labels, 3))
    assert hungarian_accuracy_score(LABELS, shares.argmax(axis=1)) == 1
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-5)


def test_a_translation_has_the_shares_of_the_members():
    ballot = np.float32([[1, 0], [1, 0], [0.5, 0.5]])
    found = translations([ballot], np.array([0, 1, 1]), 2)
    np.testing.assert_allclose(found, [[[1 / 2.5, 1.5 / 2.5], [0, 1]]], rtol=1e-6)


def test_an_empty_cluster_of_a_ballot_says_nothing():
    ballot = np.float32([[1, 0], [1, 0]])
    found = translations([ballot], np.array([0, 1]), 2)
    np.testing.assert_array_equal(found[0, 1], 0)
    np.testing.assert_allclose(translated([ballot], found), 0.5)


def test_few_rows_are_a_cluster_of_their_own_though_other_ballots_split_the_many():
    rng, labels = np.random.default_rng(0), np.repeat([0, 1], [96, 4])
    votes = [labels] * 10 + [rng.integers(2, size=100) for _ in range(6)]
    found = spectral_consensus([np.eye(2, dtype=np.float32)[one] for one in votes], 2, check_random_state(0))
    assert hungarian_accuracy_score(labels, found) == 1


def test_a_ballot_with_an_empty_cluster_changes_nothing():
    labels = np.repeat([0, 1], 5)
    votes = [labels, labels, np.zeros(10, int)]
    found = spectral_consensus([np.eye(2, dtype=np.float32)[one] for one in votes], 2, check_random_state(0))
    assert hungarian_accuracy_score(labels, found) == 1
