import csv
import json
import os
import pickle

import numpy as np
import pytest
from PIL import Image

import skfashion
from skfashion.cli import main
from skfashion.engine.backend import import_keras

N_GIVEN = 5
QUICK = ["--clusterer", "kmeans", "--n-clusters", "2"]


@pytest.fixture(scope="module")
def given():
    """Features of thirty images: two groups that the pixels do not show."""
    return np.random.default_rng(0).normal(size=(30, N_GIVEN)) + 20 * (np.arange(30) % 2)[:, None]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, sample):
    """Thirty real images as files, with names in the order of the rows."""
    folder = tmp_path_factory.mktemp("images")
    for i, image in enumerate(sample[0][:30].reshape(30, 28, 28)):
        Image.fromarray(image).save(folder / f"{i:02d}.png")
    return folder


@pytest.fixture
def file(tmp_path, given):
    np.save(tmp_path / "features.npy", given)
    return tmp_path / "features.npy"


@pytest.fixture
def out(tmp_path, folder, file):
    """The results of a run."""
    arguments = ["cluster", str(folder), "--features", str(file), *QUICK, "--out", str(tmp_path / "out")]
    assert main(arguments) == 0
    return tmp_path / "out"


def _rows(out):
    with (out / "labels.csv").open() as table:
        return list(csv.DictReader(table))


def test_the_features_are_clustered_instead_of_the_pixels(out):
    clusters = [row["cluster"] for row in _rows(out)]
    assert clusters == clusters[:2] * 15
    assert clusters[0] != clusters[1]


@pytest.mark.figures
def test_files_and_pictures_stay_in_the_report(out):
    assert [row["file"] for row in _rows(out)] == [f"{i:02d}.png" for i in range(30)]
    page = (out / "index.html").read_text()
    assert "features.npy: 5 for each image" in page
    assert "nearest to" in page
    assert "--features NEW.npy" in page


def test_the_features_are_not_scaled_and_not_reduced(out, given):
    metrics = json.loads((out / "metrics.json").read_text())
    assert (metrics["reducer"], metrics["scale"]) == ("identity", None)
    model = skfashion.load(out / "model.skfashion")
    assert list(model.named_steps) == ["reducer", "clusterer"]
    centres = [given[i::2].mean(axis=0) for i in range(2)]
    np.testing.assert_allclose(np.sort(model[-1].cluster_centers_, axis=0), np.sort(centres, axis=0), rtol=1e-4)


def test_few_images_with_many_features_are_clustered_by_default(tmp_path, folder, given, capsys):
    np.save(tmp_path / "many.npy", np.tile(given, 100))  # a Gaussian mixture of 500 features fails for 30 images
    assert main(["cluster", str(folder), "--features", str(tmp_path / "many.npy"), "--n-clusters", "2"]) == 0
    assert "identity + knn-spectral, 2 clusters" in capsys.readouterr().out


def test_another_reducer_can_be_named(tmp_path, folder, file):
    named = ["--reducer", "pca", "--set", "reducer__n_components=2", "--out", str(tmp_path / "out")]
    assert main(["cluster", str(folder), "--features", str(file), *QUICK, *named]) == 0
    model = skfashion.load(tmp_path / "out" / "model.skfashion")
    assert model[-1].cluster_centers_.shape == (2, 2)


def test_components_are_at_most_the_features(tmp_path, folder, file, capsys):
    assert main(["cluster", str(folder), "--features", str(file), *QUICK, "--reducer", "pca"]) == 0
    assert "takes 5 components instead of 24" in capsys.readouterr().err


def test_predict_takes_the_features_of_new_images(tmp_path, folder, out, given):
    np.save(tmp_path / "new.npy", given[::-1].astype(np.float16))
    arguments = ["predict", str(out / "model.skfashion"), str(folder), "--features", str(tmp_path / "new.npy")]
    assert main([*arguments, "--out", str(tmp_path / "labelled")]) == 0
    clusters = [row["cluster"] for row in _rows(tmp_path / "labelled")]
    assert clusters == [row["cluster"] for row in _rows(out)][::-1]
    assert [row["file"] for row in _rows(tmp_path / "labelled")] == [f"{i:02d}.png" for i in range(30)]


def _refusal(capsys, arguments):
    capsys.readouterr()
    assert main(list(map(str, arguments))) == 2
    refusal = capsys.readouterr().err
    assert refusal.count("\n") == 1
    return refusal


def test_predict_says_that_the_model_needs_features(folder, out, capsys):
    refusal = _refusal(capsys, ["predict", out / "model.skfashion", folder])
    assert "was trained on 5 features for each image, made elsewhere; give those of the new images with --fe" in refusal


def test_predict_refuses_features_of_another_number(tmp_path, folder, out, given, capsys):
    np.save(tmp_path / "new.npy", given[:, 1:])
    refusal = _refusal(capsys, ["predict", out / "model.skfashion", folder, "--features", tmp_path / "new.npy"])
    assert "--features has 4 columns, but" in refusal
    assert "takes 5 features" in refusal


def test_predict_refuses_features_for_a_model_of_images(tmp_path, folder, file, capsys):
    pixels = ["--reducer", "pca", "--set", "reducer__n_components=2", "--out", tmp_path / "pixels"]
    assert main(list(map(str, ["cluster", folder, *QUICK, *pixels]))) == 0
    model = tmp_path / "pixels" / "model.skfashion"
    refusal = _refusal(capsys, ["predict", model, folder, "--features", file])
    assert "takes the images themselves; leave out --features" in refusal


@pytest.mark.parametrize(
    ("features", "message"),
    [
        (np.zeros((29, 5)), "has 29 rows for 30 images; give one row for each image, in the order of the file names"),
        (np.zeros((1, 5)), "has 1 row for 30 images"),
        (np.zeros(30), r"has an array of shape (30,) and type float64; save a matrix of numbers"),
        (np.zeros((30, 2, 2)), "has an array of shape (30, 2, 2)"),
        (np.zeros((30, 0)), "has an array of shape (30, 0)"),
        (np.zeros((30, 2), complex), "has an array of shape (30, 2) and type complex128; save a matrix of numbers"),
        (np.array([["a", "b"]] * 30), "has an array of shape (30, 2) and type <U1; save a matrix"),
        (np.where(np.arange(60).reshape(30, 2) == 7, np.nan, 0), "has NaN or infinity in row 3"),
        (np.where(np.arange(60).reshape(30, 2) == 8, np.inf, 0), "has NaN or infinity in row 4"),
    ],
)
def test_wrong_features_are_refused_in_a_line(tmp_path, folder, capsys, features, message):
    np.save(tmp_path / "wrong.npy", features)
    refusal = _refusal(capsys, ["cluster", folder, "--features", tmp_path / "wrong.npy", *QUICK])
    assert f"--features {tmp_path / 'wrong.npy'} {message}" in refusal


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_nobody_waits_for_a_pipe(tmp_path, folder, capsys):
    os.mkfifo(tmp_path / "features.npy")
    refusal = _refusal(capsys, ["cluster", folder, "--features", tmp_path / "features.npy", *QUICK])
    assert f"--features {tmp_path / 'features.npy'}: Not a regular file" in refusal


def test_files_that_are_no_npy_are_refused_in_a_line(tmp_path, folder, given, capsys):
    np.savez(tmp_path / "several.npz", given)
    np.save(tmp_path / "objects.npy", np.array([[{}]] * 30, object), allow_pickle=True)
    (tmp_path / "text.csv").write_text("1,2,3\n")
    (tmp_path / "pickle.npy").write_bytes(pickle.dumps(given))
    (tmp_path / "empty.npy").write_bytes(b"")
    for name, message in {
        "several.npz": "holds several arrays; save one with numpy.save",
        "objects.npy": "is no .npy file of numbers; write it with numpy.save",
        "text.csv": "is no .npy file of numbers",
        "pickle.npy": "is no .npy file of numbers",
        "empty.npy": "is no .npy file of numbers",
        "missing.npy": "No such file or directory",
    }.items():
        assert message in _refusal(capsys, ["cluster", folder, "--features", tmp_path / name, *QUICK])


@pytest.mark.parametrize("reducer", ["hog", "conv-ae", "pretrained"])
def test_a_reducer_of_images_is_refused(folder, file, capsys, reducer):
    refusal = _refusal(capsys, ["cluster", folder, "--features", file, *QUICK, "--reducer", reducer])
    assert f"{reducer} takes the images themselves; leave out --features, or choose another" in refusal


def test_a_pretrained_network_is_named_by_a_setting(tmp_path, folder, capsys):
    keras = import_keras()
    layers = [keras.layers.Conv2D(4, 3), keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(10)]
    keras.Sequential([keras.Input((28, 28, 1)), *layers]).save(tmp_path / "net.keras")
    arguments = ["cluster", str(folder), "--reducer", "pretrained", "--clusterer", "kmeans", "--n-clusters", "2"]
    assert main(arguments) == 2
    assert "the reducer pretrained needs a model: --set reducer__model=VALUE\n" in capsys.readouterr().err
    assert main([*arguments, "--set", f"reducer__model={tmp_path / 'none.keras'}"]) == 2
    assert capsys.readouterr().err.endswith("none.keras is not there.\n")
    net = ["--set", f"reducer__model={tmp_path / 'net.keras'}", "--out", str(tmp_path / "out")]
    assert main([*arguments, *net]) == 0
    model = str(tmp_path / "out" / "model.skfashion")
    assert skfashion.load(model)[-1].cluster_centers_.shape == (2, 4)
    assert main(["predict", model, str(folder)]) == 0
    (tmp_path / "net.keras").unlink()
    capsys.readouterr()
    assert main(["predict", model, str(folder)]) == 2
    assert "net.keras is not there any more; put it back, or fit again" in capsys.readouterr().err
