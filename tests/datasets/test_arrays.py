import gzip
import struct
import zipfile

import numpy as np
import pytest

from skfashion.datasets import DatasetError, read_images

IMAGES = np.arange(2 * 9, dtype=np.uint8).reshape(2, 3, 3)


@pytest.mark.parametrize(
    ("arrays", "has_labels"),
    [
        ({"anything": IMAGES}, False),
        ({"data": IMAGES, "target": [1, 0]}, True),
        ({"X": IMAGES, "mean": np.zeros((3, 3)), "y": [1, 0]}, True),
        ({"Images": IMAGES, "Labels": [1, 0], "ids": [5, 6]}, True),
        ({"x_train": IMAGES, "y": [[1], [0]]}, True),
    ],
    ids=["alone", "scikit-learn", "X and y", "capitals", "Keras"],
)
def test_images_and_labels_are_found_in_an_npz_file(tmp_path, arrays, has_labels):
    np.savez(tmp_path / "images.npz", **arrays)
    images = read_images(tmp_path / "images.npz")
    np.testing.assert_array_equal(images.data, IMAGES.reshape(2, 9))
    assert (images.target.tolist() if has_labels else images.target) == ([1, 0] if has_labels else None)


@pytest.mark.parametrize(
    ("arrays", "problem"),
    [
        ({"x_train": IMAGES, "x_test": IMAGES}, r"holds several arrays of images \(x_train, x_test\)"),
        ({"target": np.arange(3)}, "holds no arrays of images"),
        ({"data": IMAGES, "y": [1, 0], "labels": [1, 0]}, r"holds several arrays of labels \(y, labels\)"),
        ({"data": IMAGES, "target": [1, 0, 1]}, r"holds labels 'target' of shape \(3,\) for 2 images"),
        ({"data": IMAGES, "y": np.eye(2)}, "holds labels 'y' of shape"),
        (
            {"data": np.array([[None, "a"]], dtype=object)},
            r"is not a readable .npz file of numbers \(it has another form, or holds Python objects",
        ),
    ],
)
def test_an_npz_file_that_leaves_open_what_is_meant_is_an_error(tmp_path, arrays, problem):
    np.savez(tmp_path / "images.npz", **arrays)
    with pytest.raises(DatasetError, match=problem):
        read_images(tmp_path / "images.npz")


@pytest.mark.parametrize("texts", [["a", "b", " "], [b"a", b"b", b""], ["a", "b", np.nan]])
def test_an_empty_text_and_a_nan_that_numpy_made_a_text_are_no_classes(tmp_path, texts):
    np.savez(tmp_path / "x.npz", data=np.zeros((3, 4, 4), np.uint8), target=texts)
    images = read_images(tmp_path / "x.npz")
    assert images.target_names == ["a", "b"]
    np.testing.assert_array_equal(images.target, [0, 1, np.nan])


def test_labels_of_numbers_that_are_no_characters_are_refused(tmp_path):
    labels = np.frombuffer(b"\xff" * 8, "<U1")
    np.savez(tmp_path / "images.npz", data=IMAGES, target=labels)
    with pytest.raises(DatasetError, match="holds labels 'target' that are no text; save them again with numpy"):
        read_images(tmp_path / "images.npz")


def test_labels_that_are_neither_numbers_nor_texts_are_refused(tmp_path):
    np.savez(tmp_path / "x.npz", data=np.zeros((3, 4, 4), np.uint8), target=np.full(3, 1j))
    with pytest.raises(DatasetError, match="holds labels 'target' of type complex128; save them as numbers or texts"):
        read_images(tmp_path / "x.npz")


def test_an_array_in_the_wrong_ending_is_an_error(tmp_path):
    with (tmp_path / "one.npz").open("wb") as file:
        np.save(file, IMAGES)
    with (tmp_path / "several.npy").open("wb") as file:
        np.savez(file, a=IMAGES)
    with pytest.raises(DatasetError, match=r"give it the ending .npy"):
        read_images(tmp_path / "one.npz")
    with pytest.raises(DatasetError, match=r"give it the ending .npz"):
        read_images(tmp_path / "several.npy")


def test_a_damaged_npz_file_is_an_error(tmp_path):
    np.savez_compressed(tmp_path / "images.npz", data=IMAGES)
    content = bytearray((tmp_path / "images.npz").read_bytes())
    content[60] ^= 0xFF  # within the compressed array
    (tmp_path / "images.npz").write_bytes(content)
    with pytest.raises(DatasetError, match=r"is not a readable .npz file"):
        read_images(tmp_path / "images.npz")


@pytest.mark.parametrize("name", ["train-images-idx3-ubyte.gz", "train-images.idx3-ubyte"])
def test_idx_images_take_the_labels_beside_them(tmp_path, name):
    write = gzip.open if name.endswith(".gz") else open
    with write(tmp_path / name, "wb") as file:
        file.write(b"\0\0\x08\x03" + struct.pack(">3I", 2, 3, 3) + IMAGES.tobytes())
    assert read_images(tmp_path / name).target is None
    with write(tmp_path / name.replace("images", "labels").replace("idx3", "idx1"), "wb") as file:
        file.write(b"\0\0\x08\x01" + struct.pack(">I", 2) + b"\x09\x04")
    images = read_images(tmp_path / name)
    assert images.target.tolist() == [9, 4]
    assert images.image_shape == (3, 3)


def test_idx_labels_of_another_number_are_an_error(tmp_path):
    (tmp_path / "images-idx3-ubyte").write_bytes(b"\0\0\x08\x03" + struct.pack(">3I", 2, 3, 3) + IMAGES.tobytes())
    (tmp_path / "labels-idx1-ubyte").write_bytes(b"\0\0\x08\x01" + struct.pack(">I", 1) + b"\x09")
    with pytest.raises(DatasetError, match=r"labels-idx1-ubyte has shape \(1,\) for 2 images; move it elsewhere"):
        read_images(tmp_path / "images-idx3-ubyte")


def test_a_damaged_idx_file_of_the_user_is_not_fetched_again(tmp_path):
    (tmp_path / "images-idx3-ubyte").write_bytes(b"\0\0\x08\x03")
    with pytest.raises(DatasetError, match="ends inside its header; unpack or download it again"):
        read_images(tmp_path / "images-idx3-ubyte")


def test_what_is_no_array_is_an_error(tmp_path):
    with zipfile.ZipFile(tmp_path / "images.npz", "w") as archive:
        archive.writestr("data.txt", "hello")
    with pytest.raises(DatasetError, match="holds something that is no array"):
        read_images(tmp_path / "images.npz")


@pytest.mark.parametrize(
    "shape", ["(10000000000000, 1)", "(1" + 30 * "0" + ", 1)", "(1, "], ids=["large", "huge", "cut"]
)
def test_a_header_that_promises_too_much_is_an_error(tmp_path, shape):
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    (tmp_path / "images.npy").write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header)
    with pytest.raises(DatasetError, match=r"is not a readable .npy file"):
        read_images(tmp_path / "images.npy")


def test_the_disks_fault_is_not_the_files(tmp_path, monkeypatch):
    np.save(tmp_path / "images.npy", IMAGES)

    def denied(self, *args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(tmp_path), "open", denied)
    with pytest.raises(DatasetError, match=r"cannot be read \(Permission denied\); allow it to be read"):
        read_images(tmp_path / "images.npy")


@pytest.mark.parametrize("value", [1e300, -1e39])
def test_values_beyond_single_precision_are_refused(tmp_path, value):
    np.save(tmp_path / "huge.npy", np.full((4, 2, 2), value))
    with pytest.raises(DatasetError, match=r"huge\.npy has values up to .*, beyond single precision; scale them"):
        read_images(tmp_path / "huge.npy")
