"""More images than are fitted at once."""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline

import skfashion
from skfashion._utils import blocks
from skfashion.cli import _sample, _tables, main
from skfashion.features import ImageFeatures
from skfashion.plugins import Plugin, builtin

PAGE = Path(__file__).parents[2] / "docs" / "many_images.md"
N, N_SAMPLED = 300, 120
QUICK = ["--reducer", "pca", "--clusterer", "kmeans", "--n-clusters", "3"]


@pytest.fixture
def X(sample):
    return sample[0][:N]


@pytest.fixture
def npy(tmp_path, X):
    """300 real images in a file, of which the last is the first again."""
    X = X.copy()
    X[-1] = X[0]
    np.save(tmp_path / "images.npy", X.reshape(N, 28, 28))
    return str(tmp_path / "images.npy")


@pytest.fixture
def few(monkeypatch):
    """Let 120 images be many."""
    monkeypatch.setattr(_sample, "MAX_ROWS", 200)
    monkeypatch.setattr(_sample, "SAMPLE_ROWS", N_SAMPLED)
    monkeypatch.setattr(blocks, "MAX_BLOCK_ROWS", 50)


def _table(path):
    with path.open() as file:
        return list(csv.DictReader(file))


def _metrics(out):
    return json.loads((out / "metrics.json").read_text())


@pytest.mark.usefixtures("few")
def test_of_many_images_some_are_fitted_and_all_are_labelled(npy, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["cluster", npy, *QUICK, "--out", str(out)]) == 0
    said = "The clusters come from 120 images; the others were assigned by predict."
    assert said in capsys.readouterr().out
    assert said in (out / "index.html").read_text()
    rows, metrics = _table(out / "labels.csv"), _metrics(out)
    assert [int(row["row"]) for row in rows] == list(range(N))
    model = skfashion.load(out / "model.skfashion")
    assert len(model[-1].labels_) == N_SAMPLED
    np.testing.assert_array_equal([int(row["cluster"]) for row in rows], model.predict(np.load(npy).reshape(N, -1)))
    assert all(row["distance"] and row["margin"] for row in rows)
    assert len(_table(out / "odd.csv")) == N
    assert metrics["n_samples"] == sum(metrics["cluster_sizes"].values()) == N
    assert metrics["n_sampled"] == N_SAMPLED
    assert "300 images in 3 clusters" in (out / "index.html").read_text()


@pytest.mark.usefixtures("few")
def test_the_seed_draws_the_images_that_are_fitted(npy, tmp_path):
    labels = []
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        assert main(["cluster", npy, *QUICK, "--seed", seed, "--out", str(tmp_path / name)]) == 0
        labels.append((tmp_path / name / "labels.csv").read_text())
    assert labels[0] == labels[1] != labels[2]


@pytest.mark.usefixtures("few")
def test_the_default_labels_many_images_with_confidence(npy, tmp_path):
    assert main(["cluster", npy, "--n-clusters", "3", "--out", str(tmp_path / "out")]) == 0
    assert all(0 <= float(row["confidence"]) <= 1 for row in _table(tmp_path / "out" / "labels.csv"))
    assert 0 < _metrics(tmp_path / "out")["mean_confidence"] <= 1


def test_duplicates_in_a_sample_have_their_rows_among_all_images(npy, tmp_path, few, monkeypatch):
    rows = np.r_[0, 150 : 149 + N_SAMPLED, N - 1]
    monkeypatch.setattr(_sample, "draw_rows", lambda *args: rows)
    assert main(["cluster", npy, *QUICK, "--out", str(tmp_path / "out")]) == 0
    assert [int(row["row"]) for row in _table(tmp_path / "out" / "duplicates.csv")][:2] == [0, N - 1]
    assert "row 299" in (tmp_path / "out" / "index.html").read_text()


@pytest.mark.usefixtures("few")
def test_without_a_folder_the_others_are_not_labelled(npy, capsys):
    assert main(["cluster", npy, *QUICK]) == 0
    assert "The clusters come from 120 images; --out DIR labels the others, too." in capsys.readouterr().err


@pytest.mark.usefixtures("few")
def test_a_clusterer_that_cannot_predict_is_refused_with_those_that_can(npy, capsys):
    assert main(["cluster", npy, "--clusterer", "agglomerative"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "agglomerative takes at most 200 images here, not 300; choose a clusterer that can be" in line
    names = line.rpartition(": ")[2].split(", ")
    assert {"graph-partition", "kmeans", "gmm"} <= set(names)
    assert not {"agglomerative", "hdbscan"} & set(names)


def test_a_reducer_of_few_images_is_fitted_to_as_many(npy, tmp_path, monkeypatch):
    monkeypatch.setattr(builtin, "pca", Plugin(lambda: PCA(5), max_samples=80))
    assert main(["cluster", npy, *QUICK, "--out", str(tmp_path / "out")]) == 0
    assert _metrics(tmp_path / "out")["n_sampled"] == 80


@pytest.mark.usefixtures("few")
def test_many_new_images_are_labelled_in_blocks(npy, tmp_path, capsys, X):
    assert main(["cluster", npy, *QUICK, "--out", str(tmp_path / "out")]) == 0
    new = np.concatenate([X[: N - 40], np.random.default_rng(0).integers(256, size=(40, 784), dtype=np.uint8)])
    np.save(tmp_path / "new.npy", new.reshape(N, 28, 28))
    model = tmp_path / "out" / "model.skfashion"
    capsys.readouterr()
    assert main(["predict", str(model), str(tmp_path / "new.npy"), "--out", str(tmp_path / "new")]) == 0
    shown = capsys.readouterr().out
    assert "Scores, pictures and duplicates are those of 120 images, drawn at random, of all 300." in shown
    rows = _table(tmp_path / "new" / "labels.csv")
    np.testing.assert_array_equal([int(row["cluster"]) for row in rows], skfashion.load(model).predict(new))
    assert all(row["unlike"] == "yes" for row in rows[-40:])
    n_unlike = sum(row["unlike"] == "yes" for row in rows)
    assert _metrics(tmp_path / "new")["unlike"]["images"] == n_unlike
    assert f"{n_unlike} of 300 images" in shown


def test_tables_in_parts_are_the_same(npy, tmp_path, monkeypatch):
    for name in ("at_once", "in_parts"):
        assert main(["cluster", npy, *QUICK, "--out", str(tmp_path / name)]) == 0
        monkeypatch.setattr(_tables, "ROWS_AT_ONCE", 7)
    for table in ("labels.csv", "odd.csv"):
        assert (tmp_path / "at_once" / table).read_text() == (tmp_path / "in_parts" / table).read_text()


@pytest.mark.parametrize("reducer", ["hog", "image-features"])
def test_reducers_that_divide_bytes_get_bytes(npy, tmp_path, reducer):
    arguments = ["--reducer", reducer, "--clusterer", "kmeans", "--n-clusters", "3", "--out", str(tmp_path / "out")]
    assert main(["cluster", npy, *arguments]) == 0
    assert list(skfashion.load(tmp_path / "out" / "model.skfashion").named_steps) == ["reducer", "clusterer"]
    assert _metrics(tmp_path / "out")["scale"] == "bytes"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the peak of memory is read from /proc")
def test_a_file_of_bytes_is_clustered_without_a_copy(tmp_path, programs, X):
    images = np.lib.format.open_memmap(tmp_path / "large.npy", "w+", np.uint8, (63_000, 56, 56))  # 200 MB
    for start in range(0, len(images), N):
        images[start : start + N] = X.reshape(N, 28, 28).repeat(2, axis=1).repeat(2, axis=2)
    images.flush()
    run = [sys.executable, programs / "cluster_many_rows.py", tmp_path / "large.npy", tmp_path / "out"]
    peak = int(subprocess.run(run, capture_output=True, text=True, check=True).stdout.split()[-1])
    assert peak < 400  # MB; floats alone would be 800


def test_blocks_on_dask_have_the_features_and_the_clusters_of_the_model(tmp_path, monkeypatch, sample):
    pytest.importorskip("dask.array")
    distributed = pytest.importorskip("distributed")
    X = sample[0][:250]
    model = make_pipeline(ImageFeatures(8), KMeans(3, random_state=0)).fit(X)
    (tmp_path / "clusters").mkdir()
    skfashion.save(model, tmp_path / "clusters" / "model.skfashion")
    np.save(tmp_path / "images.npy", X.reshape(-1, 28, 28))
    monkeypatch.chdir(tmp_path)
    options = {"processes": False, "n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    local = distributed.LocalCluster
    monkeypatch.setattr(distributed, "LocalCluster", lambda: local(**options))
    recipe = next(code for code in re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL) if "dask" in code)
    recipe = recipe.replace("rows=10_000", "rows=100") + "        codes = features.compute()\n"
    names = {"__name__": "__main__"}
    exec(compile(recipe, str(PAGE), "exec"), names)
    assert names["images"].chunks == ((100, 100, 50), (784,))
    np.testing.assert_array_equal(names["labels"], model.predict(X))
    np.testing.assert_allclose(names["codes"], model[:-1].transform(X), atol=1e-5)


def test_an_unknown_clusterer_is_one_line_with_a_known_reducer(npy, capsys):
    assert main(["cluster", npy, "--reducer", "pca", "--clusterer", "kmean"]) == 2
    assert "did you mean 'kmeans'?" in capsys.readouterr().err
