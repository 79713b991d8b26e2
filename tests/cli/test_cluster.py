import csv
import json

import numpy as np
import pytest

import skfashion
from skfashion.cli import _input, main
from skfashion.metrics import hungarian_accuracy_score

QUICK = ["--reducer", "pca", "--clusterer", "kmeans"]


@pytest.fixture
def npy(tmp_path, sample):
    """60 real images in a file, as an image library would save them."""
    np.save(tmp_path / "images.npy", sample[0][:60].reshape(60, 28, 28))
    return str(tmp_path / "images.npy")


def test_the_sample_is_clustered_scored_and_written(tmp_path, capsys, sample):
    assert main(["cluster", "--sample", *QUICK, "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr().out
    for name in ("silhouette", "hungarian_accuracy", "purity", "adjusted_rand", "normalized_mutual_info"):
        assert name in shown
    with (tmp_path / "out" / "labels.csv").open() as file:
        rows = list(csv.DictReader(file))
    clusters = np.array([int(row["cluster"]) for row in rows])
    assert [int(row["label"]) for row in rows] == sample[1].tolist()
    metrics = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert metrics["skfashion"] == skfashion.__version__
    assert metrics["scores"]["hungarian_accuracy"] == hungarian_accuracy_score(sample[1], clusters) > 0.4
    assert sum(metrics["cluster_sizes"].values()) == metrics["n_samples"] == 5000


def test_a_file_without_labels_has_label_free_scores_only(npy, tmp_path, capsys):
    assert main(["cluster", npy, *QUICK, "--n-clusters", "3", "--out", str(tmp_path / "out")]) == 0
    scores = json.loads((tmp_path / "out" / "metrics.json").read_text())["scores"]
    assert list(scores) == ["silhouette", "calinski_harabasz", "neg_davies_bouldin"]
    assert (tmp_path / "out" / "labels.csv").read_text().startswith("row,cluster\n0,")
    assert "uses labels" not in capsys.readouterr().out


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
    assert main(["cluster", *QUICK]) == 0
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

    def broken(*arguments):
        raise RuntimeError

    monkeypatch.setattr(_cluster, "write_json", broken)
    with pytest.raises(RuntimeError):
        main(["cluster", npy, *QUICK, "--n-clusters", "2", "--out", str(tmp_path / "out")])
    assert [path.name for path in tmp_path.iterdir()] == ["images.npy"]


def _saved(array):
    def save(path):
        np.save(path, array, allow_pickle=True)

    return save


@pytest.mark.parametrize(
    ("write", "problem"),
    [
        (None, "does not exist"),
        (lambda path: path.write_bytes(b"\x93NUMPY"), "is not a readable .npy file"),
        (lambda path: path.write_text("hello"), "is not a readable .npy file"),
        (lambda path: path.write_bytes(b"PK\x03\x04 no zip"), "is not a readable .npy file"),
        (_saved(np.array([[1, "a"]], dtype=object)), "is not a readable .npy file"),
        (_saved(np.array([["a", "b"]])), "holds <U1 of shape (1, 2)"),
        (_saved(np.zeros(5)), "holds float64 of shape (5,)"),
        (_saved(np.zeros((0, 5))), "shape (0, 5)"),
        (_saved(np.array([[1.0, np.nan]])), "contains NaN"),
    ],
    ids=["missing", "truncated", "text", "zip", "objects", "strings", "flat", "empty", "nan"],
)
def test_a_bad_file_is_one_line_and_exit_2(tmp_path, capsys, write, problem):
    path = tmp_path / "images.npy"
    if write:
        write(path)
    assert main(["cluster", str(path), "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"skfashion cluster: error: {path} ")
    assert problem in error
    assert len(error.splitlines()) == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--n-clusters", "0"], "--n-clusters 0 must be from 1 to the 60 images"),
        (["--n-clusters", "61"], "--n-clusters 61 must be from 1 to the 60 images"),
        (["--clusterer", "kmean"], "did you mean 'kmeans'"),
        (["--reducer", "nothing-like-it"], "There is no reducer named 'nothing-like-it'; choose one of"),
        (["--sample"], "--sample is Fashion-MNIST's"),
        (["--out", "/proc/nowhere/out"], "/proc/nowhere/out cannot be written: No such file or directory"),
        (["--out", "/dev/null/out"], "/dev/null/out cannot be written: "),
    ],
)
def test_bad_arguments_are_one_line_and_exit_2(npy, capsys, arguments, problem):
    assert main(["cluster", npy, *arguments]) == 2
    error = capsys.readouterr().err
    assert problem in error
    assert len(error.splitlines()) == 1


def test_a_clusterer_that_cannot_take_so_many_images_says_so(tmp_path, capsys):
    np.save(tmp_path / "many.npy", np.zeros((20_001, 2), np.uint8))
    assert main(["cluster", str(tmp_path / "many.npy"), "--clusterer", "agglomerative"]) == 2
    assert "agglomerative takes at most 20,000 images here, not 20,001" in capsys.readouterr().err


def test_one_cluster_has_no_label_free_score(npy, capsys):
    assert main(["cluster", npy, *QUICK, "--n-clusters", "1"]) == 0
    assert "No silhouette: Number of labels is 1" in capsys.readouterr().err


def test_images_that_a_step_cannot_take_are_one_line_and_exit_2(tmp_path, capsys):
    np.save(tmp_path / "narrow.npy", np.random.default_rng(0).integers(256, size=(50, 3), dtype=np.uint8))
    assert main(["cluster", str(tmp_path / "narrow.npy"), *QUICK]) == 2
    error = capsys.readouterr().err
    assert "pca and kmeans cannot take these images: n_components=24 must be" in error
    assert len(error.splitlines()) == 1


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
