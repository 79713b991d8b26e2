import numpy as np
import pytest

from skfashion.labelling import cluster_worth, doubts_of, order_by_doubt, order_by_typicality, similar_clusters

LABELS = np.array([1, 0, 1, 0, 1, -1])


def test_doubt_is_the_rest_of_confidence():
    np.testing.assert_allclose(doubts_of(4, confidence=[1, 0.75, 0, np.nan]), [0, 0.25, 1, 1])


def test_doubt_without_confidence_is_that_of_the_margin():
    np.testing.assert_allclose(doubts_of(4, margins=[1, 0, -1, np.nan]), [0, 0.5, 1, 1])
    np.testing.assert_allclose(doubts_of(1, confidence=[0.9], margins=[0]), [0.1])


def test_doubt_of_images_of_which_nothing_is_known_is_one_half():
    np.testing.assert_array_equal(doubts_of(2), [0.5, 0.5])


def test_a_name_settles_the_images_that_are_not_in_doubt():
    clusters, worths = cluster_worth(LABELS, [0, 0.5, 0, 0.5, 0.25, 1])
    np.testing.assert_array_equal(clusters, [-1, 0, 1])
    np.testing.assert_allclose(worths, [0, 1, 2.75])


def test_in_a_cluster_with_a_name_only_doubt_is_left():
    _, worths = cluster_worth(LABELS, [0, 0.5, 0, 0.5, 0.25, 1], named={1})
    np.testing.assert_allclose(worths, [0, 1, 0.25])


def test_of_two_clusters_in_equal_doubt_the_larger_is_worth_more():
    _, worths = cluster_worth([0, 0, 0, 1], np.full(4, 0.4))
    assert worths[0] == pytest.approx(3 * worths[1])


def test_typical_images_come_first_and_unknown_ones_last():
    order = order_by_typicality(LABELS, [2, 1, np.nan, 0.5, np.inf, 0])
    np.testing.assert_array_equal(order, [5, 3, 1, 0, 4, 2])


def test_doubtful_images_come_first_then_distant_ones():
    doubts = np.array([0.5, 0.1, 0.5, 0.9, 0.7, 0.2])
    np.testing.assert_array_equal(order_by_doubt(LABELS, doubts), [5, 3, 1, 4, 0, 2])
    np.testing.assert_array_equal(order_by_doubt(LABELS, doubts, [1, 1, 2, 1, 1, np.nan]), [5, 3, 1, 4, 2, 0])


def test_clusters_that_overlap_most_come_first():
    means = np.array([[0.0, 0], [4, 0], [0, 3], [50, 50]])
    pairs, similarities = similar_clusters(means, [1, 1, 2, 1], n_neighbors=2)
    np.testing.assert_array_equal(pairs[:3], [[0, 2], [1, 2], [0, 1]])
    np.testing.assert_allclose(similarities[:3], [1, 0.6, 0.5])
    assert (pairs[:, 0] < pairs[:, 1]).all()
    assert len(np.unique(pairs, axis=0)) == len(pairs)


@pytest.mark.parametrize("n_clusters", [0, 1])
def test_one_cluster_is_like_no_other(n_clusters):
    pairs, similarities = similar_clusters(np.zeros((n_clusters, 2)), np.ones(n_clusters))
    assert pairs.shape == (0, 2)
    assert similarities.shape == (0,)


def test_clusters_with_one_mean_are_the_most_similar():
    pairs, similarities = similar_clusters(np.array([[0.0], [0], [1]]), np.zeros(3), n_neighbors=1)
    np.testing.assert_array_equal(pairs[0], [0, 1])
    assert np.isinf(similarities[0])
