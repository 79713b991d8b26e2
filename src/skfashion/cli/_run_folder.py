"""The folder of a clustering, as `skfashion label` takes it: clusters, files, model, and the images again."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.pipeline import Pipeline

from skfashion._utils.blocks import block_size
from skfashion._utils.csv_cells import from_cell
from skfashion._utils.special_files import check_regular
from skfashion.cli._expected import expected_by, load_model, read_expected
from skfashion.cli._features import check_expected, with_features
from skfashion.cli._input import READ_AGAIN, Images, fashion_mnist
from skfashion.cli._output import InputError, counted, note, progress, read_manifest
from skfashion.cli._results import CLUSTERS_MODEL, MODEL, digest_of
from skfashion.labelling import BY_CLUSTER, BY_HAND, run_id

COMMANDS = ("cluster", "search", "label")  # whose folders can be labelled
N_SAMPLE = 5_000  # images of the bundled sample
TEXTS = ("file", "label")  # columns
MAX_NAMES = 3  # of files in a message


class Run(NamedTuple):
    """A clustering in a folder.

    Attributes
    ----------
    path : Path
        The folder.
    clusters : ndarray of shape (n_samples,) of int
        Cluster of each image.
    files : list of str or None
        File of each image.
    confidence : ndarray of shape (n_samples,) or None
        Confidence in the cluster of each image; NaN for unknown.
    margins : ndarray of shape (n_samples,) or None
        Margin to the next cluster, from -1 to 1; NaN for unknown.
    labels, decided_by : list of str or None
        Results of earlier decisions; None if there were no decisions.
    metrics : dict
        Content of metrics.json.
    model : Pipeline
        Reducer and clusterer.
    metadata : dict
        Metadata of the model.
    """

    path: Path
    clusters: np.ndarray
    files: list[str] | None
    confidence: np.ndarray | None
    margins: np.ndarray | None
    labels: list[str] | None
    decided_by: list[str] | None
    metrics: dict[str, Any]
    model: Pipeline
    metadata: dict[str, Any]

    @property
    def weights(self) -> np.ndarray | None:
        """The confidence in [0, 1] in the cluster of each image, or that of the margin if there is no confidence."""
        return self.confidence if self.margins is None or self.confidence is not None else (1 + self.margins) / 2


def read_run(path: Path) -> Run:
    """Read the folder of a clustering.

    Raises
    ------
    InputError
        If it is no such folder, has no model, or has changed since it was written.
    """
    manifest = read_manifest(path)
    if manifest is None or manifest["command"] not in COMMANDS:
        raise InputError(f"{path} is no folder of `skfashion cluster --out`")
    try:
        for name in ("labels.csv", "metrics.json"):
            check_regular(path / name)
        columns = _read_table(path / "labels.csv")
        metrics = json.loads((path / "metrics.json").read_text(encoding="utf-8"))
        _check_metrics(metrics)
        clusters, known_id = np.array(columns["cluster"], np.int64), metrics.get("run")
        confidence, margins = (_numbers(columns.get(name)) for name in ("confidence", "margin"))
        labels, decided_by = _earlier(columns) if manifest["command"] == "label" else (None, None)
    except (OSError, csv.Error, ValueError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise InputError(f"{path} has no labels.csv and metrics.json, or they are damaged; cluster again") from error
    files = columns.get("file")
    if known_id is not None and known_id != run_id(clusters, files):
        raise InputError(f"{path / 'labels.csv'} has changed since it was written; cluster again")
    model, metadata = _model(path)
    return Run(path, clusters, files, confidence, margins, labels, decided_by, metrics, model, metadata)


def _read_table(path) -> dict[str, list[str]]:
    """Read the columns of a CSV file."""
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        reader = csv.reader(file, strict=True)
        header = next(reader, [])
        columns = dict(zip(header, map(list, zip(*reader, strict=True)), strict=True))
    return columns | {name: list(map(from_cell, columns[name])) for name in TEXTS if name in columns}


def _numbers(column):
    """Return a column as numbers; empty fields are NaN."""
    return None if column is None else np.array([float(text) if text else np.nan for text in column])


def _check_metrics(metrics):
    """Raise a ValueError if what the images are read by is not what the command writes."""
    reading = metrics.get("reading") or {}
    is_known = reading.keys() <= set(READ_AGAIN) and isinstance(reading.get("max_pixels"), int | None)
    if not is_known or not all(isinstance(metrics.get(name), str | None) for name in ("source", "features")):
        raise ValueError("it was not written by the command")


def _earlier(columns):
    """Return the labels that a person has decided, and by what; those of the classifier are no decisions."""
    decided_by = [by if by in (BY_HAND, BY_CLUSTER) else "" for by in columns.get("decided_by", [])]
    labels = columns.get("label", [])
    return [label if by else "" for label, by in zip(labels, decided_by, strict=True)], decided_by


def _model(path):
    place = next((path / name for name in (CLUSTERS_MODEL, MODEL) if (path / name).exists()), None)
    if place is None:
        raise InputError(f"{path} has no {MODEL}, which is needed; cluster with steps that can be saved")
    model, metadata = load_model(place)
    if not isinstance(model, Pipeline) or len(model) < 2:
        raise InputError(f"{place} is no pipeline of a reducer and a clusterer")
    return model, metadata


def images_of_run(run: Run, source: Path | None, features: Path | None) -> Images:
    """Read the images of a run again, in its order.

    Raises
    ------
    InputError
        If they are not where they were, or not all of them are.
    """
    said = run.metrics.get("source")
    source = Path(said) if source is None and said else source
    if source is not None:
        images = _read_again(run, source)
    elif "source" in run.metrics and run.files is None:
        images = fashion_mnist(sample=len(run.clusters) == N_SAMPLE)
    else:
        raise InputError(f"{run.path} does not say where its images are; give them with --images")
    images = images if run.files is None else _in_order(images, run.files)
    if len(images.X) != len(run.clusters):
        raise InputError(f"{images.name} has {counted(len(images.X), 'image')}, but the run {len(run.clusters):,}")
    if images.are_files and run.metrics.get("pixels") not in (None, digest_of(images.X)):
        note(f"Images in {images.name} have changed since they were clustered: look at their labels.")
    if features is None and run.metrics.get("features"):
        features = Path(run.metrics["features"])
    images = with_features(images, features)
    check_expected(images, expected_by(run.model, run.metadata, run.path), run.path)
    return images


def _read_again(run, path):
    if not path.exists():
        raise InputError(f"{path} does not exist; --images PATH says where the images are now")
    reading = {"label_column": "auto", **(run.metrics.get("reading") or {}), "skip_unreadable": True}
    images = read_expected(path, expected_by(run.model, run.metadata, run.path), of_run=True, **reading)
    if run.files is not None and images.filenames is None:
        raise InputError(f"{path} is no folder of image files, but the run is of one")
    return images


def _in_order(images: Images, files: Sequence[str]) -> Images:
    """Return the images of these files; the folder may have further ones."""
    places = {name: row for row, name in enumerate(images.filenames or ())}
    missing = [name for name in files if name not in places]
    if missing:
        shown = ", ".join(missing[:MAX_NAMES]) + (", ..." if len(missing) > MAX_NAMES else "")
        raise InputError(f"{images.name} lacks {counted(len(missing), 'file')} of the run, or cannot read: {shown}")
    if len(places) > len(files):
        note(f"{counted(len(places) - len(files), 'image')} in {images.name} left out: not in the run.")
    rows = [places[name] for name in files]
    return images if rows == list(range(len(places))) else images.only(rows)


def codes_of(model: Pipeline, images: Images) -> np.ndarray:
    """Reduce the images to codes, block by block."""
    if not hasattr(model[:-1], "transform"):
        raise InputError(f"{type(model[-2]).__name__} cannot reduce images again; cluster with another reducer")
    rows = images.rows
    size, parts = block_size(rows.shape[1]), []
    try:
        with progress() as bar:
            task = bar.add_task("reducing the images", total=len(rows))
            for start in range(0, len(rows), size):
                parts.append(np.asarray(model[:-1].transform(rows[start : start + size])))
                bar.update(task, advance=len(parts[-1]))
    except (ValueError, ImportError, OSError) as error:
        raise InputError(f"{images.name} cannot be reduced to codes: {str(error).splitlines()[0]}") from error
    return np.concatenate(parts)
