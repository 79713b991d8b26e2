import numpy as np

from skfashion.autoencoders._draws import draws_of_rows

X = np.random.default_rng(0).random((200_000, 5))


def test_draws_are_standard_normal_and_independent():
    first, opposite, second = draws_of_rows(X, 3, 2)
    np.testing.assert_array_equal(opposite, -first)
    numbers = np.hstack([first, second])  # (n_samples, 4)
    np.testing.assert_allclose(numbers.mean(axis=0), 0, atol=0.03)
    np.testing.assert_allclose(np.cov(numbers.T), np.eye(4), atol=0.03)
    np.testing.assert_allclose((numbers**4).mean(axis=0), 3, atol=0.15)
    assert abs(np.corrcoef(first[1:, 0], first[:-1, 0])[0, 1]) < 0.03  # of one row and the next


def test_draws_belong_to_the_row_and_not_to_its_place():
    (there,), (here,) = draws_of_rows(X, 1, 2), draws_of_rows(X[100:103], 1, 2)
    np.testing.assert_array_equal(there[100:103], here)


def test_rows_that_differ_in_one_number_have_other_draws():
    rows = np.zeros((2, 5))
    rows[1, 3] = 1e-3
    (draw,) = draws_of_rows(rows, 1, 2)
    assert np.abs(draw[0] - draw[1]).min() > 1e-6


def test_zeros_of_either_sign_have_the_same_draws():
    (draw,) = draws_of_rows(np.array([[0.0, 1.0], [-0.0, 1.0]]), 1, 2)
    np.testing.assert_array_equal(*draw)
