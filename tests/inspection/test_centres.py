import numpy as np

from skfashion.inspection import Centres


def test_distances_and_margins_in_closed_form():
    Z = np.array([[0.0], [2.0], [10.0], [16.0]])
    centres = Centres.of(Z, np.array([0, 0, 5, 5]))  # means 1 and 13, radii 1 and 3
    distances, margins = centres.compare(np.array([[1.0], [4.0], [13.0], [7.0], [4.0]]), np.array([0, 0, 5, 5, 5]))
    np.testing.assert_allclose(distances, [0, 3, 0, 2, 3])
    np.testing.assert_allclose(margins, [1, (9 - 3) / 9, 1, 0, (3 - 9) / 9])


def test_the_mean_distance_in_a_cluster_is_1(sample):
    X, labels = sample[0][:500].astype(np.float32), sample[1][:500]
    distances, margins = Centres.of(X, labels).compare(X, labels)
    np.testing.assert_allclose([distances[labels == k].mean() for k in range(10)], 1, rtol=1e-5)
    assert (abs(margins) <= 1).all()


def test_noise_has_no_distance_and_one_cluster_no_margin():
    Z, labels = np.array([[0.0], [2.0], [50.0]]), np.array([3, 3, -1])
    distances, margins = Centres.of(Z, labels).compare(Z, labels)
    np.testing.assert_array_equal(distances, [1, 1, np.nan])
    assert np.isnan(margins).all()
    nothing = Centres.of(Z, np.full(3, -1)).compare(Z, np.full(3, -1))
    assert np.isnan(nothing).all()


def test_equal_rows_are_at_their_mean_and_others_infinitely_far():
    Z, labels = np.array([[1.0, 1.0], [1.0, 1.0], [4.0, 1.0]]), np.array([0, 0, 1])
    centres = Centres.of(Z, labels)
    np.testing.assert_array_equal(centres.compare(Z, labels), [[0, 0, 0], [1, 1, 1]])
    np.testing.assert_array_equal(centres.compare(np.array([[2.0, 1.0]]), np.array([0]))[0], [np.inf])
    same = Centres.of(np.ones((4, 2)), np.array([0, 0, 1, 1]))
    np.testing.assert_array_equal(same.compare(np.ones((4, 2)), np.array([0, 0, 1, 1])), np.zeros((2, 4)))


def test_the_only_row_of_a_cluster_is_at_its_mean():
    Z = np.random.default_rng(0).normal(size=(30, 777)).astype(np.float32)
    labels = np.arange(30)
    distances, margins = Centres.of(Z, labels).compare(Z, labels)
    np.testing.assert_array_equal(distances, 0)
    np.testing.assert_array_equal(margins, 1)
