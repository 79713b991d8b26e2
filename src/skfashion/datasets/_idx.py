"""The IDX format of the MNIST family: a header of sizes, then bytes.

http://yann.lecun.com/exdb/mnist, section "File formats".
"""

import struct
import zlib
from math import prod
from pathlib import Path

import numpy as np

from skfashion._utils.special_files import check_regular
from skfashion._utils.unpacking import UnpackingError, check_unpacked, open_gzip, read_exactly
from skfashion.datasets._errors import DatasetError

_UNSIGNED_BYTE = 8


def read_idx(path: Path, way_out: str = "delete it and fetch it again") -> np.ndarray:
    """Read an IDX file of unsigned bytes, gzipped if its name ends in .gz, with its own shape.

    `way_out` is the end of an error message.

    Raises
    ------
    DatasetError
        If the file cannot be read, is cut short, or is not IDX.
    """
    try:
        check_regular(path)
        with open_gzip(path) if path.suffix == ".gz" else path.open("rb") as file:
            return _read(path, file, way_out)
    except (OSError, EOFError, zlib.error, UnpackingError) as error:
        raise DatasetError(path, f"cannot be read ({error})", way_out) from error


def _read(path, file, way_out):
    """Read the header, then as many bytes as it promises, in pieces."""
    start = file.read(4)
    if len(start) < 4 or start[:2] != b"\0\0" or start[2] != _UNSIGNED_BYTE or not start[3]:
        raise DatasetError(path, f"is not an IDX file of bytes: it starts with {start.hex(' ') or 'nothing'}", way_out)
    sizes = file.read(4 * start[3])
    if len(sizes) < 4 * start[3]:
        raise DatasetError(path, "ends inside its header", way_out)
    shape = struct.unpack(f">{start[3]}I", sizes)
    if path.suffix == ".gz":
        check_unpacked(prod(shape), path.stat().st_size)
    content = read_exactly(file, prod(shape))
    found = len(content) + len(file.read(1))
    if found != prod(shape):
        held = "more" if found > prod(shape) else f"{found}"
        raise DatasetError(path, f"has {held} bytes of data, but its header promises {prod(shape)}", way_out)
    try:
        return np.frombuffer(content, np.uint8).reshape(shape)
    except ValueError as error:  # too many sizes, or too large ones next to a 0
        raise DatasetError(path, f"has a header of {len(shape)} sizes that no array has", way_out) from error
