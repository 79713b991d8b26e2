import numpy as np

from skfashion._utils.resampling import area_weights


def test_the_shares_are_those_of_the_covered_pixels():
    np.testing.assert_allclose(area_weights(6, 3), np.repeat(np.eye(3), 2, axis=1) / 2)
    np.testing.assert_allclose(area_weights(3, 2), [[2 / 3, 1 / 3, 0], [0, 1 / 3, 2 / 3]], rtol=1e-6)


def test_the_shares_add_up_to_1():
    np.testing.assert_allclose(area_weights(29, 16).sum(axis=1), 1, rtol=1e-6)


def test_as_many_pixels_are_kept():
    np.testing.assert_allclose(area_weights(5, 5), np.eye(5), atol=1e-6)
