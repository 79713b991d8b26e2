import gzip
import hashlib
import io
import json
import tracemalloc
import zipfile
import zlib

import numpy as np
import pytest

from skfashion._utils.unpacking import (
    FREE_BYTES,
    UnpackingError,
    check_npy,
    check_unpacked,
    check_zip,
    limit_of,
    open_gzip,
    read_exactly,
    unpack_zlib,
)
from skfashion.datasets import DatasetError, read_images
from skfashion.engine.backend import choose_backend
from skfashion.features import PretrainedFeatures
from skfashion.persistence import ModelFileError, load
from skfashion.persistence._archive import FORMAT, FORMAT_VERSION, MANIFEST

MAX_MEMORY = 3 * FREE_BYTES  # bytes that a refusal may take


@pytest.fixture(scope="module")
def bomb(tmp_path_factory):
    """Half a megabyte that unpacks to half a gigabyte."""
    path = tmp_path_factory.mktemp("bomb") / "bomb.csv.gz"
    with gzip.open(path, "wb", compresslevel=9) as file:
        for _ in range(32):
            file.write(bytes(2**24))
    return path


@pytest.fixture
def memory():
    """A function that returns the most memory since the start of the test."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()


def _npy(shape, content=b""):
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": "<f4", "fortran_order": False, "shape": shape})
    return buffer.getvalue() + content


def test_small_files_may_unpack_to_much_and_large_ones_to_a_hundred_times_their_size():
    assert limit_of(10) == FREE_BYTES
    assert limit_of(10**9) == 10**11
    check_unpacked(10**11, 10**9)
    with pytest.raises(UnpackingError, match="more than 100,000,000,000 bytes, the limit for 1,000,000,000 packed"):
        check_unpacked(10**11 + 1, 10**9)


def test_a_bomb_is_refused_while_it_is_read(bomb, memory):
    with open_gzip(bomb) as file, pytest.raises(UnpackingError, match="it unpacks to more than"):
        while file.read(2**20):
            pass
    assert memory() < MAX_MEMORY


def test_a_text_that_is_a_bomb_is_refused(bomb, memory):
    with pytest.raises(DatasetError, match="it unpacks to more than"):
        read_images(bomb)
    assert memory() < MAX_MEMORY


def test_an_idx_file_is_refused_by_its_header(bomb, tmp_path, memory):
    header = b"\0\0\x08\x03" + (10**6).to_bytes(4) + (28).to_bytes(4) * 2
    (tmp_path / "images-idx3-ubyte.gz").write_bytes(gzip.compress(header) + bomb.read_bytes())
    with pytest.raises(DatasetError, match="it unpacks to more than"):
        read_images(tmp_path / "images-idx3-ubyte.gz")
    (tmp_path / "images-idx3-ubyte").write_bytes(header + bytes(100))
    with pytest.raises(DatasetError, match="has 100 bytes of data, but its header promises 784000000"):
        read_images(tmp_path / "images-idx3-ubyte")
    assert memory() < MAX_MEMORY


def test_an_idx_file_that_goes_on_after_its_images_is_refused_at_once(bomb, tmp_path, memory):
    header = b"\0\0\x08\x03" + (2).to_bytes(4) + (28).to_bytes(4) * 2
    (tmp_path / "images-idx3-ubyte.gz").write_bytes(gzip.compress(header) + bomb.read_bytes())
    with pytest.raises(DatasetError, match="has more bytes of data, but its header promises 1568"):
        read_images(tmp_path / "images-idx3-ubyte.gz")
    assert memory() < MAX_MEMORY


def test_an_array_is_refused_by_its_header(tmp_path, memory):
    (tmp_path / "images.npy").write_bytes(_npy((10**9, 784), bytes(100)))
    with pytest.raises(DatasetError, match=r"its header promises 3,136,000,000,\d+ bytes, an array"):
        read_images(tmp_path / "images.npy")
    assert memory() < MAX_MEMORY


@pytest.mark.parametrize("kind", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_of_arrays_is_refused_by_their_headers(tmp_path, memory, kind):
    with zipfile.ZipFile(tmp_path / "images.npz", "w", kind) as archive:
        archive.writestr("data.npy", _npy((10**9, 784), bytes(100)))
    with pytest.raises(DatasetError, match="its header promises"):
        read_images(tmp_path / "images.npz")
    assert memory() < MAX_MEMORY


def test_an_archive_that_is_a_bomb_is_refused_by_its_directory(tmp_path, memory):
    archive = zipfile.ZipFile(tmp_path / "images.npz", "w", zipfile.ZIP_DEFLATED)
    with archive, archive.open("data.npy", "w") as part:
        part.write(_npy((2**28 // 4, 1)))
        for _ in range(16):
            part.write(bytes(2**24))
    with pytest.raises(DatasetError, match=r"data.npy: it unpacks to more than"):
        read_images(tmp_path / "images.npz")
    assert memory() < MAX_MEMORY


def test_a_false_size_in_the_directory_of_an_archive_is_refused(tmp_path, memory):
    path = tmp_path / "images.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.npy", _npy((2**24, 4), bytes(2**28)))
    content = path.read_bytes()
    path.write_bytes(content.replace((2**28 + 128).to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    tracemalloc.reset_peak()
    with pytest.raises(DatasetError, match=r"is not a readable \.npz file of numbers"):
        read_images(path)
    assert memory() < MAX_MEMORY


def test_a_part_of_a_model_is_refused_by_its_header(tmp_path):
    array = _npy((10**9, 784), bytes(100))
    manifest = {"format": FORMAT, "format_version": FORMAT_VERSION, "versions": {}, "metadata": {}, "layouts": []}
    manifest["sha256"] = {"array.npy": hashlib.sha256(array).hexdigest()}
    with zipfile.ZipFile(tmp_path / "model.skfashion", "w") as archive:
        archive.writestr("array.npy", array)
        archive.writestr(MANIFEST, json.dumps(manifest))
    with pytest.raises(ModelFileError, match="its header promises"):
        load(tmp_path / "model.skfashion")


def test_the_weights_of_a_keras_file_are_refused_by_their_headers(tmp_path, memory):
    h5py = pytest.importorskip("h5py")
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as weights:
        weights.create_dataset("layers/dense/vars/0", (10**6, 10**6), "float32", chunks=(1000, 1000))
    with zipfile.ZipFile(tmp_path / "network.keras", "w") as archive:
        archive.writestr("model.weights.h5", buffer.getvalue())
    with pytest.raises(ValueError, match=r"network\.keras cannot be used: it unpacks to more than"):
        PretrainedFeatures(tmp_path / "network.keras").fit(np.zeros((2, 784), np.uint8))
    assert memory() < MAX_MEMORY


LARGE = {
    "dense": ("Dense", {"units": 10**16}, (4,)),
    "embedding": ("Embedding", {"input_dim": 10**15, "output_dim": 10}, (4,)),
    "convolution": ("Conv2D", {"filters": 10**15, "kernel_size": 3}, (4, 4, 1)),
    "recurrent": ("LSTM", {"units": 10**8}, (4, 4)),
}


@pytest.mark.skipif(choose_backend() == "tensorflow", reason="its shapes are not known before its arrays")
@pytest.mark.parametrize("name", LARGE)
def test_layers_with_more_weights_than_a_keras_file_has_are_refused(name, tmp_path, memory):
    layer, options, shape = LARGE[name]
    layers = [("InputLayer", {"batch_shape": (None, *shape), "name": "input"}), (layer, options | {"name": "large"})]
    network = {"name": "network", "layers": [_of_keras(*one) for one in layers]}
    _keras_file(tmp_path / "network.keras", _of_keras("Sequential", network), lambda weights: None)
    with pytest.raises(ValueError, match=r"network\.keras cannot be used: its layers have [\d,]+ weights, and"):
        PretrainedFeatures(tmp_path / "network.keras").fit(np.zeros((2, 16), np.uint8))
    assert memory() < MAX_MEMORY


@pytest.mark.parametrize("link", ["external", "soft"])
def test_a_keras_file_with_weights_elsewhere_is_refused(link, tmp_path):
    h5py = pytest.importorskip("h5py")
    made = h5py.ExternalLink("other.h5", "/") if link == "external" else h5py.SoftLink("/")
    _keras_file(tmp_path / "network.keras", {}, lambda weights: weights.__setitem__("layers", made))
    with pytest.raises(ValueError, match=r"network\.keras cannot be used: its group / has links"):
        PretrainedFeatures(tmp_path / "network.keras").fit(np.zeros((2, 16), np.uint8))


def test_a_keras_file_with_an_array_of_another_file_is_refused(tmp_path):
    (tmp_path / "secret").write_bytes(bytes(16))

    def write(weights):
        weights.create_dataset("stolen", (4,), "float32", external=[(str(tmp_path / "secret"), 0, 16)])

    _keras_file(tmp_path / "network.keras", {}, write)
    with pytest.raises(ValueError, match="its array stolen is kept in another file"):
        PretrainedFeatures(tmp_path / "network.keras").fit(np.zeros((2, 16), np.uint8))


def _of_keras(name, config):
    module = "keras" if name == "Sequential" else "keras.layers"
    return {"module": module, "class_name": name, "config": config, "registered_name": None}


def _keras_file(path, config, write_weights):
    h5py = pytest.importorskip("h5py")
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as weights:
        write_weights(weights)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.0.0", "date_saved": "1970-01-01"}))
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("model.weights.h5", buffer.getvalue())


def test_packed_numbers_are_unpacked_up_to_the_limit(memory):
    assert unpack_zlib(zlib.compress(bytes(1000))) == bytes(1000)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(2**24)) for _ in range(16)) + packer.flush()
    tracemalloc.reset_peak()
    with pytest.raises(UnpackingError, match="it unpacks to more than"):
        unpack_zlib(packed)
    assert memory() < MAX_MEMORY


def test_honest_files_are_read():
    check_npy(io.BytesIO(_npy((25,), bytes(100))), len(_npy((25,))) + 100)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("part", bytes(10**6))
        check_zip(archive)
    assert read_exactly(io.BytesIO(b"abc"), 2) == b"ab"
    assert read_exactly(io.BytesIO(b"abc"), 10**12) == b"abc"


@pytest.mark.parametrize("length", [0, 1, -1])
def test_a_stream_that_is_cut_short_is_refused(length):
    with pytest.raises(UnpackingError, match="it is cut short"):
        unpack_zlib(zlib.compress(bytes(range(256)))[:length])
