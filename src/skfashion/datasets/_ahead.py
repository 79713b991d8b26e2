"""Several images decoded at a time, within a budget of memory."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from skfashion.datasets._decoding import BUDGET, Decoded, Header

MIN_LARGE = 2**16  # pixels; with threads, smaller images take longer, because they wait for each other after each image
MAX_AHEAD = 100  # open files


class _Waiting(NamedTuple):
    """An image that a thread decodes."""

    path: Path
    header: Header | Exception
    n_bytes: int
    future: Future


def decoded_in_order(
    paths: Iterable[Path],
    read_header: Callable[[Path], Header],
    decode: Callable[[Header], Decoded],
    budget: int = BUDGET,
) -> Iterator[tuple[Path, Decoded | Exception]]:
    """Yield each path with its image, or with the error of its decoder.

    Large images are decoded by threads, since Pillow decodes without the GIL: as many at a time as fit into the budget,
    together with those that wait for their turn. An image that is larger than the budget is decoded alone.
    """
    waiting, taken = deque[_Waiting](), 0
    with ThreadPoolExecutor() as pool:
        try:
            for path in paths:
                header = _result_or_error(read_header, path)
                n_bytes = 0 if isinstance(header, Exception) else header.n_bytes
                while waiting and (taken + n_bytes > budget or len(waiting) >= MAX_AHEAD):
                    yield waiting[0].path, waiting[0].future.result()
                    taken -= waiting.popleft().n_bytes
                if not waiting and _is_quick(header):
                    yield path, _decoded_or_error(decode, header)
                else:
                    future = pool.submit(_decoded_or_error, decode, header)
                    waiting.append(_Waiting(path, header, n_bytes, future))
                    taken += n_bytes
            while waiting:
                yield waiting[0].path, waiting[0].future.result()
                waiting.popleft()
        finally:
            for item in waiting:  # an error has ended the reading
                if item.future.cancel() and not isinstance(item.header, Exception):
                    item.header.close()


def _is_quick(header):
    return isinstance(header, Exception) or header.n_pixels < MIN_LARGE


def _decoded_or_error(decode, header):
    return header if isinstance(header, Exception) else _result_or_error(decode, header)


def _result_or_error(function, argument):
    try:
        return function(argument)
    except Exception as error:  # decoders raise many exceptions for damaged files
        return error
