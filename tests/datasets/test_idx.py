import gzip
import os
import struct

import numpy as np
import pytest

from skfashion.datasets import DatasetError
from skfashion.datasets._idx import read_idx

ARRAY = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
CONTENT = struct.pack(">BBBB3I", 0, 0, 8, 3, *ARRAY.shape) + ARRAY.tobytes()


@pytest.mark.parametrize("name", ["images", "images.gz"])
def test_what_was_written_is_read(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(gzip.compress(CONTENT) if path.suffix else CONTENT)
    np.testing.assert_array_equal(read_idx(path), ARRAY)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "starts with nothing"),
        (b"\x89PNG" + CONTENT, "is not an IDX file"),
        (b"\0\0\x0d" + CONTENT[3:], "is not an IDX file of bytes"),  # floats
        (CONTENT[:10], "ends inside its header"),
        (CONTENT[:-1], "has 23 bytes of data, but its header promises 24"),
        (CONTENT + b"!", "has more bytes of data"),
        (b"\0\0\x08\x46" + 70 * struct.pack(">I", 1) + b"x", "has a header of 70 sizes that no array has"),
        (b"\0\0\x08\x04" + 3 * b"\xff\xff\xff\xff" + 4 * b"\0", "has a header of 4 sizes that no array has"),
    ],
    ids=["empty", "magic", "dtype", "header", "truncated", "longer", "many sizes", "large sizes"],
)
def test_a_damaged_file_is_named_with_the_way_out(tmp_path, content, problem):
    path = tmp_path / "images"
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=rf"{path} .*{problem}.*; delete it and fetch it again"):
        read_idx(path)


@pytest.mark.parametrize("damage", [lambda c: c[:-9], lambda c: b"no gzip", lambda c: c[:15] + b"\0\0\0\0" + c[19:]])
def test_a_damaged_gzip_file_is_named(tmp_path, damage):
    path = tmp_path / "images.gz"
    path.write_bytes(damage(gzip.compress(CONTENT, mtime=0)))
    with pytest.raises(DatasetError, match=f"{path} cannot be read"):
        read_idx(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DatasetError, match="nowhere cannot be read"):
        read_idx(tmp_path / "nowhere")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_is_refused_before_it_is_read(tmp_path):
    os.mkfifo(tmp_path / "labels-idx1-ubyte")
    with pytest.raises(DatasetError, match=r"labels-idx1-ubyte cannot be read \(.*Not a regular file"):
        read_idx(tmp_path / "labels-idx1-ubyte")
