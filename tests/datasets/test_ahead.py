import threading

import pytest

from skfashion.datasets import _ahead
from skfashion.datasets._ahead import MIN_LARGE, decoded_in_order


class _Header:
    """An image of as many bytes as its path says."""

    def __init__(self, n_bytes, n_pixels=MIN_LARGE):
        self.n_bytes, self.n_pixels, self.is_closed = n_bytes, n_pixels, False

    def close(self):
        self.is_closed = True


def _n_ahead(sizes, budget):
    """The number of images that are begun before the first one is taken."""
    begun = []
    results = decoded_in_order(sizes, lambda size: begun.append(size) or _Header(size), lambda header: header, budget)
    next(results)
    n_ahead = len(begun)
    assert [path for path, _ in results] == sizes[1:]
    return n_ahead


def test_images_ahead_fit_into_the_budget():
    assert _n_ahead([30] * 10, budget=100) == 4  # the fourth has only its header read
    assert _n_ahead([60] * 10, budget=100) == 2
    assert _n_ahead([500, 1, 1], budget=100) == 2  # an image above it is alone


def test_files_ahead_are_bounded(monkeypatch):
    monkeypatch.setattr(_ahead, "MAX_AHEAD", 3)
    assert _n_ahead([0] * 10, budget=100) == 4


def test_small_images_are_decoded_one_by_one_without_threads():
    threads = []
    results = decoded_in_order(
        [1, 2, 3], lambda size: _Header(size, 1), lambda header: threads.append(threading.current_thread())
    )
    next(results)
    assert threads == [threading.main_thread()]


def test_errors_keep_their_place():
    def read_header(size):
        if size == 2:
            raise OSError("broken")
        return _Header(size)

    results = dict(decoded_in_order([1, 2, 3], read_header, lambda header: 10 // (header.n_bytes - 3)))
    assert results[1] == -5
    assert isinstance(results[2], OSError)
    assert isinstance(results[3], ZeroDivisionError)


def test_files_are_closed_if_the_reading_ends_early():
    headers, stop = [], threading.Event()

    def decode(header):
        if header is headers[0]:
            return None
        stop.wait(5)
        header.close()

    def read_header(size):
        headers.append(_Header(size))
        return headers[-1]

    results = decoded_in_order(range(90), read_header, decode)
    next(results)
    stop.set()
    results.close()
    assert all(header.is_closed for header in headers[1:])


@pytest.mark.parametrize("large", [0, 1], ids=["large second", "large first"])
def test_small_and_large_images_are_in_order(large):
    sizes = list(range(20))
    results = decoded_in_order(sizes, lambda size: _Header(size, MIN_LARGE * (size % 2 == large)), lambda h: h.n_bytes)
    assert list(results) == [(size, size) for size in sizes]
