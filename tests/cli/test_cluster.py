import csv
import json
import math
import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import FunctionTransformer

import skfashion
from skfashion.cli import _defaults, _input, main
from skfashion.cli._defaults import MIN_IMAGES, choose_names
from skfashion.datasets import load_fashion_mnist_sample
from skfashion.metrics import hungarian_accuracy_score
from skfashion.plugins import Plugin, builtin
from skfashion.report import _clustering

QUICK = ["--reducer", "pca", "--clusterer", "kmeans", "--n-clusters", "10"]


def _negative(X):
    return -X


@pytest.fixture
def npy(tmp_path, sample):
    """60 real images in a file, as an image library would save them."""
    np.save(tmp_path / "images.npy", sample[0][:60].reshape(60, 28, 28))
    return str(tmp_path / "images.npy")


@pytest.fixture
def folder(tmp_path, sample):
    """30 real images as files, one of them in another size."""
    folder = tmp_path / "folder"
    folder.mkdir()
    for i, image in enumerate(sample[0][:30].reshape(30, 28, 28)):
        Image.fromarray(image).save(folder / f"{i}.png")
    Image.open(folder / "29.png").resize((56, 56)).save(folder / "large.png")
    return folder


@pytest.mark.figures
def test_the_sample_is_clustered_scored_and_written(tmp_path, capsys, sample):
    assert main(["cluster", "--sample", *QUICK, "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr().out
    for name in ("silhouette", "hungarian_accuracy", "purity", "adjusted_rand", "normalized_mutual_info"):
        assert name in shown
    with (tmp_path / "out" / "labels.csv").open() as file:
        rows = list(csv.DictReader(file))
    clusters = np.array([int(row["cluster"]) for row in rows])
    assert [row["label"] for row in rows] == np.take(load_fashion_mnist_sample().target_names, sample[1]).tolist()
    metrics = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert metrics["versions"]["skfashion"] == skfashion.__version__
    assert metrics["scores"]["hungarian_accuracy"] == hungarian_accuracy_score(sample[1], clusters) > 0.4
    assert sum(metrics["cluster_sizes"].values()) == metrics["n_samples"] == 5000


@pytest.mark.parametrize("command", [["cluster"], ["search", "--trials", "1"]], ids=lambda command: command[0])
def test_a_report_is_scored_once(npy, tmp_path, monkeypatch, command):
    scored = []
    score = _clustering.clustering_scores
    monkeypatch.setattr(_clustering, "clustering_scores", lambda *data: scored.append(data) or score(*data))
    assert main([*command, npy, *QUICK, "--n-clusters", "3", "--out", str(tmp_path / "out")]) == 0
    assert len(scored) == 1


def test_a_file_without_labels_has_label_free_scores_only(npy, tmp_path, capsys):
    assert main(["cluster", npy, *QUICK, "--n-clusters", "3", "--out", str(tmp_path / "out")]) == 0
    scores = json.loads((tmp_path / "out" / "metrics.json").read_text())["scores"]
    assert list(scores) == ["silhouette", "calinski_harabasz", "neg_davies_bouldin"]
    assert (tmp_path / "out" / "labels.csv").read_text().startswith("row,cluster,distance,margin\n0,")
    assert "uses labels" not in capsys.readouterr().out


def test_images_without_a_label_are_counted_and_have_an_empty_cell(tmp_path, capsys, sample):
    X, labels = sample[0][:60], np.where(np.arange(60) % 4, "shoe", "")
    lines = [",".join([label, *map(str, row)]) for label, row in zip(labels, X.tolist(), strict=True)]
    header = ",".join(["label", *(f"p{i}" for i in range(784))])
    (tmp_path / "images.csv").write_text("\n".join([header, *lines]))
    assert (
        main(["cluster", str(tmp_path / "images.csv"), *QUICK, "--n-clusters", "3", "--out", str(tmp_path / "o")]) == 0
    )
    assert "15 images have no label and will not count in scores that use labels." in capsys.readouterr().err
    assert [line["label"] for line in _table(tmp_path / "o" / "labels.csv")] == labels.tolist()
    assert json.loads((tmp_path / "o" / "metrics.json").read_text())["scores"]["purity"] == 1


def _table(path):
    with path.open() as file:
        return list(csv.DictReader(file))


def test_copies_and_odd_images_are_named_and_change_no_cluster(folder, tmp_path, capsys, sample):
    arguments = ["--n-clusters", "2", "--image-size", "28", *QUICK, "--out"]
    assert main(["cluster", str(folder), *arguments, str(tmp_path / "out")]) == 0
    assert "1 image is a copy of another, in 1 group: duplicates.csv\n" in capsys.readouterr().out
    (first, copy) = _table(tmp_path / "out" / "duplicates.csv")
    assert list(first) == ["group", "row", "file", "distance"]
    assert (first["file"], copy["file"]) == ("29.png", "large.png")
    assert float(first["distance"]) == 0 <= float(copy["distance"]) <= 0.08
    odd, labels = _table(tmp_path / "out" / "odd.csv"), _table(tmp_path / "out" / "labels.csv")
    assert list(odd[0]) == ["row", "file", "score"]
    assert [float(line["score"]) for line in odd] == sorted((float(line["score"]) for line in odd), reverse=True)
    assert {line["file"] for line in odd} == {line["file"] for line in labels}
    assert list(labels[0]) == ["row", "file", "cluster", "distance", "margin"]
    metrics = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert (metrics["duplicates"]["copies"], metrics["duplicates"]["groups"]) == (1, 1)
    page = (tmp_path / "out" / "index.html").read_text()
    assert page.count("large.png") >= 2
    assert "<h2>Odd images</h2>" in page


def test_noise_is_in_no_cluster_and_has_no_distance(npy, tmp_path, plugins):
    plugins("clusterer", "half", _Half)
    arguments = ["--reducer", "pca", "--clusterer", "half", "--n-clusters", "2", "--out", str(tmp_path / "out")]
    assert main(["cluster", npy, *arguments]) == 0
    lines = _table(tmp_path / "out" / "labels.csv")
    assert {line["cluster"]: (line["distance"] == "", line["margin"] == "") for line in lines} == {
        "-1": (True, True),
        "0": (False, True),
    }


class _Half(KMeans):
    """A clusterer that takes half of the images for noise."""

    def fit_predict(self, X, y=None, sample_weight=None):
        return np.where(super().fit_predict(X) == 0, -1, 0)


def test_convolutions_are_told_the_shape_of_the_images(tmp_path):
    coloured = np.random.default_rng(0).integers(256, size=(20, 12, 9, 3), dtype=np.uint8)
    np.save(tmp_path / "coloured.npy", coloured)
    arguments = ["--reducer", "conv-ae", "--clusterer", "kmeans", "--n-clusters", "2", "--color"]
    assert main(["cluster", str(tmp_path / "coloured.npy"), *arguments, "--out", str(tmp_path / "out")]) == 0
    model = skfashion.load(tmp_path / "out" / "model.skfashion")
    assert tuple(model.named_steps["reducer"].image_shape) == (12, 9, 3)


def test_histograms_of_gradients_are_told_the_shape_of_the_images(tmp_path, capsys):
    images = np.random.default_rng(0).integers(256, size=(20, 12, 9, 3), dtype=np.uint8)
    np.save(tmp_path / "images.npy", images)
    arguments = ["--reducer", "hog", "--clusterer", "kmeans", "--n-clusters", "2", "--color"]
    assert main(["cluster", str(tmp_path / "images.npy"), *arguments, "--out", str(tmp_path / "out")]) == 0
    model = skfashion.load(tmp_path / "out" / "model.skfashion")
    assert model["reducer"]["hog"].image_shape_ == (12, 9, 3)
    assert model["reducer"]["pca"].n_components_ == 20
    np.save(tmp_path / "rows.npy", np.random.default_rng(0).random((20, 70)))
    assert main(["cluster", str(tmp_path / "rows.npy"), *arguments[:-1]]) == 2
    assert "rows of 70 values and this reducer needs images: give their height" in capsys.readouterr().err


def test_convolutions_of_rows_that_are_no_images_are_one_line_and_exit_2(tmp_path, capsys):
    np.save(tmp_path / "rows.npy", np.random.default_rng(0).random((20, 70)))
    arguments = ["--reducer", "conv-vae", "--n-clusters", "2"]
    assert main(["cluster", str(tmp_path / "rows.npy"), *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "rows of 70 values and this reducer needs images: give their height and width with --image-size" in line
    assert main(["cluster", str(tmp_path / "rows.npy"), *arguments, "--image-size", "7x10"]) == 0


@pytest.mark.figures
@pytest.mark.parametrize("clusterer", ["gmm", "agglomerative"])
def test_the_autoencoder_with_clusterers_with_and_without_predict(npy, tmp_path, clusterer):
    arguments = ["cluster", npy, "--clusterer", clusterer, "--n-clusters", "2", "--out"]
    for name in ("first", "second"):
        assert main([*arguments, str(tmp_path / name)]) == 0
    first, second = ((tmp_path / name / "labels.csv").read_bytes() for name in ("first", "second"))
    assert first == second  # the seed is 0 unless said


def test_without_data_and_network_the_sample_is_used_and_said_so(monkeypatch, capsys):
    def offline(**kwargs):
        raise OSError("no network")

    monkeypatch.setattr(_input, "fetch_fashion_mnist", offline)
    assert main(["cluster", *QUICK, "--n-clusters", "10"]) == 0
    captured = capsys.readouterr()
    assert captured.err == "Using the bundled sample of 5,000 images: no network\n"
    assert "5,000 images" in captured.out


def test_an_output_folder_of_ours_is_replaced_and_another_is_left_alone(npy, tmp_path, capsys):
    out = tmp_path / "out"
    arguments = ["cluster", npy, *QUICK, "--n-clusters", "2", "--out", str(out)]
    assert main(arguments) == main(arguments) == 0
    (out / "notes.txt").touch()
    assert main(arguments) == 2
    assert "out holds notes.txt, which skfashion did not write" in capsys.readouterr().err
    (out / "skfashion.json").unlink()
    assert main(arguments) == 2
    assert "out exists and was not made by skfashion" in capsys.readouterr().err
    assert (out / "labels.csv").exists()


def test_an_error_leaves_no_folder(npy, tmp_path, monkeypatch):
    from skfashion.cli import _cluster

    def broken(*arguments, **settings):
        raise RuntimeError

    monkeypatch.setattr(_cluster, "write_report", broken)
    assert main(["cluster", npy, *QUICK, "--n-clusters", "2", "--out", str(tmp_path / "out")]) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["images.npy"]


def _saved(array):
    return lambda path: np.save(path, array, allow_pickle=True)


@pytest.mark.parametrize(
    ("name", "write", "problem"),
    [
        ("images.npy", lambda path: None, "does not exist"),
        ("images.npy", lambda path: path.write_bytes(b"\x93NUMPY"), "is not a readable .npy file"),
        ("images.npy", lambda path: path.write_text("hello"), "is not a readable .npy file"),
        ("images.npy", _saved(np.array([[1, "a"]], dtype=object)), "is not a readable .npy file"),
        ("images.npy", _saved(np.array([["a", "b"]])), "holds <U1 of shape (1, 2)"),
        ("images.npy", _saved(np.zeros(5)), "holds float64 of shape (5,)"),
        ("images.npy", _saved(np.zeros((0, 5))), "shape (0, 5)"),
        ("images.npy", _saved(np.array([[1.0, np.nan]])), "contains NaN"),
        ("images.npz", lambda path: path.write_bytes(b"PK\x03\x04 no zip"), "is not a readable .npz file"),
        ("images.csv", lambda path: path.write_text("1,2,3\n4,5\n"), "columns changed from 3 to 2 in row 2"),
        ("images.csv", lambda path: path.write_text("1,nan\n2,3\n"), "contains NaN"),
        ("images-idx3-ubyte", lambda path: path.write_text("hello"), "is not an IDX file"),
        ("folder", lambda path: path.mkdir(), "holds no image files"),
        ("images.txt", lambda path: path.write_text("hello"), "has an unknown form"),
    ],
    ids=lambda value: None if callable(value) else value.split(" (")[0],
)
def test_bad_input_is_one_line_and_exit_2(tmp_path, capsys, name, write, problem):
    path = tmp_path / name
    write(path)
    assert main(["cluster", str(path), "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"skfashion cluster: error: {path} ")
    assert problem in error
    assert len(error.splitlines()) == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("broken", "arguments", "problem"),
    [
        (b"", [], "broken.png is not a readable image (its format is unknown)"),
        (None, [], "broken.png is not a readable image (image file is truncated"),
    ],
    ids=["empty", "truncated"],
)
def test_a_folder_that_is_not_of_one_kind_is_one_line_and_exit_2(folder, capsys, broken, arguments, problem):
    (folder / "broken.png").write_bytes((folder / "0.png").read_bytes()[:200] if broken is None else broken)
    assert main(["cluster", str(folder), *QUICK, *arguments, "--n-clusters", "2", "--out", str(folder / "out")]) == 2
    error = capsys.readouterr().err
    assert problem in error
    assert len(error.splitlines()) == 1
    assert not (folder / "out").exists()


def test_files_of_several_sizes_with_colours_are_read_in_one_size_and_in_colour(folder, tmp_path):
    for i in range(5):
        Image.new("RGB", (30 + i, 40), (200, 40 * i, 10)).save(folder / f"red{i}.png")
    arguments = ["cluster", str(folder), *QUICK, "--n-clusters", "2", "--out", str(tmp_path / "out")]
    assert main(arguments) == 0
    assert json.loads((tmp_path / "out" / "metrics.json").read_text())["n_features"] == 64 * 64 * 3


def test_colours_can_be_left_out(folder, tmp_path):
    Image.new("RGB", (28, 28), (200, 40, 10)).save(folder / "red.png")
    arguments = ["cluster", str(folder), *QUICK, "--n-clusters", "2", "--no-color", "--out", str(tmp_path / "out")]
    assert main(arguments) == 0
    assert json.loads((tmp_path / "out" / "metrics.json").read_text())["n_features"] == 64 * 64


def test_a_folder_goes_through_whole(folder, tmp_path, capsys):
    (folder / "broken,.png").write_bytes(b"")
    arguments = ["cluster", str(folder), *QUICK, "--n-clusters", "2", "--image-size", "28", "--skip-unreadable"]
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 0
    with (tmp_path / "out" / "labels.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["file"] for row in rows] == sorted(path.name for path in folder.iterdir() if "broken" not in path.name)
    metrics = json.loads((tmp_path / "out" / "metrics.json").read_text())
    said = "1 image file was unreadable and left out: broken,.png (its format is unknown)."
    assert said in metrics["warnings"]
    assert said in capsys.readouterr().err
    page = (tmp_path / "out" / "index.html").read_text()
    assert said in page
    assert "--skip-unreadable --out" in page  # how to run it again


def test_what_was_not_read_of_a_folder_is_said(folder, tmp_path, capsys):
    for name in ("a.txt", "b.txt", "c.json"):
        (folder / name).touch()
    Image.open(folder / "0.png").save(folder / "0.gif", save_all=True, append_images=[Image.open(folder / "1.png")])
    arguments = [*QUICK, "--image-size", "28", "--n-clusters", "3", "--out", str(tmp_path / "out")]
    assert main(["cluster", str(folder), *arguments]) == 0
    passed_over = "3 files are no images and were passed over: 2 .txt, 1 .json."
    frames = "1 file has several frames, and only the first was read: 0.gif."
    assert json.loads((tmp_path / "out" / "metrics.json").read_text())["warnings"] == [passed_over, frames]
    assert passed_over in (tmp_path / "out" / "index.html").read_text()
    assert passed_over in capsys.readouterr().err


def test_a_file_of_too_many_pixels_is_one_line_that_names_the_option(folder, capsys):
    arguments = ["cluster", str(folder), *QUICK, "--image-size", "28", "--n-clusters", "3", "--max-pixels", "1000"]
    assert main(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "large.png" in line
    assert "56x56 = 3,136 pixels, more than the limit of 1,000" in line
    assert "--max-pixels" in line
    assert main([*arguments, "--skip-unreadable"]) == 0
    assert "1 image file was unreadable and left out: large.png (it has 56x56" in capsys.readouterr().err


def test_class_folders_and_colours(folder, tmp_path):
    for i, path in enumerate(sorted(folder.iterdir())):
        (folder / "ab"[i % 2]).mkdir(exist_ok=True)
        path.rename(folder / "ab"[i % 2] / path.name)
    arguments = ["cluster", str(folder), *QUICK, "--n-clusters", "2", "--image-size", "20x16", "--color"]
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 0
    metrics = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert metrics["n_features"] == 20 * 16 * 3
    assert "hungarian_accuracy" in metrics["scores"]
    assert (tmp_path / "out" / "labels.csv").read_text().splitlines()[1].endswith(",a")


def test_zeros_and_ones_are_not_taken_as_dark_bytes(tmp_path):
    np.save(tmp_path / "masks.npy", np.random.default_rng(0).integers(2, size=(40, 36), dtype=np.uint8))
    arguments = ["cluster", str(tmp_path / "masks.npy"), *QUICK, "--n-clusters", "2", "--out", str(tmp_path / "out")]
    assert main(arguments) == 0
    assert json.loads((tmp_path / "out" / "metrics.json").read_text())["scale"] == "minmax"


def test_a_full_disk_is_one_line_and_exit_2(npy, tmp_path, programs):
    arguments = ["cluster", npy, *QUICK, "--n-clusters", "2", "--out", str(tmp_path / "a" / "out")]
    program = [sys.executable, programs / "fill_disk.py"]
    run = subprocess.run([*program, *arguments], capture_output=True, text=True)
    assert run.returncode == 2
    assert (
        run.stderr.splitlines()[-1] == f"skfashion cluster: error: {tmp_path}/a/out cannot be written: File too large"
    )
    assert "Traceback" not in run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["images.npy"]


@pytest.mark.parametrize(("number", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_leaves_nothing_behind(npy, tmp_path, programs, number, code):
    """A real signal, in the middle of the work."""
    arguments = ["cluster", npy, *QUICK, "--n-clusters", "2", "--out", str(tmp_path / "a" / "out")]
    program = [sys.executable, programs / "end_while_writing.py", number]
    run = subprocess.run([*program, *arguments], capture_output=True, text=True)
    assert run.returncode == code
    assert number != "SIGINT" or run.stderr.splitlines()[-1] == "skfashion: interrupted"
    assert "Traceback" not in run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["images.npy"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--n-clusters", "61"], "--n-clusters 61 must be at most the 60 images"),
        (["--clusterer", "kmean"], "did you mean 'kmeans'"),
        (["--reducer", "nothing-like-it"], "There is no reducer named 'nothing-like-it'; choose one of"),
        (["--sample"], "--sample is a part of Fashion-MNIST"),
        (["--image-size", "30"], "images of 28x28, not images of 30x30; resize them"),
        (["--out", "/proc/nowhere/out"], "/proc/nowhere/out cannot be written: No such file or directory"),
        (["--out", "/dev/null/out"], "/dev/null/out cannot be written: "),
        (["--set", "reducer__size=3"], "--set reducer__size: this cannot be set; choose from: reducer__"),
        (["--set", "scaler__copy=1"], "--set scaler__copy: this cannot be set; the steps are scale, reducer and"),
        (["--clusterer", "gmm", "--set", "clusterer__n_components=4"], "this cannot be set; use --n-clusters"),
        (["--reducer", "hog", "--set", "reducer__pca=5"], "--set reducer__pca: this cannot be set; choose from"),
        (
            ["--reducer", "dense-ae", "--set", "reducer__max_iter=few"],
            "The 'max_iter' parameter of DenseAE must be an int",
        ),
    ],
)
def test_bad_arguments_are_one_line_and_exit_2(npy, capsys, arguments, problem):
    assert main(["cluster", npy, *arguments]) == 2
    error = capsys.readouterr().err
    assert problem in error
    assert len(error.splitlines()) == 1


def test_parameters_of_steps_can_be_set(npy, tmp_path):
    params = ["--set", "reducer__n_components=7", "--set", "reducer__svd_solver=full", "--set", "clusterer__n_init=3"]
    assert main(["cluster", npy, *QUICK, *params, "--n-clusters", "3", "--out", str(tmp_path / "out")]) == 0
    model = skfashion.load(tmp_path / "out" / "model.skfashion")
    assert (model["reducer"].n_components, model["reducer"].svd_solver, model["clusterer"].n_init) == (7, "full", 3)
    metrics = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert metrics["parameters"] == {
        "reducer__n_components": 7,
        "reducer__svd_solver": "full",
        "clusterer__n_init": 3,
    }


@pytest.mark.parametrize("setting", ["reducer__max_iter", "max_iter=200"])
def test_a_setting_that_names_no_step_or_value_is_refused(npy, capsys, setting):
    with pytest.raises(SystemExit, match="2"):
        main(["cluster", npy, "--set", setting])
    assert f"{setting!r} must be STEP__NAME=VALUE, such as reducer__max_iter=200" in capsys.readouterr().err


def test_a_training_cut_short_is_said_once_with_the_way_out(npy, tmp_path):
    arguments = ["--reducer", "dense-ae", "--set", "reducer__max_iter=2", "--clusterer", "kmeans", "--n-clusters", "3"]
    assert main(["cluster", npy, *arguments, "--out", str(tmp_path / "out")]) == 0
    said = json.loads((tmp_path / "out" / "metrics.json").read_text())["warnings"]
    (sentence,) = [sentence for sentence in said if "settled" in sentence]
    assert sentence.startswith("The training of DenseAE ended after max_iter=2 epochs")
    assert "--set reducer__max_iter=4 trains the reducer for longer." in said


def test_a_clusterer_of_images_that_was_cut_short_says_the_way_out(npy, tmp_path):
    settings = ("clusterer__max_iter=1", "clusterer__tol=0", "clusterer__autoencoder__max_iter=2")
    arguments = ["--clusterer", "dec", "--n-clusters", "3", "--out", str(tmp_path / "out")]
    assert main(["cluster", npy, *arguments, *(word for setting in settings for word in ("--set", setting))]) == 0
    said = json.loads((tmp_path / "out" / "metrics.json").read_text())["warnings"]
    assert "The training of DEC ended after max_iter=1 epochs, before its clusters had settled" in " ".join(said)
    assert "--set clusterer__max_iter=2 trains the clusterer for longer." in said


def test_a_clusterer_that_cannot_take_so_many_images_says_so(tmp_path, capsys):
    np.save(tmp_path / "many.npy", np.zeros((20_001, 2), np.uint8))
    assert main(["cluster", str(tmp_path / "many.npy"), "--clusterer", "agglomerative"]) == 2
    assert "agglomerative takes at most 20,000 images here, not 20,001" in capsys.readouterr().err


def test_one_cluster_has_no_label_free_score(npy, capsys):
    assert main(["cluster", npy, *QUICK, "--n-clusters", "1"]) == 0
    assert (
        "No silhouette, calinski_harabasz, neg_davies_bouldin: there is 1 cluster of 60 rows" in capsys.readouterr().err
    )


def test_as_many_images_as_components_are_reduced_by_umap(tmp_path, capsys, sample):
    pytest.importorskip("umap")
    np.save(tmp_path / "images.npy", sample[0][:11])
    names = ["--reducer", "umap", "--clusterer", "kmeans", "--n-clusters", "3"]
    assert main(["cluster", str(tmp_path / "images.npy"), *names]) == 0
    assert "11 images, umap + kmeans, 3 clusters" in capsys.readouterr().out


def test_noise_alone_is_said(npy, capsys):
    names = ["--reducer", "pca", "--clusterer", "hdbscan", "--set", "clusterer__min_cluster_size=50"]
    assert main(["cluster", npy, *names]) == 0
    said = capsys.readouterr()
    assert "0 clusters" in said.out
    assert "100% of the images are noise, which is no cluster." in said.err
    assert "No silhouette, calinski_harabasz, neg_davies_bouldin: All rows are noise." in said.err


def test_clusters_that_vanish_are_said(tmp_path, capsys, sample):
    np.save(tmp_path / "images.npy", np.repeat(sample[0][:3], 20, axis=0))
    unchanged = ["--reducer", "identity"]  # equal images may differ by rounding after PCA
    assert main(["cluster", str(tmp_path / "images.npy"), *QUICK, *unchanged, "--n-clusters", "5"]) == 0
    assert "2 of 5 clusters are empty; fewer clusters may describe these images." in capsys.readouterr().err


def test_images_that_a_step_cannot_take_are_one_line_and_exit_2(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(builtin, "pca", Plugin(lambda: PCA(n_components=0.5, svd_solver="randomized")))
    np.save(tmp_path / "images.npy", np.random.default_rng(0).integers(256, size=(50, 9), dtype=np.uint8))
    assert main(["cluster", str(tmp_path / "images.npy"), *QUICK]) == 2
    error = capsys.readouterr().err
    assert "pca and kmeans cannot take these images: n_components=0.5 must be" in error
    assert len(error.splitlines()) == 1


def test_few_images_or_values_take_fewer_components(tmp_path, capsys):
    np.save(tmp_path / "narrow.npy", np.random.default_rng(0).integers(256, size=(50, 3), dtype=np.uint8))
    assert main(["cluster", str(tmp_path / "narrow.npy"), *QUICK, "--n-clusters", "2"]) == 0
    assert "The reducer takes 3 components instead of 24" in capsys.readouterr().err


def test_names_are_shown_as_they_are(npy, tmp_path, capsys):
    folder = tmp_path / "cats[bold]"
    folder.mkdir()
    (folder / "im[red].npy").write_bytes((tmp_path / "images.npy").read_bytes())
    assert (
        main(["cluster", str(folder / "im[red].npy"), *QUICK, "--n-clusters", "2", "--out", str(folder / "o[i]")]) == 0
    )
    shown = "".join(capsys.readouterr().out.split())
    assert "cats[bold]/im[red].npy:" in shown
    assert shown.endswith("cats[bold]/o[i]")


def test_a_class_that_nobody_vouches_for_is_clustered_but_not_saved(npy, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(builtin, "pca", Plugin(lambda: FunctionTransformer(_negative)))
    assert main(["cluster", npy, *QUICK, "--n-clusters", "2", "--out", str(tmp_path / "out")]) == 0
    captured = capsys.readouterr()
    assert "No model.skfashion, so no `skfashion label` and no `skfashion predict`: This Pipeline holds" in captured.err
    assert captured.out.endswith(f"index.html, labels.csv, metrics.json and odd.csv are in {tmp_path / 'out'}\n")
    assert "skfashion predict" not in (tmp_path / "out" / "index.html").read_text()


def test_of_a_clusterer_that_cannot_predict_no_prediction_is_promised(npy, tmp_path):
    arguments = [
        "--reducer",
        "pca",
        "--clusterer",
        "agglomerative",
        "--n-clusters",
        "2",
        "--out",
        str(tmp_path / "out"),
    ]
    assert main(["cluster", npy, *arguments]) == 0
    page = (tmp_path / "out" / "index.html").read_text()
    assert "skfashion predict" not in page
    assert "skfashion.load(" in page


def test_warnings_are_for_users_and_of_both_steps(npy, tmp_path, monkeypatch):
    def transform(X):
        if len(X) == 60:  # the fit, not the pictures
            warnings.warn("jax.something is deprecated", DeprecationWarning, stacklevel=1)
            warnings.warn("The reducer did not converge.", ConvergenceWarning, stacklevel=1)
        return X[:, 300:310]

    monkeypatch.setattr(builtin, "pca", Plugin(lambda: FunctionTransformer(transform)))
    monkeypatch.setattr(builtin, "gmm", Plugin(lambda: GaussianMixture(max_iter=1, tol=1e-9)))
    arguments = ["--reducer", "pca", "--clusterer", "gmm", "--n-clusters", "3", "--out", str(tmp_path / "out")]
    assert main(["cluster", npy, *arguments]) == 0
    said = json.loads((tmp_path / "out" / "metrics.json").read_text())["warnings"]
    assert said[0] == "The reducer did not converge."
    assert sum("GaussianMixture did not converge" in sentence for sentence in said) == 1
    assert not any("deprecated" in sentence for sentence in said)


def test_a_file_name_that_is_not_utf_8_is_shown_as_far_as_it_can_be(folder, tmp_path):
    (folder / os.fsdecode(b"\xfebroken.png")).touch()
    arguments = ["cluster", str(folder), *QUICK, "--n-clusters", "2", "--image-size", "28", "--skip-unreadable"]
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 0
    assert "?broken.png" in (tmp_path / "out" / "index.html").read_text()


def test_results_are_kept_before_they_are_shown(npy, tmp_path):
    """As `skfashion cluster ... | true` has it: nobody reads what is printed."""
    reader, writer = os.pipe()
    os.close(reader)
    arguments = [*QUICK, "--n-clusters", "2", "--out", str(tmp_path / "out")]
    run = subprocess.run([sys.executable, "-m", "skfashion", "cluster", npy, *arguments], stdout=writer, stderr=-1)
    os.close(writer)
    assert (tmp_path / "out" / "index.html").exists()
    assert b"Traceback" not in run.stderr


def test_the_users_choice_of_a_window_system_has_no_part(npy, tmp_path):
    arguments = [*QUICK, "--n-clusters", "2", "--out", str(tmp_path / "out")]
    environment = os.environ | {"MPLBACKEND": "bogus"}
    subprocess.run([sys.executable, "-m", "skfashion", "cluster", npy, *arguments], env=environment, check=True)


def test_a_link_to_a_folder_stays_one(npy, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert main(["cluster", npy, *QUICK, "--n-clusters", "2", "--out", str(tmp_path / "link")]) == 0
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "index.html").exists()


def test_a_clusterer_of_images_takes_identity_in_place_of_the_default(npy, tmp_path, capsys, plugins):
    plugins("clusterer", "of-images", Plugin(lambda: KMeans(n_init=2), takes="images"))
    arguments = ["cluster", npy, "--clusterer", "of-images", "--n-clusters", "3"]
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 0
    assert "identity + of-images" in capsys.readouterr().out
    assert json.loads((tmp_path / "out" / "metrics.json").read_text())["reducer"] == "identity"
    assert main([*arguments, "--reducer", "pca"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "The clusterer 'of-images' takes the images themselves; its reducer must be 'identity', not 'pca'" in line


@pytest.fixture
def many(tmp_path, sample):
    """300 real images in a file."""
    np.save(tmp_path / "many.npy", sample[0][:300].reshape(300, 28, 28))
    return str(tmp_path / "many.npy")


def _settings(folder):
    metrics = json.loads((folder / "metrics.json").read_text())
    return metrics["reducer"], metrics["clusterer"], metrics["scale"]


@pytest.mark.figures
def test_the_default_is_a_vote_on_a_graph_with_its_confidence(many, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["cluster", many, "--n-clusters", "3", "--out", str(out)]) == 0
    shown = capsys.readouterr().out
    assert "300 images, image-features + graph-partition, 3 clusters" in shown
    metrics = json.loads((out / "metrics.json").read_text())
    sentence = f"The clusters of 16 runs agree on {metrics['agreement']:.1%} of the images, as a mean of all pairs."
    assert sentence in shown
    assert sentence in (out / "index.html").read_text()
    assert "Least sure images of each cluster" in (out / "index.html").read_text()
    clusterer = skfashion.load(out / "model.skfashion")[-1]
    with (out / "labels.csv").open() as file:
        rows = list(csv.DictReader(file))
    confidence = np.array([float(row["confidence"]) for row in rows])
    np.testing.assert_allclose(confidence, clusterer.confidence_, atol=1e-4)
    assert metrics["mean_confidence"] == pytest.approx(clusterer.confidence_.mean())
    assert metrics["n_runs"] == 16


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        (["--clusterer", "graph-partition"], ("image-features", "graph-partition")),
        (["--clusterer", "kmeans"], ("image-features", "kmeans")),
        (["--reducer", "pca"], ("pca", "graph-partition")),
        (["--reducer", "pca", "--clusterer", "gmm"], ("pca", "gmm")),
    ],
    ids=lambda value: " ".join(value),
)
def test_what_is_named_is_taken(many, given, taken):
    images = _input.read_input(Path(many), image_size=None, color=False, label_column=None, skip_unreadable=False)
    named = dict(zip(given[::2], given[1::2], strict=True))
    assert choose_names(images, named.get("--reducer"), named.get("--clusterer"), "auto") == taken


@pytest.mark.parametrize(
    ("shape", "taken"),
    [
        ((MIN_IMAGES, 8, 8), ("image-features", "graph-partition")),
        ((MIN_IMAGES, 8, 8, 3), ("image-features", "graph-partition")),
        ((MIN_IMAGES - 1, 8, 8), ("image-features", "spherical-kmeans")),
        ((MIN_IMAGES - 1, 70), ("pca", "knn-spectral")),
        ((MIN_IMAGES, 70), ("pca", "knn-spectral")),
        ((100_001, 1, 1), ("image-features", "graph-partition")),
    ],
    ids=str,
)
def test_the_default_depends_on_the_images(monkeypatch, shape, taken):
    monkeypatch.setattr(_defaults, "find_spec", {"pymetis": object(), "pynndescent": None}.get)
    image_shape = shape[1:] if len(shape) > 2 else None
    images = _input.Images("images", np.zeros((shape[0], math.prod(shape[1:])), np.uint8), None, None, image_shape)
    assert choose_names(images, None, None, "auto") == taken


@pytest.mark.parametrize(
    ("n_clusters", "taken"), [(10, "graph-partition"), (11, "spherical-kmeans"), ("auto", "graph-partition")]
)
def test_the_default_depends_on_the_images_of_a_cluster(monkeypatch, n_clusters, taken):
    monkeypatch.setattr(_defaults, "find_spec", lambda name: object())
    images = _input.Images("images", np.zeros((219, 64), np.uint8), None, None, (8, 8))
    assert choose_names(images, None, None, n_clusters) == ("image-features", taken)


def test_the_default_does_without_pymetis(monkeypatch):
    monkeypatch.setattr(_defaults, "find_spec", {"pymetis": None, "pynndescent": object()}.get)
    images = _input.Images("images", np.zeros((MIN_IMAGES, 64), np.uint8), None, None, (8, 8))
    assert choose_names(images, None, None, "auto") == ("image-features", "knn-spectral")


def test_fractions_have_the_clusters_of_bytes(many, tmp_path):
    """All pixels share one range, so that edges stay as they are."""
    np.save(tmp_path / "fractions.npy", np.load(many) / 255)
    for name, path in (("bytes", many), ("fractions", str(tmp_path / "fractions.npy"))):
        assert main(["cluster", path, "--n-clusters", "3", "--out", str(tmp_path / name)]) == 0
    assert _settings(tmp_path / "bytes")[-1] == "bytes"
    assert _settings(tmp_path / "fractions")[-1] == "range"
    first, second = (np.loadtxt(tmp_path / name / "labels.csv", str, skiprows=1) for name in ("bytes", "fractions"))
    assert np.mean(first == second) > 0.9
    assert skfashion.load(tmp_path / "fractions" / "model.skfashion")["scale"].data_max_ == 1


def test_many_clusters_of_few_images(many):
    assert main(["cluster", many, "--n-clusters", "100"]) == 0


def test_images_that_are_all_the_same_are_one_line_and_exit_2(tmp_path, capsys):
    np.save(tmp_path / "blank.npy", np.zeros((MIN_IMAGES, 28, 28), np.uint8))
    assert main(["cluster", str(tmp_path / "blank.npy"), "--n-clusters", "10"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert (
        "image-features and graph-partition cannot take these images: n_clusters=10 must be <= the number of distinct"
        in line
    )


def test_a_mixture_of_few_images_says_which_parameter_helps(tmp_path, capsys):
    np.save(tmp_path / "few.npy", np.random.default_rng(0).integers(256, size=(30, 400), dtype=np.uint8))
    run = ["cluster", str(tmp_path / "few.npy"), "--reducer", "identity", "--clusterer", "gmm", "--n-clusters", "8"]
    assert main([*run, "--out", str(tmp_path / "out")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("; add --set clusterer__reg_covar=0.001, or ask for fewer clusters or components")
    assert main([*run, "--out", str(tmp_path / "out"), "--set", "clusterer__reg_covar=0.001"]) == 0


# The number of clusters


def four_kinds():
    X, y = load_digits(return_X_y=True)
    return (X[np.isin(y, [0, 4, 6, 7])] * (255 / 16)).astype(np.uint8).reshape(-1, 8, 8)


@pytest.fixture(scope="module")
def chosen(tmp_path_factory):
    """Return the folder of a run that has chosen the number of clusters."""
    folder = tmp_path_factory.mktemp("chosen")
    np.save(folder / "four.npy", four_kinds())
    assert main(["cluster", str(folder / "four.npy"), "--out", str(folder / "out")]) == 0
    return folder / "out"


def test_the_number_of_clusters_is_chosen_by_default(chosen):
    metrics = json.loads((chosen / "metrics.json").read_text())
    assert metrics["n_clusters"] == 4 == len(metrics["cluster_sizes"])
    scores = metrics["n_clusters_scores"]
    assert max(scores, key=scores.get) == "4"


def test_the_page_has_the_score_of_each_number(chosen):
    page = (chosen / "index.html").read_text()
    assert "4 clusters have the highest score" in page
    assert "<h2>Number of clusters</h2>" in page


@pytest.mark.parametrize("clusterer", ["kmeans", "gmm"])
def test_other_clusterers_take_the_number_that_was_chosen(clusterer, tmp_path, capsys):
    np.save(tmp_path / "four.npy", four_kinds())
    arguments = ["--reducer", "hog", "--clusterer", clusterer, "--out", str(tmp_path / "out")]
    assert main(["cluster", str(tmp_path / "four.npy"), *arguments]) == 0
    assert f"hog + {clusterer}, 4 clusters" in capsys.readouterr().out
    last = skfashion.load(tmp_path / "out" / "model.skfashion")[-1]
    assert last.get_params()["n_components" if clusterer == "gmm" else "n_clusters"] == 4


def test_a_clusterer_that_finds_the_number_itself_has_it_in_the_headline(tmp_path, capsys):
    np.save(tmp_path / "four.npy", four_kinds())
    arguments = ["--reducer", "pca", "--clusterer", "hdbscan", "--set", "clusterer__min_cluster_size=20"]
    assert main(["cluster", str(tmp_path / "four.npy"), *arguments, "--out", str(tmp_path / "out")]) == 0
    metrics = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert f"pca + hdbscan, {metrics['n_clusters']} clusters" in capsys.readouterr().out
    assert metrics["n_clusters"] == len(set(metrics["cluster_sizes"]) - {"-1"}) > 1
    assert "n_clusters_scores" not in metrics


def test_images_that_are_all_the_same_are_one_cluster(tmp_path, capsys):
    np.save(tmp_path / "blank.npy", np.zeros((MIN_IMAGES, 28, 28), np.uint8))
    assert main(["cluster", str(tmp_path / "blank.npy")]) == 0
    captured = capsys.readouterr()
    assert "1 cluster," in captured.out
    assert "All images are the same: their clusters mean nothing." in captured.err


def test_warnings_of_divisions_are_not_shown_to_users(tmp_path, capsys):
    np.save(tmp_path / "blank.npy", np.zeros((40, 8, 8), np.uint8))
    arguments = ["--reducer", "pca", "--clusterer", "kmeans", "--n-clusters", "2"]
    assert main(["cluster", str(tmp_path / "blank.npy"), *arguments]) == 0
    errors = capsys.readouterr().err
    assert "encountered in" not in errors
    assert "All images are the same: their clusters mean nothing." in errors


def test_without_pymetis_the_choice_of_a_number_is_refused_before_the_fit(npy, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "pymetis", None)
    for command in ("cluster", "search"):
        assert main([command, npy]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert "needs the package pymetis; run: pip install pymetis, or give the number" in line
    assert main(["cluster", npy, "--n-clusters", "2"]) == 0
    assert "image-features + spherical-kmeans, 2 clusters" in capsys.readouterr().out


def test_too_few_images_for_a_choice_are_said(tmp_path, capsys):
    np.save(tmp_path / "few.npy", np.random.default_rng(0).integers(0, 256, (7, 8, 8), np.uint8))
    assert main(["cluster", str(tmp_path / "few.npy")]) == 0
    captured = capsys.readouterr()
    assert "1 cluster," in captured.out
    assert "Too few different images to choose a number of clusters; give it with --n-clusters." in captured.err


def test_image_features_of_small_images_keep_their_components(tmp_path):
    np.save(tmp_path / "four.npy", four_kinds())
    assert main(["cluster", str(tmp_path / "four.npy"), "--n-clusters", "4", "--out", str(tmp_path / "out")]) == 0
    assert skfashion.load(tmp_path / "out" / "model.skfashion")["reducer"].n_components_ == 128
