import csv
import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sklearn.cluster import DBSCAN, KMeans
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

import skfashion
from skfashion.cli import main


@pytest.fixture(scope="module")
def trained(tmp_path_factory, sample):
    """A folder in which `cluster` has left its results of 60 real images."""
    folder = tmp_path_factory.mktemp("trained")
    np.save(folder / "images.npy", sample[0][:60].reshape(60, 28, 28))
    arguments = ["--reducer", "pca", "--clusterer", "kmeans", "--n-clusters", "3", "--out", str(folder / "out")]
    assert main(["cluster", str(folder / "images.npy"), *arguments]) == 0
    return folder


@pytest.fixture
def model(trained):
    return str(trained / "out" / "model.skfashion")


def _clusters(folder):
    with (folder / "labels.csv").open() as file:
        return [int(row["cluster"]) for row in csv.DictReader(file)]


def test_the_training_images_keep_their_clusters(trained, model, tmp_path, capsys):
    assert main(["predict", model, str(trained / "images.npy"), "--out", str(tmp_path / "out")]) == 0
    assert _clusters(tmp_path / "out") == _clusters(trained / "out")
    assert "silhouette" in capsys.readouterr().out
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"duplicates.csv", "index.html", "labels.csv", "metrics.json", "odd.csv", "skfashion.json"}


def test_files_are_brought_to_the_size_that_the_model_knows(model, tmp_path, sample):
    folder = tmp_path / "new"
    for name, i in (("bag/a.png", 60), ("coat/b.png", 61), ("coat/c.png", 62)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(sample[0][i].reshape(28, 28)).resize((56, 56), Image.Resampling.NEAREST).save(folder / name)
    assert main(["predict", model, str(folder), "--out", str(tmp_path / "out")]) == 0
    np.testing.assert_array_equal(_clusters(tmp_path / "out"), skfashion.load(model).predict(sample[0][60:63]))
    assert "hungarian_accuracy" in json.loads((tmp_path / "out" / "metrics.json").read_text())["scores"]


def test_files_of_sixteen_bits_are_scaled_like_the_training_images(tmp_path):
    rng = np.random.default_rng(0)
    dark, light = (rng.integers(low, low + 500, size=(15, 8, 8), dtype=np.uint16) for low in (0, 3500))
    for folder, images in (("all", [*dark, *light]), ("new", [*dark, dark[0] + 4000])):
        (tmp_path / folder).mkdir()
        for i, image in enumerate(images):
            Image.fromarray(image).save(tmp_path / folder / f"{i:02d}.png")
    arguments = ["--reducer", "pca", "--clusterer", "kmeans", "--n-clusters", "2", "--out", str(tmp_path / "out")]
    assert main(["cluster", str(tmp_path / "all"), *arguments]) == 0
    model = str(tmp_path / "out" / "model.skfashion")
    assert main(["predict", model, str(tmp_path / "new"), "--out", str(tmp_path / "predicted")]) == 0
    trained = _clusters(tmp_path / "out")
    assert _clusters(tmp_path / "predicted") == [*trained[:15], trained[-1]]
    warnings = json.loads((tmp_path / "predicted" / "metrics.json").read_text())["warnings"]
    assert "1 file has values above 4,095, which became white: 15.png." in warnings


def test_the_limit_of_pixels_holds_for_new_images_too(model, tmp_path, capsys):
    Image.new("L", (40, 40)).save(tmp_path / "a.png")
    assert main(["predict", model, str(tmp_path), "--max-pixels", "1000"]) == 2
    assert "more than the limit of 1,000" in capsys.readouterr().err


def test_a_single_image_is_labelled(model, tmp_path, sample):
    np.save(tmp_path / "one.npy", sample[0][:1])
    assert main(["predict", model, str(tmp_path / "one.npy"), "--out", str(tmp_path / "out")]) == 0
    assert len(_clusters(tmp_path / "out")) == 1


def test_a_model_saved_by_its_user_takes_what_fits_it(tmp_path, sample, capsys):
    X = sample[0][:50] / 255
    np.save(tmp_path / "images.npy", X)
    pipeline = make_pipeline(MinMaxScaler(), KMeans(2, random_state=0)).fit(X)
    skfashion.save(pipeline, tmp_path / "my.skfashion")
    arguments = ["predict", str(tmp_path / "my.skfashion"), str(tmp_path / "images.npy")]
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 0
    np.testing.assert_array_equal(_clusters(tmp_path / "out"), pipeline.predict(X))
    np.save(tmp_path / "images.npy", X[:, :700])
    assert main(arguments) == 2
    assert "X has 700 features, but MinMaxScaler is expecting 784" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("array", "problem"),
    [
        (np.zeros((2, 32, 32), np.uint8), "holds images of 32x32, but the model takes 28x28"),
        (np.zeros((2, 100), np.uint8), "holds images of 10x10, but the model takes 28x28"),
        (np.full((2, 784), 0.5), "holds values from 0.5 to 0.5, but the model was trained on values from 0 to 255"),
        (np.zeros((2, 14, 56), np.uint8), "holds images of 14x56, but the model takes 28x28"),
        (np.full((2, 784), 65535, np.uint16), "holds values from 65535 to 65535, but the model was trained on"),
        (np.full((2, 784), np.nan), "contains NaN"),
    ],
)
def test_images_that_do_not_fit_the_model_are_one_line_and_exit_2(model, tmp_path, capsys, array, problem):
    np.save(tmp_path / "new.npy", array)
    assert main(["predict", model, str(tmp_path / "new.npy"), "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert problem in error
    assert len(error.splitlines()) == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda path: path.unlink(), "No such file"),
        (
            lambda path: path.write_bytes(path.read_bytes()[:-100]),
            "or is damaged: it is no zip archive, or is cut short",
        ),
        (lambda path: path.write_bytes(path.read_bytes().replace(b"PCA", b"PCB")), "has another SHA-256|Bad CRC-32"),
        (lambda path: path.write_text("hello"), "is not a model that skfashion has saved"),
        (lambda path: skfashion.save(DBSCAN(), path), "ends in DBSCAN, which cannot label new images"),
    ],
    ids=["missing", "cut short", "changed", "text", "without predict"],
)
def test_a_model_that_cannot_be_used_is_one_line_and_exit_2(trained, tmp_path, capsys, damage, problem):
    path = tmp_path / "model.skfashion"
    path.write_bytes((trained / "out" / "model.skfashion").read_bytes())
    damage(path)
    assert main(["predict", str(path), str(trained / "images.npy"), "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"skfashion predict: error: {path}")
    assert any(part in error for part in problem.split("|"))
    assert len(error.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_clusterer_without_predict_is_saved_and_says_so_when_it_is_used(trained, tmp_path, capsys):
    images = str(trained / "images.npy")
    arguments = [
        "--reducer",
        "pca",
        "--clusterer",
        "agglomerative",
        "--n-clusters",
        "3",
        "--out",
        str(tmp_path / "out"),
    ]
    assert main(["cluster", images, *arguments]) == 0
    assert main(["predict", str(tmp_path / "out" / "model.skfashion"), images]) == 2
    assert "ends in AgglomerativeClustering, which cannot label new images" in capsys.readouterr().err


def test_dark_image_files_are_bytes_all_the_same(model, tmp_path):
    (tmp_path / "dark").mkdir()
    Image.fromarray(np.eye(28, dtype=np.uint8)).save(tmp_path / "dark" / "a.png")
    assert main(["predict", model, str(tmp_path / "dark"), "--out", str(tmp_path / "out")]) == 0


@pytest.mark.parametrize(
    ("low", "high", "factor"), [(0.0, 1.0, 100.0), (0.0, 60_000.0, 1e-5), (-1.0, 1.0, 5.0)], ids=str
)
def test_numbers_on_another_scale_are_one_line_and_exit_2(tmp_path, capsys, low, high, factor):
    images = np.random.default_rng(0).uniform(low, high, (40, 36))
    np.save(tmp_path / "images.npy", images)
    np.save(tmp_path / "other.npy", images * factor)
    arguments = ["--reducer", "identity", "--clusterer", "kmeans", "--n-clusters", "2", "--out", str(tmp_path / "out")]
    assert main(["cluster", str(tmp_path / "images.npy"), *arguments]) == 0
    model = str(tmp_path / "out" / "model.skfashion")
    assert main(["predict", model, str(tmp_path / "images.npy")]) == 0
    assert main(["predict", model, str(tmp_path / "other.npy")]) == 2
    assert "bring them to the same scale" in capsys.readouterr().err


def test_columns_in_another_order_are_one_line_and_exit_2(tmp_path, capsys):
    frame = pd.DataFrame(np.random.default_rng(0).uniform(size=(40, 16)), columns=[f"pixel{i}" for i in range(16)])
    frame.to_csv(tmp_path / "images.csv", index=False)
    frame[frame.columns[::-1]].to_csv(tmp_path / "turned.csv", index=False)
    frame.to_csv(tmp_path / "nameless.csv", index=False, header=False)
    frame.add_prefix("new ").to_csv(tmp_path / "renamed.csv", index=False)
    arguments = ["--reducer", "identity", "--clusterer", "kmeans", "--n-clusters", "2", "--out", str(tmp_path / "out")]
    assert main(["cluster", str(tmp_path / "images.csv"), *arguments]) == 0
    model = str(tmp_path / "out" / "model.skfashion")
    frame.set_axis([f"pixel{i}" for i in range(1, 17)], axis=1).to_csv(tmp_path / "from_1.csv", index=False)
    for name in ("images.csv", "nameless.csv", "renamed.csv", "from_1.csv"):
        assert main(["predict", model, str(tmp_path / name), "--out", str(tmp_path / name) + ".out"]) == 0
        assert _clusters(tmp_path / f"{name}.out") == _clusters(tmp_path / "out")
    assert main(["predict", model, str(tmp_path / "turned.csv")]) == 2
    assert "has its columns in another order" in capsys.readouterr().err


def test_a_model_that_says_nonsense_of_its_images_is_one_line_and_exit_2(trained, tmp_path, capsys):
    good = {"n_features": 784, "shape": [28, 28], "scale": "bytes", "range": [0, 255]}
    forged = [{"shape": [0, 0]}, {"shape": [-1, -784]}, {"shape": [1e300, 1]}, {"shape": [28] * 4}, {"n_features": 0}]
    forged += [{"range": [0, float("inf")]}, {"max_value": 0}, {"max_value": 10**40}, {"n_given": -1}]
    forged += [{"feature_names": ["a"]}, {"feature_names": 7}]
    forged += [{"shape": [27, 29]}, {"shape": [28, 28, 3]}]
    without = {"n_features": 1, "shape": None, "scale": "bytes", "range": [0]}
    for said in ([1], {"shape": "large"}, without, *(good | change for change in forged)):
        skfashion.save(KMeans(), tmp_path / "my.skfashion", metadata={"skfashion.images": said})
        assert main(["predict", str(tmp_path / "my.skfashion"), str(trained / "images.npy")]) == 2
        assert "the model's description of its images makes no sense" in capsys.readouterr().err


def test_the_folder_of_the_model_is_not_replaced(trained, model, capsys):
    assert main(["predict", model, str(trained / "images.npy"), "--out", str(trained / "out")]) == 2
    assert "out was made by `skfashion cluster`, and its results would be lost" in capsys.readouterr().err
    assert (trained / "out" / "model.skfashion").exists()


@pytest.mark.figures
def test_a_vote_has_a_confidence_for_new_images_too(tmp_path, sample):
    np.save(tmp_path / "images.npy", sample[0][:300].reshape(300, 28, 28))
    np.save(tmp_path / "new.npy", sample[0][300:320].reshape(20, 28, 28))
    out = tmp_path / "out"
    assert main(["cluster", str(tmp_path / "images.npy"), "--n-clusters", "3", "--out", str(out)]) == 0
    arguments = ["predict", str(out / "model.skfashion"), str(tmp_path / "new.npy"), "--out", str(tmp_path / "new")]
    assert main(arguments) == 0
    with (tmp_path / "new" / "labels.csv").open() as file:
        confidence = [float(row["confidence"]) for row in csv.DictReader(file)]
    shares = skfashion.load(out / "model.skfashion").predict_proba(sample[0][300:320])
    np.testing.assert_allclose(confidence, shares[np.arange(20), _clusters(tmp_path / "new")], atol=1e-4)
    metrics = json.loads((tmp_path / "new" / "metrics.json").read_text())
    assert "mean_confidence" in metrics
    assert "agreement" not in metrics  # of the runs on other images


@pytest.fixture(scope="module")
def of_many(tmp_path_factory, sample):
    """A model of 2,000 real images."""
    folder = tmp_path_factory.mktemp("many")
    np.save(folder / "images.npy", sample[0][:2000].reshape(2000, 28, 28))
    arguments = ["--reducer", "pca", "--clusterer", "kmeans", "--n-clusters", "10", "--out", str(folder / "out")]
    assert main(["cluster", str(folder / "images.npy"), *arguments]) == 0
    return folder / "out"


def _predicted(model, images, folder):
    np.save(folder / "new.npy", images)
    assert main(["predict", str(model / "model.skfashion"), str(folder / "new.npy"), "--out", str(folder / "new")]) == 0
    with (folder / "new" / "labels.csv").open() as file:
        return list(csv.DictReader(file))


def test_noise_is_unlike_the_training_images(of_many, tmp_path, capsys):
    noise = np.random.default_rng(0).integers(256, size=(40, 28, 28), dtype=np.uint8)
    lines = _predicted(of_many, noise, tmp_path)
    assert list(lines[0]) == ["row", "cluster", "distance", "margin", "unlike"]
    assert {line["unlike"] for line in lines} == {"yes"}
    sentence = "40 of 40 images (100.0%) are unlike those that the model was trained on"
    assert sentence in capsys.readouterr().out
    assert sentence in (tmp_path / "new" / "index.html").read_text()
    metrics = json.loads((tmp_path / "new" / "metrics.json").read_text())
    assert metrics["unlike"] == {"images": 40, "expected_share": 0.01}


def test_about_one_of_a_hundred_held_out_images_is_unlike(of_many, tmp_path, sample):
    lines = _predicted(of_many, sample[0][2000:].reshape(-1, 28, 28), tmp_path)
    assert 0.003 < np.mean([line["unlike"] == "yes" for line in lines]) < 0.03


def test_distances_and_margins_are_those_of_the_training(of_many, tmp_path, sample):
    lines = _predicted(of_many, sample[0][:2000].reshape(-1, 28, 28), tmp_path)
    with (of_many / "labels.csv").open() as file:
        trained = list(csv.DictReader(file))
    for name in ("distance", "margin"):
        new, old = ([float(line[name]) for line in table] for table in (lines, trained))
        np.testing.assert_allclose(new, old, atol=0.01)  # PCA transforms while it fits by other sums
    assert np.mean([float(line["distance"]) for line in lines]) == pytest.approx(1, abs=0.01)


def test_a_model_without_a_reference_has_no_distances_and_calls_nothing_unlike(tmp_path, sample, capsys):
    X = sample[0][:50]
    skfashion.save(make_pipeline(MinMaxScaler(), KMeans(2, random_state=0)).fit(X), tmp_path / "model.skfashion")
    lines = _predicted(tmp_path, X, tmp_path)
    assert list(lines[0]) == ["row", "cluster"]
    assert "unlike" not in capsys.readouterr().out


def test_a_model_with_a_damaged_reference_is_one_line_and_exit_2(trained, tmp_path, capsys):
    skfashion.save(KMeans(2).fit(np.eye(784)), tmp_path / "my.skfashion", metadata={"skfashion.reference": {}})
    assert main(["predict", str(tmp_path / "my.skfashion"), str(trained / "images.npy")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "the reference for new images makes no sense" in line


def test_a_model_that_describes_other_images_than_it_takes_is_one_line_and_exit_2(trained, tmp_path, capsys):
    said = {"n_features": 100, "shape": [10, 10], "scale": "bytes", "range": [0, 255]}
    model = tmp_path / "my.skfashion"
    skfashion.save(KMeans(2).fit(np.eye(784)), model, metadata={"skfashion.images": said})
    assert main(["predict", str(model), str(trained / "images.npy")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("is for rows of 784 values, but describes its images as rows of 100")


def test_images_of_another_shape_with_as_many_values_are_one_line_and_exit_2(of_many, tmp_path, sample, capsys):
    path = of_many / "model.skfashion"
    metadata = skfashion.persistence.read_manifest(path)["metadata"]
    metadata["skfashion.images"] |= {"shape": [7, 112]}
    skfashion.save(skfashion.load(path), tmp_path / "my.skfashion", metadata=metadata)
    np.save(tmp_path / "new.npy", sample[0][:20].reshape(20, 7, 112))
    assert main(["predict", str(tmp_path / "my.skfashion"), str(tmp_path / "new.npy")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "the reference for new images makes no sense" in line


def test_the_folder_of_the_model_is_answered_by_the_file_in_it(tmp_path, capsys):
    assert main(["predict", str(tmp_path), str(tmp_path)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(f"{tmp_path} is a folder; give the model in it, such as {tmp_path / 'model.skfashion'}")
