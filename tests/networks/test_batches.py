import numpy as np
import pytest

from skfashion.networks.batches import Rows, training_batch_size, weighted_means

X = np.arange(10.0).reshape(5, 2)


def test_the_last_batch_is_padded_by_its_own_rows():
    batches = list(Rows(X).batches(3))
    assert [n_rows for _, n_rows in batches] == [3, 2]
    np.testing.assert_array_equal(batches[1][0], [[6, 7], [8, 9], [6, 7]])


def test_batches_follow_the_index():
    ((rows, n_rows),) = Rows(X, np.array([4, 0])).batches(2)
    assert n_rows == 2
    np.testing.assert_array_equal(rows, X[[4, 0]])


@pytest.mark.parametrize(
    ("dtype", "expected"), [(np.uint8, np.uint8), (np.float64, np.float32), (np.float32, np.float32)]
)
def test_bytes_stay_bytes_and_floats_become_single(dtype, expected):
    assert {rows.dtype for rows, _ in Rows(X.astype(dtype)).batches(3)} == {np.dtype(expected)}


def test_shuffled_rows_are_the_same_rows_in_an_order_that_follows_from_the_seed():
    first, second, other = (Rows(X).shuffled(seed).index for seed in ([0, 1], [0, 1], [0, 2]))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)
    chosen = Rows(X, np.array([1, 3, 4])).shuffled(0)
    assert sorted(chosen.index) == [1, 3, 4]
    assert len(chosen) == 3


@pytest.mark.parametrize(("n_rows", "expected"), [(1, 1), (5, 8), (8, 8), (255, 256), (1000, 256)])
def test_few_rows_take_the_next_power_of_two(n_rows, expected):
    assert training_batch_size(256, n_rows) == expected


def test_means_weigh_each_batch_by_its_rows():
    assert weighted_means([{"loss": 1.0}, {"loss": 4.0}], [3, 1]) == {"loss": 1.75}
