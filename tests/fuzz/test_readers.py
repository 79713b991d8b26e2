"""Files of images that are damaged or forged: the images, or an error that names the file."""

import gzip
import io
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from skfashion import read_images
from skfashion.datasets import DatasetError

GREY = np.random.default_rng(0).integers(256, size=(6, 12, 10), dtype=np.uint8)
COLOUR = np.random.default_rng(1).integers(256, size=(12, 10, 3), dtype=np.uint8)
LABELS = np.arange(6) % 3


def picture(image, kind, **options):
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, kind, **options)
    return buffer.getvalue()


def saved(write, *arrays, **named):
    buffer = io.BytesIO()
    write(buffer, *arrays, **named)
    return buffer.getvalue()


def idx(array):
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


PICTURES = {
    "a.png": picture(COLOUR, "png"),
    "grey.png": picture(GREY[0], "png"),
    "deep.png": picture(GREY[0].astype(np.uint16) * 256, "png"),
    "a.jpg": picture(COLOUR, "jpeg"),
    "a.gif": picture(GREY[0], "gif"),
    "a.bmp": picture(COLOUR, "bmp"),
    "a.tif": picture(COLOUR, "tiff"),
    "packed.tif": picture(COLOUR, "tiff", compression="tiff_lzw"),
    "a.webp": picture(COLOUR, "webp"),
    "a.pgm": picture(GREY[0], "ppm"),
    "a.tga": picture(COLOUR, "tga"),
    "a.ico": picture(COLOUR, "ico"),
    "a.jp2": picture(COLOUR, "jpeg2000"),
}
ARRAYS = {
    "a.npy": saved(np.save, GREY),
    "flat.npy": saved(np.save, GREY.reshape(6, -1).astype(float)),
    "a.npz": saved(np.savez, data=GREY, target=LABELS),
    "packed.npz": saved(np.savez_compressed, data=GREY, target=LABELS),
    "a-images-idx3-ubyte": idx(GREY),
    "a-images-idx3-ubyte.gz": gzip.compress(idx(GREY), mtime=0),
}

PIECES = st.one_of(
    st.binary(min_size=1, max_size=8),
    st.sampled_from([b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x00\x00\x00\x00", b"\x80\x00\x00\x00", b"999999999"]),
)
CHANGES = st.lists(
    st.tuples(st.sampled_from(["replace", "insert", "delete", "cut", "repeat"]), st.integers(0, 2**16), PIECES),
    min_size=1,
    max_size=5,
)


def changed(content, changes):
    """Return a file with changes at places, which are counted round the file."""
    for change, place, piece in changes:
        place %= len(content) + 1
        before, after = content[:place], content[place:]
        content = {
            "replace": before + piece + after[len(piece) :],
            "insert": before + piece + after,
            "delete": before + after[len(piece) :],
            "cut": before,
            "repeat": before + after + after,
        }[change]
    return content


@pytest.fixture(scope="module")
def read(workspace, says_why):
    def read(name, content, **options):
        folder = workspace / "images"
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.write_bytes(content)
        try:
            data = says_why(lambda: read_images(path, **options), DatasetError)
        finally:
            path.unlink()
        if data is not None:
            assert data.data.shape[0] > 0
            assert data.data.dtype.kind == "u" or np.isfinite(data.data).all()
            assert data.target is None or len(data.target) == len(data.data)

    return read


@given(name=st.sampled_from(sorted(PICTURES)), changes=CHANGES, color=st.sampled_from([True, False, "auto"]))
def test_damaged_pictures(name, changes, color, workspace, says_why):
    folder = workspace / "pictures"
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(changed(PICTURES[name], changes))
    try:
        data = says_why(lambda: read_images(folder, color=color, image_size="auto"), DatasetError)
    finally:
        path.unlink()
    assert data is None or len(data.data) == 1


@given(name=st.sampled_from(sorted(ARRAYS)), changes=CHANGES)
def test_damaged_arrays(name, changes, read):
    read(name, changed(ARRAYS[name], changes))


CELLS = st.one_of(
    st.integers(-1, 300).map(str),
    st.floats(allow_nan=True, width=32).map(str),
    st.sampled_from(["", " ", "nan", "label", "a.png", '"', "1,5", "1e999", "0x10", "=1+1", "\ufeff1", "NA"]),
    st.text(max_size=4),
)
TABLES = st.builds(
    lambda rows, separator, end: end.join(separator.join(row) for row in rows),
    st.lists(st.lists(CELLS, min_size=1, max_size=6), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n", "\n\n"]),
)


@given(table=TABLES, packed=st.booleans(), column=st.sampled_from(["auto", None, "label", 0, -1]))
def test_tables_of_any_cells(table, packed, column, read):
    content = table.encode("utf-8", "surrogatepass")
    read(
        "a.csv.gz" if packed else "a.csv",
        gzip.compress(content, mtime=0) if packed else content,
        label_column=column,
    )


@given(changes=CHANGES)
def test_damaged_tables(changes, read):
    lines = [",".join(["label", *(f"pixel{i}" for i in range(9))])]
    lines += [",".join(map(str, [i % 3, *range(i, i + 9)])) for i in range(6)]
    read("a.csv", changed("\n".join(lines).encode(), changes))
