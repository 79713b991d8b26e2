import numpy as np
import pytest

from skfashion.engine import inference
from skfashion.engine.inference import in_batches
from skfashion.engine.rows import Rows

X = np.arange(20, dtype=np.float32).reshape(10, 2)


@pytest.fixture(autouse=True)
def batches_of_4(monkeypatch):
    monkeypatch.setattr(inference, "INFERENCE_ROWS", 4)


@pytest.mark.parametrize("n_rows", [1, 3, 4, 5, 8, 10])
def test_each_row_has_its_result_and_all_batches_have_one_size(n_rows):
    sizes = []

    def forward(batch):
        sizes.append(len(batch))
        return np.stack([2 * batch, -batch], axis=1)

    results = in_batches(forward, Rows(X[:n_rows]))
    np.testing.assert_array_equal(results, np.stack([2 * X, -X], axis=1)[:n_rows])
    assert sizes == [4] * -(-n_rows // 4)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_results_have_the_type_that_is_wanted(dtype):
    assert in_batches(lambda batch: batch[:, 0], Rows(X), dtype).dtype == dtype


def test_a_batch_is_started_before_the_result_of_the_one_before_is_fetched(monkeypatch):
    events = []

    def forward(batch):
        events.append(f"start {batch[0, 0]:g}")
        return batch

    def fetch(result):
        events.append(f"fetch {result[0, 0]:g}")
        return result

    monkeypatch.setattr(inference.keras.ops, "convert_to_numpy", fetch)
    in_batches(forward, Rows(X))
    assert events == ["start 0", "start 8", "fetch 0", "start 16", "fetch 8", "fetch 16"]


@pytest.mark.parametrize(
    ("values", "n_checks"),
    [([1, 2], 0), ([np.nan, 1], 1), ([np.inf, -np.inf], 1), ([3e38, 3e38], 1), ([3e38, -3e38], 0)],
)
def test_a_batch_with_a_sum_that_is_not_finite_is_checked(values, n_checks):
    checked, rows = [], X.copy()
    rows[5] = values  # in the second of three batches
    in_batches(lambda batch: batch, Rows(rows), check=lambda: checked.append(1))
    assert len(checked) == n_checks


def test_targets_that_are_not_finite_are_not_checked():
    checked, codes = [], np.full((10, 2), np.nan)
    in_batches(lambda batch: batch[0], Rows(X, targets=codes), check=lambda: checked.append(1))
    assert checked == []


def test_without_a_check_numbers_that_are_not_finite_go_through():
    np.testing.assert_array_equal(in_batches(lambda batch: batch, Rows(X * np.nan)), X * np.nan)
