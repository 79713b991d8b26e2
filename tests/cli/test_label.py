import csv
import json
import os
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

import skfashion
from skfashion._utils.csv_cells import as_cell
from skfashion.cli import _sample, main
from skfashion.cli._run_folder import _read_table
from skfashion.cli._tables import _write_csv
from skfashion.labelling import run_id

SIDES = ("left", "right", "top", "bottom")  # the bright half of an image
PIPELINE = ["--reducer", "pca", "--clusterer", "kmeans", "--n-clusters", "4"]


def _images(n, seed=0):
    """Draw n images of each side, shape (4 n, 8, 8), and their sides."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 60, size=(4 * n, 8, 8), dtype=np.uint8)
    sides = np.tile(SIDES, n)
    for image, side in zip(images, sides, strict=True):
        part = {"left": np.s_[:, :4], "right": np.s_[:, 4:], "top": np.s_[:4], "bottom": np.s_[4:]}[side]
        image[part] += 150
    return images, sides


def _write(folder, n, seed=0):
    """Write files such as 003-bottom.png; every third is in a folder of its own."""
    for i, (image, side) in enumerate(zip(*_images(n, seed), strict=True)):
        path = folder / ("more" if i % 3 == 0 else "") / f"{i:03d}-{side}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(path)


@pytest.fixture(scope="module")
def clustered(tmp_path_factory):
    """A folder of 40 images, and the folder in which `cluster` has left its results."""
    folder = tmp_path_factory.mktemp("clustered")
    _write(folder / "photos", 10)
    assert main(["cluster", str(folder / "photos"), *PIPELINE, "--out", str(folder / "clusters")]) == 0
    return folder


@pytest.fixture
def clusters(clustered):
    return clustered / "clusters"


def _rows(folder):
    with (folder / "labels.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def _metrics(folder):
    return json.loads((folder / "metrics.json").read_text())


def _side(row):
    return row["file"].rpartition("-")[2].removesuffix(".png")


def _cluster_of(folder):
    """Return the cluster of each side."""
    return {_side(row): int(row["cluster"]) for row in _rows(folder)}


def _names(tmp_path, folder, sides=SIDES):
    path = tmp_path / "names.csv"
    clusters = _cluster_of(folder)
    path.write_text("cluster,name\n" + "".join(f"{clusters[side]},{side}\n" for side in sides))
    return ["--names", str(path)]


def _decisions(tmp_path, folder, **said):
    path = tmp_path / "decisions.json"
    head = {"format": "skfashion.decisions", "version": 1, "run": _metrics(folder)["run"]}
    path.write_text(json.dumps(head | said))
    return ["--decisions", str(path)]


def _label(folder, tmp_path, *arguments, out="labelled"):
    return main(["label", str(folder), *map(str, arguments), "--out", str(tmp_path / out)])


def _refused(capsys, tmp_path, problem):
    """Tell if there was one line of error with the problem, and nothing was written."""
    error = capsys.readouterr().err
    assert problem in error
    assert len(error.splitlines()) == 1
    return not [path for path in tmp_path.iterdir() if path.name not in ("names.csv", "decisions.json")]


def test_a_clustering_says_what_it_is_and_where_its_images_are(clustered, clusters):
    metrics, rows = _metrics(clusters), _rows(clusters)
    assert metrics["run"] == run_id([int(row["cluster"]) for row in rows], [row["file"] for row in rows])
    assert metrics["source"] == str(clustered / "photos")
    assert f"skfashion label {clusters} --decisions decisions.json --out named" in (clusters / "index.html").read_text()


def test_names_become_labels(clusters, tmp_path, capsys):
    assert _label(clusters, tmp_path, *_names(tmp_path, clusters)) == 0
    assert "40 of 40 images have a label, 0 of them by hand" in capsys.readouterr().out
    rows, metrics = _rows(tmp_path / "labelled"), _metrics(tmp_path / "labelled")
    assert [row["label"] for row in rows] == [_side(row) for row in rows]
    assert {row["decided_by"] for row in rows} == {"cluster"}
    assert [row["cluster"] for row in rows] == [row["cluster"] for row in _rows(clusters)]
    assert min(float(row["probability"]) for row in rows) > 0.5
    assert metrics["labels"] == {"bottom": 10, "left": 10, "right": 10, "top": 10}
    assert metrics["decided_by"] == {"hand": 0, "cluster": 40, "classifier": 0, "left_out": 0, "none": 0}
    assert metrics["n_decisions"] == 4
    assert {path.name for path in (tmp_path / "labelled").iterdir()} == {
        *("clusters.skfashion", "duplicates.csv", "index.html", "labels.csv", "metrics.json", "model.skfashion"),
        *("names.csv", "odd.csv", "skfashion.json"),
    }


def test_the_model_gives_new_images_labels(clusters, tmp_path):
    assert _label(clusters, tmp_path, *_names(tmp_path, clusters)) == 0
    _write(tmp_path / "new", 3, seed=1)
    model = str(tmp_path / "labelled" / "model.skfashion")
    assert main(["predict", model, str(tmp_path / "new"), "--out", str(tmp_path / "predicted")]) == 0
    rows = _rows(tmp_path / "predicted")
    assert [row["label"] for row in rows] == [_side(row) for row in rows]
    assert all(float(row["confidence"]) > 0.5 and float(row["distance"]) < 2 for row in rows)
    assert "cluster" not in rows[0]
    assert skfashion.load(model).predict(_images(1)[0].reshape(4, -1)).tolist() == list(SIDES)


def test_everything_that_can_be_decided(clusters, tmp_path, capsys):
    number, rows = _cluster_of(clusters), _rows(clusters)
    left = [row for row in rows if _side(row) == "left"]
    said = {
        "labels": [{"name": "sideways", "clusters": [number["left"], number["right"]]}],
        "split": [number["bottom"]],
        "images": [
            {"row": int(left[0]["row"]), "file": left[0]["file"], "label": "odd ones"},
            {"row": int(left[1]["row"]), "leave_out": True},
        ],
    }
    assert _label(clusters, tmp_path, *_decisions(tmp_path, clusters, **said)) == 0
    warning = capsys.readouterr().err
    assert f"Cluster {number['bottom']} was split into the clusters" in warning
    assert "1 image left out: these count as noise." in warning
    labelled = {row["file"]: row for row in _rows(tmp_path / "labelled")}
    assert (labelled[left[0]["file"]]["label"], labelled[left[0]["file"]]["decided_by"]) == ("odd ones", "hand")
    out = labelled.pop(left[1]["file"])
    assert (out["label"], out["cluster"], out["decided_by"], out["probability"]) == ("", "-1", "hand", "")
    assert labelled[left[2]["file"]]["label"] == "sideways"
    assert labelled[left[2]["file"]]["cluster"] == str(min(number["left"], number["right"]))
    undecided = [row for row in labelled.values() if _side(row) in ("top", "bottom")]
    assert {row["decided_by"] for row in undecided} == {"classifier"}
    assert {row["label"] for row in undecided} <= {"sideways", "odd ones"}
    parts = {int(row["cluster"]) for row in undecided if _side(row) == "bottom"}
    assert len(parts) >= 2
    assert min(parts) > 4  # 4 is that of the odd ones
    assert {int(row["cluster"]) for row in undecided if _side(row) == "top"} == {number["top"]}


def test_a_labelled_folder_can_be_labelled_again(clusters, tmp_path):
    first = _names(tmp_path, clusters, ["left", "right"])
    assert _label(clusters, tmp_path, *first, out="first") == 0
    names = (tmp_path / "first" / "names.csv").read_text()
    top = _cluster_of(clusters)["top"]
    assert f"\n{top},,10\n" in names
    (tmp_path / "names.csv").write_text(names.replace(f"\n{top},,", f"\n{top},top,").replace(",left,", ",port,"))
    assert _label(tmp_path / "first", tmp_path, "--names", tmp_path / "names.csv", out="second") == 0
    rows = _rows(tmp_path / "second")
    wanted = {"left": ("port", "cluster"), "right": ("right", "cluster"), "top": ("top", "cluster")}
    for row in rows:
        assert row["decided_by"] == wanted.get(_side(row), (None, "classifier"))[1]
        assert row["label"] == wanted[_side(row)][0] if _side(row) in wanted else True
    bottom = _cluster_of(clusters)["bottom"]
    said = _decisions(tmp_path, tmp_path / "second", split=[bottom], leave_out=[top])
    assert _label(tmp_path / "second", tmp_path, *said, out="third") == 0
    counts = _metrics(tmp_path / "third")["decided_by"]
    assert counts == {"hand": 0, "cluster": 20, "classifier": 10, "left_out": 10, "none": 0}


def test_files_are_copied_to_sorted_folders(clustered, clusters, tmp_path, capsys):
    names = _names(tmp_path, clusters, ["left", "top"])
    assert _label(clusters, tmp_path, *names, "--copy-to", tmp_path / "a" / "sorted") == 0
    assert "20 copies in 2 folders are in" in capsys.readouterr().out
    copies = list((tmp_path / "a" / "sorted").rglob("*.png"))
    assert len(copies) == 20
    assert all(path.parent.name == path.stem.partition("-")[2] and not path.is_symlink() for path in copies)
    assert len(list((clustered / "photos").rglob("*.png"))) == 40


def test_files_are_linked_in_sorted_folders(clusters, tmp_path):
    names = _names(tmp_path, clusters)
    assert _label(clusters, tmp_path, *names, "--link-to", tmp_path / "sorted") == 0
    links = list((tmp_path / "sorted").glob("*/*.png"))
    assert len(links) == 40
    assert all(path.is_symlink() and path.is_file() for path in links)


def test_one_label_makes_no_classifier_but_labels(clusters, tmp_path, capsys):
    assert _label(clusters, tmp_path, *_names(tmp_path, clusters, ["left"])) == 0
    assert "No model.skfashion: there is only one label, 'left'" in capsys.readouterr().err
    assert not (tmp_path / "labelled" / "model.skfashion").exists()
    rows = _rows(tmp_path / "labelled")
    assert {(_side(row), row["label"], row["decided_by"]) for row in rows} == {
        ("left", "left", "cluster"),
        *((side, "", "") for side in SIDES[1:]),
    }
    assert _label(tmp_path / "labelled", tmp_path, *_names(tmp_path, clusters), out="second") == 0
    assert (tmp_path / "second" / "model.skfashion").exists()


def test_a_split_needs_no_label(clusters, tmp_path):
    split = _decisions(tmp_path, clusters, split=[0])
    assert _label(clusters, tmp_path, *split) == 0
    assert {row["label"] for row in _rows(tmp_path / "labelled")} == {""}
    assert "0" not in {row["cluster"] for row in _rows(tmp_path / "labelled")}


def test_everything_can_be_left_out(clusters, tmp_path):
    assert _label(clusters, tmp_path, *_decisions(tmp_path, clusters, leave_out=[0, 1, 2, 3])) == 0
    assert {row["cluster"] for row in _rows(tmp_path / "labelled")} == {"-1"}


@pytest.fixture
def moved(clustered, tmp_path_factory):
    """A copy of the images and the clusters, to be changed."""
    folder = tmp_path_factory.mktemp("moved")
    for name in ("photos", "clusters"):
        shutil.copytree(clustered / name, folder / name)
    return folder


def test_images_that_have_moved_are_named(clusters, moved, tmp_path, capsys):
    metrics = _metrics(moved / "clusters") | {"source": str(moved / "gone")}
    (moved / "clusters" / "metrics.json").write_text(json.dumps(metrics))
    names = _names(tmp_path, clusters)
    assert _label(moved / "clusters", tmp_path, *names) == 2
    assert _refused(capsys, tmp_path, "gone does not exist; --images PATH says where the images are now")
    assert _label(moved / "clusters", tmp_path, *names, "--images", moved / "photos") == 0
    assert _metrics(tmp_path / "labelled")["source"] == str(moved / "photos")


def test_files_that_vanished_are_an_error_and_new_ones_are_left_out(clusters, moved, tmp_path, capsys):
    names = [*_names(tmp_path, clusters), "--images", moved / "photos"]
    shutil.copy(moved / "photos" / "001-right.png", moved / "photos" / "000-new.png")
    assert _label(clusters, tmp_path, *names, out="with_new") == 0
    assert "photos left out: not in the run." in capsys.readouterr().err
    assert [row["label"] for row in _rows(tmp_path / "with_new")] == [_side(row) for row in _rows(clusters)]
    shutil.rmtree(tmp_path / "with_new")
    (moved / "photos" / "001-right.png").unlink()
    (moved / "photos" / "002-top.png").write_bytes(b"damaged")
    assert _label(clusters, tmp_path, *names, "--copy-to", tmp_path / "sorted") == 2
    assert _refused(capsys, tmp_path, "lacks 2 files of the run, or cannot read: 001-right.png, 002-top.png")


def test_a_copy_that_fails_leaves_nothing(clusters, tmp_path, capsys, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device", "a.png")

    monkeypatch.setattr(shutil, "copy2", fail)
    assert _label(clusters, tmp_path, *_names(tmp_path, clusters), "--copy-to", tmp_path / "a" / "sorted") == 2
    assert _refused(capsys, tmp_path, "a.png: No space left on device")


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"run": "0" * 16, "split": [0]}, "of another run"),
        ({"version": 2}, "its version is 2"),
        ({"split": [9]}, "there is no cluster 9"),
        ({"split": [0], "leave_out": [0]}, "cluster 0 occurs twice"),
        ({"labels": [{"name": "a", "clusters": [0]}, {"name": "a", "clusters": [1]}]}, "have the name 'a'"),
        ({"images": [{"row": 99, "label": "a"}]}, "there is no row 99"),
        ({"images": [{"file": "z.png", "label": "a"}]}, "there is no file 'z.png'"),
        ({}, "decides nothing"),
    ],
)
def test_wrong_decisions_are_one_line_and_exit_2(clusters, tmp_path, capsys, said, problem):
    decisions = _decisions(tmp_path, clusters, **said)
    assert _label(clusters, tmp_path, *decisions) == 2
    assert _refused(capsys, tmp_path, f"decisions.json{':' if said else ''} ")
    assert _label(clusters, tmp_path, *decisions) == 2
    assert _refused(capsys, tmp_path, problem)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("cluster,name\n9,boots\n", "names.csv: there is no cluster 9 in this run"),
        ("cluster,name\n0,boots\n0,bags\n", "names.csv: cluster 0 occurs twice"),
        ("number,name\n0,boots\n", "names.csv: its first line must name the columns"),
        ('{"format": "skfashion.decisions"}', 'the columns "cluster" and "name"; pass decisions by --decisions'),
        ("cluster,name\n0,\n", "names.csv decides nothing"),
    ],
)
def test_wrong_names_are_one_line_and_exit_2(clusters, tmp_path, capsys, text, problem):
    (tmp_path / "names.csv").write_text(text)
    assert _label(clusters, tmp_path, "--names", tmp_path / "names.csv") == 2
    assert _refused(capsys, tmp_path, problem)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("skfashion.json", "is no folder of `skfashion cluster --out`"),
        ("metrics.json", "are damaged"),
        ("labels.csv", "are damaged"),
    ],
)
def test_nobody_waits_for_a_pipe_in_the_folder(moved, clusters, tmp_path, capsys, name, problem):
    names = _names(tmp_path, clusters)
    (moved / "clusters" / name).unlink()
    os.mkfifo(moved / "clusters" / name)
    assert _label(moved / "clusters", tmp_path, *names) == 2
    assert _refused(capsys, tmp_path, problem)


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda folder: (folder / "skfashion.json").unlink(), "is no folder of `skfashion cluster --out`"),
        (shutil.rmtree, "is no folder of `skfashion cluster --out`"),
        (lambda folder: (folder / "model.skfashion").unlink(), "has no model.skfashion"),
        (lambda folder: (folder / "model.skfashion").write_bytes(b"damaged"), "is not a model that skfashion"),
        (lambda folder: (folder / "metrics.json").write_text("["), "are damaged"),
        (lambda folder: (folder / "metrics.json").write_text("[" * 100_000), "are damaged"),
        (lambda folder: (folder / "skfashion.json").write_text("[" * 100_000), "is no folder of"),
        (lambda folder: (folder / "metrics.json").write_text("[]"), "are damaged"),
        (lambda folder: (folder / "metrics.json").write_text('{"reading": [1]}'), "are damaged"),
        (lambda folder: (folder / "metrics.json").write_text('{"reading": {"eval": 1}}'), "are damaged"),
        (lambda folder: (folder / "metrics.json").write_text('{"reading": {"max_pixels": "x"}}'), "are damaged"),
        (lambda folder: (folder / "metrics.json").write_text('{"source": 3}'), "are damaged"),
        (lambda folder: (folder / "labels.csv").write_text("row,cluster\n0\n"), "are damaged"),
        (lambda folder: (folder / "labels.csv").write_text("row,cluster\n0,a\n"), "are damaged"),
        (lambda folder: (folder / "labels.csv").write_text(""), "are damaged"),
        (lambda folder: (folder / "labels.csv").write_text("row,cluster\n0,1\n"), "labels.csv has changed"),
    ],
)
def test_a_damaged_folder_is_one_line_and_exit_2(moved, clusters, tmp_path, capsys, damage, problem):
    names = _names(tmp_path, clusters)
    damage(moved / "clusters")
    assert _label(moved / "clusters", tmp_path, *names) == 2
    assert _refused(capsys, tmp_path, problem)


def test_a_labelled_folder_without_its_labels_is_one_line_and_exit_2(clusters, tmp_path, capsys):
    names = _names(tmp_path, clusters)
    assert _label(clusters, tmp_path, *names, out="first") == 0
    table = (tmp_path / "first" / "labels.csv").read_text()
    (tmp_path / "first" / "labels.csv").write_text(table.replace("decided_by", "by", 1))
    capsys.readouterr()
    assert _label(tmp_path / "first", tmp_path, *names) == 2
    assert "are damaged" in capsys.readouterr().err


def test_nothing_is_overwritten(clusters, tmp_path, capsys):
    names = _names(tmp_path, clusters)
    assert _label(clusters, tmp_path, *names) == 0
    before = (tmp_path / "labelled" / "metrics.json").read_bytes()
    capsys.readouterr()
    for arguments, out in (
        ([], "labelled"),
        (["--copy-to", tmp_path / "labelled"], "new"),
        (["--link-to", tmp_path / "names.csv"], "new"),
    ):
        assert _label(clusters, tmp_path, *names, *arguments, out=out) == 2
        assert "exists, and nothing is overwritten" in capsys.readouterr().err
    assert (tmp_path / "labelled" / "metrics.json").read_bytes() == before
    assert not (tmp_path / "new").exists()


def test_folders_must_be_apart_from_each_other(clustered, clusters, tmp_path, capsys):
    names = _names(tmp_path, clusters)
    assert _label(clusters, tmp_path, *names, "--copy-to", tmp_path / "labelled" / "sorted") == 2
    assert _refused(capsys, tmp_path, "must be folders apart from each other")
    assert _label(clusters, tmp_path, *names, "--copy-to", clustered / "photos" / "sorted") == 2
    assert _refused(capsys, tmp_path, "is in the folder of the images")


def test_a_folder_of_files_needs_a_label(clusters, tmp_path, capsys):
    decisions = _decisions(tmp_path, clusters, leave_out=[0])
    assert _label(clusters, tmp_path, *decisions, "--copy-to", tmp_path / "sorted") == 2
    assert _refused(capsys, tmp_path, "no image has a label, so --copy-to has nothing to do")


def test_images_in_an_array_with_known_classes(tmp_path, capsys):
    images, sides = _images(10)
    np.savez(tmp_path / "images.npz", images=images.reshape(40, 4, 16), labels=sides)
    cluster = ["cluster", str(tmp_path / "images.npz"), *PIPELINE, "--image-size", "4x16"]
    assert main([*cluster, "--out", str(tmp_path / "clusters")]) == 0
    names = {row["label"]: row["cluster"] for row in _rows(tmp_path / "clusters")}
    (tmp_path / "names.csv").write_text(
        "cluster,name\n" + "".join(f"{cluster},the {side}\n" for side, cluster in names.items())
    )
    assert _label(tmp_path / "clusters", tmp_path, "--names", tmp_path / "names.csv") == 0
    rows = _rows(tmp_path / "labelled")
    assert [row["label"] for row in rows] == [f"the {row['class']}" for row in rows] == [f"the {s}" for s in sides]
    capsys.readouterr()
    arguments = ["--names", tmp_path / "names.csv", "--copy-to", tmp_path / "sorted"]
    assert _label(tmp_path / "clusters", tmp_path, *arguments, out="new") == 2
    assert "--copy-to needs a folder of image files" in capsys.readouterr().err
    np.save(tmp_path / "fewer.npy", images[:30].reshape(30, 4, 16))
    arguments = ["--names", tmp_path / "names.csv", "--images", tmp_path / "fewer.npy"]
    assert _label(tmp_path / "clusters", tmp_path, *arguments, out="new") == 2
    assert "fewer.npy has 30 images, but the run 40" in capsys.readouterr().err


def test_a_table_is_read_with_the_options_of_the_run(tmp_path):
    images, sides = _images(10)
    lines = [",".join([side, *map(str, image.ravel())]) for image, side in zip(images, sides, strict=True)]
    header = ",".join(["side", *(f"p{i}" for i in range(64))])
    (tmp_path / "images.csv").write_text("\n".join([header, *lines]))
    cluster = ["cluster", str(tmp_path / "images.csv"), *PIPELINE, "--label-column", "side"]
    assert main([*cluster, "--out", str(tmp_path / "clusters")]) == 0
    (tmp_path / "names.csv").write_text("cluster,name\n0,a\n1,b\n")
    assert _label(tmp_path / "clusters", tmp_path, "--names", tmp_path / "names.csv") == 0
    assert [row["class"] for row in _rows(tmp_path / "labelled")] == sides.tolist()


def test_the_clusters_of_a_search_can_be_labelled(clustered, tmp_path):
    search = ["search", str(clustered / "photos"), "--reducer", "pca", "--clusterer", "kmeans", "--trials", "1"]
    assert main([*search, "--n-clusters", "4", "--out", str(tmp_path / "found")]) == 0
    assert _label(tmp_path / "found", tmp_path, *_names(tmp_path, tmp_path / "found")) == 0
    assert [row["label"] for row in _rows(tmp_path / "labelled")] == [_side(row) for row in _rows(tmp_path / "found")]


@pytest.mark.figures
def test_the_bundled_sample_is_taken_again(tmp_path):
    cluster = ["cluster", "--sample", "--reducer", "pca", "--clusterer", "minibatch-kmeans", "--n-clusters", "3"]
    assert main([*cluster, "--out", str(tmp_path / "clusters")]) == 0
    assert _metrics(tmp_path / "clusters")["source"] is None
    (tmp_path / "names.csv").write_text("cluster,name\n0,a\n1,b\n")
    assert _label(tmp_path / "clusters", tmp_path, "--names", tmp_path / "names.csv") == 0
    assert len(_rows(tmp_path / "labelled")) == 5000


def test_features_are_read_again_and_needed_for_new_images(clustered, tmp_path, capsys):
    images, _ = _images(10)
    np.save(tmp_path / "features.npy", images.reshape(40, -1).astype(np.float32))
    cluster = ["cluster", str(clustered / "photos"), "--features", str(tmp_path / "features.npy")]
    order = np.argsort([f"{'more/' if i % 3 == 0 else ''}{i:03d}" for i in range(40)])
    np.save(tmp_path / "features.npy", np.load(tmp_path / "features.npy")[order])
    assert main([*cluster, *PIPELINE[2:], "--out", str(tmp_path / "clusters")]) == 0
    names = _names(tmp_path, tmp_path / "clusters")
    assert _label(tmp_path / "clusters", tmp_path, *names) == 0
    assert [row["label"] for row in _rows(tmp_path / "labelled")] == [_side(r) for r in _rows(tmp_path / "labelled")]
    assert _metrics(tmp_path / "labelled")["features"] == str(tmp_path / "features.npy")
    capsys.readouterr()
    assert main(["predict", str(tmp_path / "labelled" / "model.skfashion"), str(clustered / "photos")]) == 2
    assert "--features FILE" in capsys.readouterr().err


def test_the_votes_of_the_default_clusterer_are_the_confidence(tmp_path):
    _write(tmp_path / "photos", 50)
    cluster = ["cluster", str(tmp_path / "photos"), "--reducer", "pca", "--clusterer", "graph-partition"]
    assert main([*cluster, "--n-clusters", "4", "--out", str(tmp_path / "clusters")]) == 0
    number, rows = _cluster_of(tmp_path / "clusters"), _rows(tmp_path / "clusters")
    images = [{"row": 0, "label": "left"}, {"row": 1, "leave_out": True}]
    labels = [{"name": side, "clusters": [number[side]]} for side in SIDES[:2]]
    said = _decisions(tmp_path, tmp_path / "clusters", labels=labels, split=[number["top"]], images=images)
    assert _label(tmp_path / "clusters", tmp_path, *said) == 0
    labelled = _rows(tmp_path / "labelled")
    assert [float(row["confidence"]) for row in labelled[:2]] == [1, 0]
    for before, after in zip(rows[2:], labelled[2:], strict=True):
        if _side(before) != "top":
            assert after["confidence"] == before["confidence"]


def test_of_many_images_the_page_shows_some_and_all_have_labels(clustered, tmp_path, monkeypatch):
    monkeypatch.setattr(_sample, "MAX_ROWS", 30)
    monkeypatch.setattr(_sample, "SAMPLE_ROWS", 20)
    cluster = ["cluster", str(clustered / "photos"), *PIPELINE, "--out", str(tmp_path / "clusters")]
    assert main(cluster) == 0
    assert _label(tmp_path / "clusters", tmp_path, *_names(tmp_path, tmp_path / "clusters")) == 0
    rows, metrics = _rows(tmp_path / "labelled"), _metrics(tmp_path / "labelled")
    assert [row["label"] for row in rows] == [_side(row) for row in rows]
    assert all(row["distance"] for row in rows)
    assert metrics["n_sampled"] == 20
    assert metrics["cluster_sizes"] == {str(cluster): 10 for cluster in range(4)}


def test_the_program_in_the_documentation_runs():
    page = Path(__file__).parents[2] / "docs" / "labelling.md"
    (program,) = re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL)
    names: dict = {}
    exec(compile(program, str(page), "exec"), names)
    assert set(names["labels"]) == {"boots", "bags"}


@pytest.mark.parametrize(
    "arguments", [[], ["--names", "a", "--decisions", "b"], ["--names", "a", "--copy-to", "b", "--link-to", "c"]]
)
def test_wrong_arguments_are_one_line_and_exit_2(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        main(["label", "clusters", *arguments, "--out", "out"])
    assert end.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_carriage_return_in_the_name_of_a_file_is_no_end_of_a_line(tmp_path):
    names = ["a\rb.png", "a\nb.png", "a\r\nb.png", 'a"b.png', "=1.png", "a,b.png", "\udcff.png"]
    path = tmp_path / "labels.csv"
    _write_csv(path, [{"row": range(len(names)), "file": [as_cell(name) for name in names]}])
    assert _read_table(path)["file"] == names
    assert path.read_bytes().endswith(b".png\n")


def test_images_that_have_changed_since_are_said(clusters, clustered, tmp_path, capsys):
    photo = sorted((clustered / "photos").rglob("*.png"))[0]
    before = photo.read_bytes()
    try:
        with Image.open(photo) as image:
            ImageOps.invert(image.convert("L")).save(photo)
        assert _label(clusters, tmp_path, *_names(tmp_path, clusters)) == 0
    finally:
        photo.write_bytes(before)
    assert "have changed since they were clustered" in capsys.readouterr().err


def test_a_label_in_a_folder_of_another_name_is_said(clusters, tmp_path, capsys):
    names = tmp_path / "names.csv"
    numbers = sorted({int(row["cluster"]) for row in _rows(clusters)})
    lines = (f"{n},{name}\n" for n, name in zip(numbers, ("bags", "Bags", "a/b", "c"), strict=True))
    names.write_text("".join(("cluster,name\n", *lines)))
    assert _label(clusters, tmp_path, "--names", str(names), "--copy-to", str(tmp_path / "sorted")) == 0
    said = capsys.readouterr().err
    assert "The label 'a/b' is in the folder 'a_b'." in said
    assert "The label 'bags' is in the folder 'bags-2'." in said


def test_the_model_for_the_next_split_labels_nothing(clusters, clustered, tmp_path, capsys):
    assert _label(clusters, tmp_path, *_names(tmp_path, clusters)) == 0
    model = tmp_path / "labelled" / "clusters.skfashion"
    assert main(["predict", str(model), str(clustered / "photos")]) == 2
    assert f"is for the next split of clusters; give {model.with_name('model.skfashion')}" in capsys.readouterr().err
