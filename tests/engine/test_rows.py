import numpy as np
import pytest

from skfashion.engine import rows as batches
from skfashion.engine.rows import Rows, training_batch_size

X = np.arange(10.0).reshape(5, 2)


def test_the_last_batch_is_padded_by_its_own_rows():
    whole, padded = Rows(X).batches(3)
    assert (whole[1], padded[1]) == (3, 2)
    np.testing.assert_array_equal(padded[0], [[6, 7], [8, 9], [6, 7]])


def test_batches_follow_the_index():
    ((rows, n_rows),) = Rows(X, np.array([4, 0])).batches(2)
    assert n_rows == 2
    np.testing.assert_array_equal(rows, X[[4, 0]])


@pytest.mark.parametrize(
    ("dtype", "expected"), [(np.uint8, np.uint8), (np.float64, np.float32), (np.float32, np.float32)]
)
def test_bytes_stay_bytes_and_floats_become_single(dtype, expected):
    assert {rows.dtype for rows, _ in Rows(X.astype(dtype)).batches(3)} == {np.dtype(expected)}


def _order(rows, batch_size=2):
    """The first column of all rows, batch by batch."""
    return np.concatenate([batch[:n_rows, 0] for batch, n_rows in rows.batches(batch_size)])


def test_shuffled_rows_are_the_same_rows_in_an_order_that_follows_from_the_seed():
    first, second, other = (_order(Rows(X).shuffled(seed)) for seed in ([0, 1], [0, 1], [0, 2]))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)
    np.testing.assert_array_equal(np.sort(first), X[:, 0])
    chosen = Rows(X, np.array([1, 3, 4])).shuffled(0)
    assert sorted(_order(chosen)) == [2, 6, 8]
    assert len(chosen) == 3


@pytest.fixture
def large(monkeypatch):
    """1,000 rows of 8 bytes: pools of 20 blocks of 5 rows."""
    monkeypatch.setattr(batches, "POOL_BYTES", 800)
    monkeypatch.setattr(batches, "BLOCK_BYTES", 40)
    return np.arange(2000, dtype=np.float32).reshape(1000, 2)


def test_rows_of_a_large_array_come_once_each_whatever_the_batch(large):
    orders = [_order(Rows(large).shuffled(0), batch_size) for batch_size in (7, 64, 1000)]
    np.testing.assert_array_equal(np.sort(orders[0]), large[:, 0])
    for order in orders[1:]:
        np.testing.assert_array_equal(order, orders[0])


def test_a_pool_of_a_large_array_is_of_whole_blocks_from_all_over(large):
    pools = [pool // 5 for pool in batches.shuffled_pools(len(large), 8, seed=0)]  # the blocks of the rows
    assert {len(pool) for pool in pools} == {100}
    assert all(len(np.unique(pool)) == 20 for pool in pools)
    assert all(np.ptp(pool) > 100 for pool in pools)
    assert all(len(np.unique(pool[:20])) > 10 for pool in pools)  # and their rows stand in any order


def test_some_rows_of_a_large_array_are_read_by_their_neighbourhood(large):
    chosen = np.random.default_rng(0).permutation(1000)[:500]
    order = _order(Rows(large, chosen).shuffled(0)) // 2
    np.testing.assert_array_equal(np.sort(order), np.sort(chosen))
    blocks = [np.unique(np.sort(chosen).searchsorted(part) // 5) for part in order.reshape(5, 100)]
    assert [len(block) for block in blocks] == [20] * 5


def test_gathered_rows_start_at_a_multiple_of_what_jax_wants():
    for batch, _ in Rows(X.astype(np.float32)).shuffled(0).batches(2):
        assert batch.shape == (2, 2)
        assert batch.ctypes.data % batches.ALIGNMENT == 0


def test_memory_is_used_again_for_the_next_batch_but_one_if_that_is_wanted():
    rows = Rows(X.astype(np.float32)).shuffled(0)
    kept, reused = list(rows.batches(2)), list(rows.batches(2, reuse=True))
    addresses = [[batch.ctypes.data for batch, _ in taken] for taken in (kept, reused)]
    assert len(set(addresses[0])) == 3
    assert addresses[1][0] == addresses[1][2] != addresses[1][1]
    np.testing.assert_array_equal(reused[2][0], kept[2][0])  # padded alike, too


@pytest.mark.parametrize(("n_rows", "expected"), [(1, 1), (5, 8), (8, 8), (255, 256), (1000, 256)])
def test_few_rows_take_the_next_power_of_two(n_rows, expected):
    assert training_batch_size(256, n_rows) == expected


@pytest.mark.parametrize(("dtype", "expected"), [(np.float64, np.float32), (np.int64, np.int64), (np.uint8, np.uint8)])
def test_targets_become_single_and_integers_stay(dtype, expected):
    (((_, targets), _),) = Rows(X, targets=np.arange(5, dtype=dtype)).batches(5)
    assert targets.dtype == expected


def test_the_last_block_of_a_large_array_may_be_short(large):
    np.testing.assert_array_equal(np.sort(_order(Rows(large[:998]).shuffled(0))), large[:998, 0])


def test_the_total_weight_is_that_of_the_chosen_rows():
    weights = np.array([1, 2, 4, 8, 16], np.float32)
    assert Rows(X).total_weight == 5
    assert Rows(X, weights=weights).total_weight == 31
    assert Rows(X, np.array([4, 0]), weights=weights).total_weight == 17
