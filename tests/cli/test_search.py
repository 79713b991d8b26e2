import csv
import json
import re
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from sklearn.cluster import KMeans

import skfashion
from skfashion.cli import _sample, _search, main
from skfashion.search import _pipeline_search

QUICK = ["--reducer", "pca", "random-projection", "--clusterer", "kmeans", "minibatch-kmeans", "--trials", "4"]


@pytest.fixture
def npy(tmp_path, sample):
    """120 real images in a file."""
    np.save(tmp_path / "images.npy", sample[0][:120].reshape(120, 28, 28))
    return str(tmp_path / "images.npy")


@pytest.mark.figures
def test_the_sample_is_searched_and_everything_is_written(tmp_path, capsys, sample):
    assert main(["search", "--sample", *QUICK, "--max-samples", "500", "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr().out
    assert "4 pipelines" in shown
    assert len(re.findall(r"^\W*\d+ \*", shown, re.MULTILINE)) == shown.count("* chosen from 4;") == 1
    assert "hungarian_accuracy" in shown
    with (tmp_path / "out" / "trials.csv").open() as file:
        trials = list(csv.DictReader(file))
    assert [trial["state"] for trial in trials] == 4 * ["complete"]
    assert {trial["n_samples"] for trial in trials} == {"500"}
    metrics = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert metrics["trials"] == 4
    assert metrics["n_samples"] == 5000
    assert metrics["reducer"] in ("pca", "random-projection")
    page = (tmp_path / "out" / "index.html").read_text()
    assert "<h2>Search</h2>" in page
    assert len(re.findall(r"<strong>\(chosen\)</strong>", page)) == 1
    model = skfashion.load(tmp_path / "out" / "model.skfashion")
    with (tmp_path / "out" / "labels.csv").open() as file:
        labels = [int(row["cluster"]) for row in csv.DictReader(file)]
    assert np.mean(model.predict(sample[0]) == labels) > 0.999  # all but rows half-way between two centres


def test_labels_have_no_part_in_it(npy, tmp_path, sample):
    np.savez(tmp_path / "labelled.npz", X=sample[0][:120].reshape(120, 28, 28), y=sample[1][:120])
    for name, path in (("without", npy), ("with", str(tmp_path / "labelled.npz"))):
        assert main(["search", path, *QUICK, "--n-clusters", "5", "--out", str(tmp_path / name)]) == 0
    without, with_labels = (
        [
            (row["params"], row["agreement"])
            for row in csv.DictReader((tmp_path / name / "trials.csv").read_text().splitlines())
        ]
        for name in ("without", "with")
    )
    assert without == with_labels
    clusters = [
        [row["cluster"] for row in csv.DictReader((tmp_path / name / "labels.csv").read_text().splitlines())]
        for name in ("without", "with")
    ]
    assert clusters[0] == clusters[1]


def test_a_storage_keeps_the_trials(npy, tmp_path, capsys):
    arguments = ["search", npy, *QUICK, "--n-clusters", "5", "--storage", str(tmp_path / "trials.log")]
    assert main(arguments) == 0
    assert main([*arguments, "--trials", "6"]) == 0
    assert "6 pipelines" in capsys.readouterr().out
    assert main([*arguments, "--n-clusters", "4"]) == 2
    assert "has n_clusters=5 and not 4; take another study_name (--study-name) or storage" in capsys.readouterr().err


def test_a_pipeline_that_takes_fewer_images_reports_those(tmp_path, sample, capsys):
    folder = tmp_path / "images"
    folder.mkdir()
    for i, image in enumerate(sample[0][:40].reshape(40, 28, 28)):
        Image.fromarray(image).save(folder / f"{i:02}.png")
    arguments = ["search", str(folder), "--reducer", "identity", "--clusterer", "agglomerative", "--n-clusters", "2"]
    assert main([*arguments, "--trials", "1", "--out", str(tmp_path / "out")]) == 0
    with (tmp_path / "out" / "labels.csv").open() as file:
        assert [row["file"] for row in csv.DictReader(file)] == [f"{i:02}.png" for i in range(40)]


def test_an_error_of_the_chosen_pipeline_is_our_side(npy, plugins, capsys):
    class OnlyFew(KMeans):
        def fit_predict(self, X, y=None, sample_weight=None):
            if len(X) > 60:
                raise ValueError("too many rows")
            return super().fit_predict(X)

    plugins("clusterer", "only-few", OnlyFew)
    arguments = ["--reducer", "pca", "--clusterer", "only-few", "--trials", "1", "--max-samples", "60"]
    assert main(["search", npy, "--n-clusters", "3", *arguments]) == 1
    assert "unexpected ValueError: too many rows" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--reducer", "pcaa"], "no reducer named 'pcaa'; did you mean 'pca'?"),
        (["--clusterer", "kmean"], "no clusterer named 'kmean'; did you mean 'kmeans'?"),
        (["--scoring", "silhouete"], "scoring='silhouete' is unknown; did you mean 'silhouette'?"),
        (["--scoring", "purity"], "The score 'purity' compares with labels; pass y"),
        (["--refit", "taste"], "refit='taste' must be one of"),
        (["--reducer", "identity", "--n-clusters", "200"], "n_clusters=200 is more than the"),
        (["--study-name", "mine"], "--study-name names a search in a storage; give --storage, too"),
        (["--storage", "/no/such/folder/trials.log"], "storage='/no/such/folder/trials.log' cannot be opened"),
        (["--trials", "0"], "'0' must be an integer of at least 1"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_exit_code_2(npy, capsys, arguments, message):
    try:
        code = main(["search", npy, *QUICK, *arguments])
    except SystemExit as error:
        code = error.code
    assert code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line


@pytest.mark.filterwarnings("default::UserWarning")
def test_a_plugin_that_is_left_out_is_a_line(npy, capsys, plugins):
    plugins("clusterer", "broken", RuntimeError("gone"))
    assert (
        main(["search", npy, "--reducer", "identity", "--trials", "1", "--max-samples", "60", "--n-clusters", "2"]) == 0
    )
    (line,) = [line for line in capsys.readouterr().err.splitlines() if "broken" in line]
    assert line.startswith("skfashion: warning: The clusterer 'broken' of")
    assert line.endswith("It is left out.")


def test_the_one_that_is_taken_is_shown_though_many_score_better(capsys):
    def trial(number):
        given = {"reducer": "pca", "clusterer": "kmeans", "scores": [1.0 - number / 100], "agreement": 0.5}
        return SimpleNamespace(number=number, seconds=1.0, is_chosen=number == 15, **given)

    summary = SimpleNamespace(
        keeps_default=False,
        trials=[trial(i) for i in range(20)],
        score_names=["silhouette"],
        n_complete=20,
        importances={},
        failures={},
    )
    _search._print_trials(summary)
    shown = re.findall(r"^│ (\d+)( \*)? ", capsys.readouterr().out, re.MULTILINE)
    assert [int(number) for number, _ in shown] == [*range(10), 15]
    assert [bool(star) for _, star in shown] == 10 * [False] + [True]


def test_floats_keep_the_edges_in_an_image(tmp_path, sample):
    np.save(tmp_path / "floats.npy", sample[0][:120].reshape(120, 28, 28) / 255)
    out = tmp_path / "out"
    arguments = ["--reducer", "hog", "--clusterer", "kmeans", "--trials", "1", "--n-clusters", "5", "--out", str(out)]
    assert main(["search", str(tmp_path / "floats.npy"), *arguments]) == 0
    assert json.loads((out / "metrics.json").read_text())["scale"] == "range"


def test_a_parameter_that_is_set_holds_in_all_trials(npy, tmp_path):
    arguments = ["--reducer", "pca", "--clusterer", "kmeans", "--n-clusters", "3", "--trials", "2"]
    assert main(["search", npy, *arguments, "--set", "reducer__n_components=6", "--out", str(tmp_path / "out")]) == 0
    assert skfashion.load(tmp_path / "out" / "model.skfashion")["reducer"].n_components == 6


@pytest.mark.parametrize("command", ["cluster", "search"])
def test_the_number_of_clusters_has_its_own_option(npy, capsys, command):
    with pytest.raises(SystemExit, match="2"):
        main([command, npy, "--set", "clusterer__n_clusters=4"])
    assert "clusterer__n_clusters is set by --n-clusters" in capsys.readouterr().err


@pytest.mark.parametrize("margin", [2.0, 0.0])
def test_the_default_that_stays_with_a_lower_score_is_explained(npy, capsys, tmp_path, monkeypatch, margin):
    monkeypatch.setattr(_pipeline_search, "DEFAULT_MARGIN", margin)
    monkeypatch.setattr(_pipeline_search, "MIN_IMAGES", 100)
    arguments = ["--reducer", "image-features", "hog", "--clusterer", "graph-partition", "--n-clusters", "3"]
    assert main(["search", npy, *arguments, "--trials", "6", "--out", str(tmp_path / "out")]) == 0
    with (tmp_path / "out" / "trials.csv").open() as file:
        scores = [float(row["score_modularity_gradients"]) for row in csv.DictReader(file)]
    assert scores[0] < max(scores)
    shown = " ".join(capsys.readouterr().out.split())
    page = " ".join((tmp_path / "out" / "index.html").read_text().split())
    is_first = margin > 0
    assert ("│ 0 * │" in shown) == is_first
    assert ("the search began with it, and no other score is clearly higher" in shown) == is_first
    assert ("The pipeline that the search began with was chosen" in page) == is_first


def test_of_too_many_images_a_search_takes_some_from_the_start(npy, capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(_sample, "MAX_ROWS", 100)
    monkeypatch.setattr(_sample, "SAMPLE_ROWS", 50)
    arguments = ["--reducer", "pca", "--clusterer", "kmeans", "--n-clusters", "3", "--trials", "1"]
    assert main(["search", npy, *arguments, "--out", str(tmp_path / "out")]) == 0
    n_images = len(np.load(npy))
    assert (
        f"The search takes 50 of {n_images} images; `skfashion predict` labels the others." in capsys.readouterr().err
    )
    assert json.loads((tmp_path / "out" / "metrics.json").read_text())["n_samples"] == 50


def test_texts_of_trials_are_no_formulas(tmp_path):
    path = tmp_path / "trials.csv"
    _search._write_trials(path, {"error": np.array(["=1+1", "-x", ""]), "score": np.array([-1.5, 2.0, np.nan])})
    assert path.read_text().splitlines() == ["error,score", "'=1+1,-1.5", "'-x,2.0", ",nan"]
