import gzip
import hashlib
import http.server
import os
import struct
import threading

import numpy as np
import pytest

from skfashion.datasets import DatasetError, _fashion_mnist, fetch_fashion_mnist, load_fashion_mnist_sample

PARTS = {"train": 6, "t10k": 4}


def _idx(array):
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def _images(part):
    rng = np.random.default_rng(PARTS[part])
    return rng.integers(256, size=(PARTS[part], 28, 28), dtype=np.uint8), np.arange(PARTS[part], dtype=np.uint8)


def _write(folder, part, suffix=".gz"):
    folder.mkdir(parents=True, exist_ok=True)
    for kind, array in zip(("images-idx3", "labels-idx1"), _images(part), strict=True):
        content = _idx(array)
        (folder / f"{part}-{kind}-ubyte{suffix}").write_bytes(gzip.compress(content) if suffix else content)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A folder with both parts; nothing else is to be found, and nothing to be downloaded."""
    monkeypatch.setattr(_fashion_mnist, "DEBIAN_FOLDER", tmp_path / "debian")
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "cache"))
    monkeypatch.delenv("SKFASHION_DATA", raising=False)
    monkeypatch.setattr(_fashion_mnist, "_URL", "http://127.0.0.1:9/")
    for part in PARTS:
        _write(tmp_path / "home", part)
    return tmp_path / "home"


def test_subsets_are_the_rows_of_the_files_in_order(home):
    train, test = (_images(part) for part in PARTS)
    for subset, expected in {"train": [train], "test": [test], "all": [train, test]}.items():
        bunch = fetch_fashion_mnist(subset=subset, data_home=home)
        np.testing.assert_array_equal(bunch.data, np.concatenate([X.reshape(len(X), 784) for X, _ in expected]))
        np.testing.assert_array_equal(bunch.target, np.concatenate([y for _, y in expected]))
        assert bunch.data.dtype == bunch.target.dtype == np.uint8
    assert bunch.target_names[9] == "Ankle boot"
    assert bunch.feature_names[783] == "pixel784"
    assert bunch.frame is None


def test_as_frame_and_return_X_y(home):
    X, y = fetch_fashion_mnist(data_home=home, return_X_y=True, as_frame=True)
    assert list(X.columns[:2]) == ["pixel1", "pixel2"]
    assert y.name == "target"
    assert fetch_fashion_mnist(data_home=home, as_frame=True).frame.shape == (6, 785)


def test_the_order_of_places(home, tmp_path, monkeypatch):
    def fetched():
        return len(fetch_fashion_mnist(download_if_missing=False).data)

    with pytest.raises(DatasetError, match=r"has no Fashion-MNIST; install Debian's package"):
        fetched()
    _write(tmp_path / "cache" / "fashion-mnist", "train")
    assert fetched() == 6
    monkeypatch.setitem(PARTS, "train", 3)
    _write(tmp_path / "debian", "train")
    assert fetched() == 3
    monkeypatch.setenv("SKFASHION_DATA", str(tmp_path / "empty"))
    assert fetched() == 3
    monkeypatch.setenv("SKFASHION_DATA", str(home))
    assert fetched() == 6
    monkeypatch.setitem(PARTS, "train", 2)
    _write(tmp_path / "named", "train", suffix="")
    assert len(fetch_fashion_mnist(data_home=tmp_path / "named").data) == 2


def test_the_two_forms_are_never_mixed(home, tmp_path):
    """They are different splits of the same images."""
    (home / "t10k-images-idx3-ubyte.gz").unlink()
    X, y = _images("t10k")
    for name in ("train", "test"):
        table = np.column_stack([y, X.reshape(4, 784)])
        np.savetxt(home / f"fashion-mnist_{name}.csv", table, "%d", ",", header="label,...", comments="")
    assert len(fetch_fashion_mnist(data_home=home).data) == 6
    assert len(fetch_fashion_mnist(subset="all", data_home=home).data) == 8


def test_scikit_learns_folder_is_not_made_where_debian_has_the_files(home, tmp_path):
    _write(tmp_path / "debian", "train")
    fetch_fashion_mnist()
    assert not (tmp_path / "cache").exists()


def test_an_error_names_the_folder_that_was_named(home, tmp_path):
    with pytest.raises(DatasetError, match=f"{tmp_path / 'empty'} has no Fashion-MNIST"):
        fetch_fashion_mnist(data_home=tmp_path / "empty", download_if_missing=False)


def test_the_csv_form(tmp_path):
    X, y = _images("train")
    table = np.column_stack([y, X.reshape(6, 784)])
    header = ",".join(["label", *(f"pixel{i}" for i in range(1, 785))])
    np.savetxt(tmp_path / "fashion-mnist_train.csv", table, "%d", ",", header=header, comments="")
    data, target = fetch_fashion_mnist(data_home=tmp_path, return_X_y=True)
    np.testing.assert_array_equal(data, X.reshape(6, 784))
    np.testing.assert_array_equal(target, y)
    assert data.dtype == target.dtype == np.uint8


@pytest.mark.parametrize(
    ("content", "problem"),
    [("a,b\n1,2\n", "has 2 columns"), ("a,b\n1,x\n", "cannot be read"), ("a\n1,300\n", "cannot be")],
)
def test_a_damaged_csv_file_is_named(tmp_path, content, problem):
    (tmp_path / "fashion-mnist_test.csv").write_text(content)
    with pytest.raises(DatasetError, match=f"fashion-mnist_test.csv {problem}"):
        fetch_fashion_mnist(subset="test", data_home=tmp_path)


def test_files_that_do_not_belong_together_are_named(home, monkeypatch):
    labels = home / "train-labels-idx1-ubyte.gz"
    labels.write_bytes(gzip.compress(_idx(np.zeros(5, np.uint8))))
    with pytest.raises(DatasetError, match=r"labels.* has shape \(5,\) but .* has 6 images"):
        fetch_fashion_mnist(data_home=home)
    labels.write_bytes(gzip.compress(_idx(np.full(6, 10, np.uint8))))
    with pytest.raises(DatasetError, match="has the label 10"):
        fetch_fashion_mnist(data_home=home)
    (home / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(_idx(np.zeros((6, 9, 9), np.uint8))))
    with pytest.raises(DatasetError, match=r"has shape \(6, 9, 9\)"):
        fetch_fashion_mnist(data_home=home)


def test_an_unknown_subset_is_refused():
    with pytest.raises(ValueError, match="subset='validation' must be 'train', 'test' or 'all'"):
        fetch_fashion_mnist(subset="validation")


class _Server(http.server.BaseHTTPRequestHandler):
    files: dict

    def do_GET(self):
        content = self.files.get(self.path.strip("/"))
        self.send_response(200 if content else 404)
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *args):
        """Keep quiet."""


@pytest.fixture
def server(home, monkeypatch):
    """A server of the training files on the loopback address, where the fetcher looks for them."""
    files = {path.name: path.read_bytes() for path in home.iterdir()}
    handler = type("Handler", (_Server,), {"files": files})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr(_fashion_mnist, "_URL", f"http://127.0.0.1:{server.server_port}/")
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        monkeypatch.setattr(_fashion_mnist, "_SHA256", hashes)
        monkeypatch.setattr(_fashion_mnist, "MAX_RETRIES", 0)
        yield files
        server.shutdown()


def test_what_is_missing_is_downloaded_once(server, tmp_path):
    assert fetch_fashion_mnist(data_home=tmp_path / "new").data.shape == (6, 784)
    server.clear()
    assert fetch_fashion_mnist(data_home=tmp_path / "new").data.shape == (6, 784)


@pytest.mark.parametrize(("content", "reason"), [(b"other", "another SHA-256"), (b"", "HTTPError")])
def test_a_failed_download_leaves_nothing_and_says_what_to_do(server, tmp_path, content, reason):
    server["train-labels-idx1-ubyte.gz"] = content
    with pytest.raises(OSError, match=rf"labels-idx1-ubyte.gz .* downloaded to .* \(.*{reason}.*dataset-fashion-mnist"):
        fetch_fashion_mnist(data_home=tmp_path / "new")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["train-images-idx3-ubyte.gz"]


def test_the_sample_is_500_real_images_of_each_class():
    bunch = load_fashion_mnist_sample()
    assert bunch.data.shape == (5000, 784)
    assert bunch.data.dtype == np.uint8
    assert np.bincount(bunch.target).tolist() == [500] * 10
    assert load_fashion_mnist_sample(as_frame=True).frame.shape == (5000, 785)


@pytest.mark.skipif(not _fashion_mnist.DEBIAN_FOLDER.exists(), reason="needs Debian's package dataset-fashion-mnist")
def test_the_real_files_have_the_known_statistics():
    X, y = fetch_fashion_mnist(data_home=_fashion_mnist.DEBIAN_FOLDER, return_X_y=True)
    assert X.shape == (60_000, 784)
    assert np.bincount(y).tolist() == [6000] * 10
    assert round(X.mean() / 255, 4) == 0.2860
    assert round(X.std() / 255, 4) == 0.3530
    assert fetch_fashion_mnist(subset="all", data_home=_fashion_mnist.DEBIAN_FOLDER).data.shape == (70_000, 784)
    sample, classes = load_fashion_mnist_sample(return_X_y=True)
    for c in range(10):
        np.testing.assert_array_equal(sample[classes == c], X[y == c][:500])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_in_the_place_of_a_csv_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(DatasetError, match="Not a regular file"):
        _fashion_mnist._read_csv(tmp_path / "pipe.csv")
