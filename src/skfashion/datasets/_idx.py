"""The IDX format of the MNIST family: a header of sizes, then bytes.

http://yann.lecun.com/exdb/mnist, section "File formats".
"""

import gzip
import struct
import zlib
from math import prod
from pathlib import Path

import numpy as np

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
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(path, f"cannot be read ({error})", way_out) from error
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] != _UNSIGNED_BYTE or not content[3]:
        start = content[:4].hex(" ") or "nothing"
        raise DatasetError(path, f"is not an IDX file of bytes: it starts with {start}", way_out)
    n_dimensions = content[3]
    header = 4 + 4 * n_dimensions
    if len(content) < header:
        raise DatasetError(path, "ends inside its header", way_out)
    shape = struct.unpack(f">{n_dimensions}I", content[4:header])
    if len(content) != header + prod(shape):
        found = len(content) - header
        raise DatasetError(path, f"has {found} bytes of data, but its header promises {prod(shape)}", way_out)
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)
