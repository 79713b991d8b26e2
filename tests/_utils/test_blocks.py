import numpy as np
import pytest

from skfashion._utils import blocks
from skfashion._utils.blocks import block_size, blocks_of, extremes


@pytest.mark.parametrize(("n_values", "rows"), [(1, 10_000), (2**24, 1), (2**30, 1), (2**14, 2**10)])
def test_a_block_has_a_limit_of_rows_and_of_values(n_values, rows):
    assert block_size(n_values) == rows


def test_blocks_are_all_rows_in_order_without_a_copy(monkeypatch):
    monkeypatch.setattr(blocks, "MAX_BLOCK_ROWS", 3)
    X = np.arange(14).reshape(7, 2)
    parts = list(blocks_of(X))
    assert [len(part) for part in parts] == [3, 3, 1]
    assert all(np.shares_memory(part, X) for part in parts)
    np.testing.assert_array_equal(np.concatenate(parts), X)


def test_extremes_are_those_of_all_blocks(monkeypatch):
    monkeypatch.setattr(blocks, "MAX_BLOCK_ROWS", 2)
    assert extremes(np.array([[3, 4], [5, 6], [9, 4], [4, -1], [5, 5]])) == (-1.0, 9.0)
