"""Results of a clustering on the terminal and in files: scores, labels.csv, metrics.json, report and model."""

import hashlib
import os
import platform
import shlex
from importlib.metadata import version
from pathlib import Path

import numpy as np
from rich.table import Table

from skfashion import __version__
from skfashion.cli._input import EXPECTED, Images, expected_images
from skfashion.cli._output import console, note, say, write_json
from skfashion.cli._sample import Answers
from skfashion.cli._tables import Labelled, write_duplicates, write_labels, write_odd
from skfashion.engine.backend import choose_backend
from skfashion.inspection import EXPECTED_SHARE, Reference
from skfashion.labelling import run_id
from skfashion.persistence import ModelFileError, save
from skfashion.report import ClusteringReport

MODEL = "model.skfashion"
CLUSTERS_MODEL = "clusters.skfashion"  # in a folder of `label`: the reducer and the clusterer, for the next one
REFERENCE = "skfashion.reference"  # in the metadata of a saved model: what its training images are like


def clustering_report(
    images: Images, estimator, labels, Z, *, settings, confidence, sample: Images | None = None, notes=(), **options
):
    """Make the report of a command on all images or a sample of them; the options are those of ClusteringReport."""
    shown = images if sample is None else sample
    facts = {
        "Images": f"{images.name}: {len(images.X):,} of {images.pixels}, {_values(images)}",
        **settings,
        "Versions": ", ".join([f"Python {platform.python_version()}", *(f"{k} {v}" for k, v in versions().items())]),
    }
    return ClusteringReport(
        estimator=estimator,
        X=shown.X,
        Z=Z,
        labels=labels,
        y=shown.y,
        class_names=images.class_names,
        image_shape=images.image_shape,
        title=f"Clusters of {images.name}",
        facts=facts,
        notes=[*images.notes, *notes],
        confidence=confidence,
        filenames=shown.filenames,
        **options,
    )


def _values(images):
    low, high = images.range
    of_16_bits = "" if images.max_value is None else f", 255 for {images.max_value:,} in files of 16 bits"
    return f"values from {low:g} to {high:g}{of_16_bits}"


def versions() -> dict[str, str]:
    """Return the versions that the results depend on."""
    backend = choose_backend()
    packages = ("keras", backend, "scikit-learn", "numpy")
    return {"skfashion": __version__, **{package: version(package) for package in packages}}


def print_report(report: ClusteringReport, heading: str, written: str | None) -> None:
    """Print the scores as a table and the written files, and the warnings on stderr."""
    say(heading)
    table = Table()
    table.add_column("score")
    table.add_column("value", justify="right")
    table.add_column("meaning")
    for i, score in enumerate(report.scores):
        if score.uses_labels and not report.scores[i - 1].uses_labels:
            table.add_section()
        meaning = score.meaning + (" (uses labels)" if score.uses_labels else "")
        table.add_row(score.name, f"{score.value:,.3f}", meaning)
    if report.scores:
        console.print(table)
    for line in (*_sentences(report, written), written):
        if line is not None:
            say(line)
    for warning in report.warnings:
        note(warning)


def _sentences(report, written):
    """Say what is known of the clusters, of copies and of images unlike the training images."""
    for fact in (report.whole, report.number, report.agreement):
        if fact is not None:
            yield str(fact)
    if report.copies.n_copies:
        yield f"{report.copies}{': duplicates.csv' if written else ''}"
    if report.unlike is not None:
        yield str(report.unlike)


def save_model(
    model, folder: Path, images: Images, scale: str | None, out: Path, command_line: str, reference: Reference
) -> dict[str, str]:
    """Save the model with a description of its images; return the commands that repeat and use it, by purpose."""
    commands = {"To run it again": command_line}
    try:
        metadata = {EXPECTED: expected_images(images, scale), REFERENCE: reference.to_json()}
        save(model, folder / MODEL, metadata=metadata)
    except ModelFileError as error:  # a class of a plugin that is not known to be safe
        note(f"No {MODEL}, so no `skfashion label` and no `skfashion predict`: {error}")
        return commands
    label = shlex.join(["skfashion", "label", str(out)])
    commands["To label these images by the names of their clusters"] = f"{label} --decisions decisions.json --out named"
    path = str(out / MODEL)
    if hasattr(model, "predict"):
        features = "" if images.features is None else "--features NEW.npy "
        predict = shlex.join(["skfashion", "predict", path])
        commands["To label new images"] = f"{predict} FOLDER {features}--out labelled"
    return commands | {"In Python": f"model = skfashion.load({path!r})"}


def write_report(
    folder: Path,
    images: Images,
    report: ClusteringReport,
    *,
    settings: dict,
    commands: dict,
    answers: Answers | None = None,
    labelled: Labelled | None = None,
) -> None:
    """Write labels.csv, duplicates.csv, odd.csv, metrics.json and index.html.

    The answers are those for all images; without them, the report is not of a sample.
    """
    answers = answers or Answers.of(report)
    write_labels(folder / "labels.csv", images, answers, report.unlike, labelled)
    write_duplicates(folder / "duplicates.csv", images, report)
    write_odd(folder / "odd.csv", images, answers.odd_scores)
    metrics = {
        "data": images.name,
        "n_samples": len(images.X),
        "n_features": images.X.shape[1],
        **({} if report.whole is None else {"n_sampled": len(report.X)}),
        **settings,
        "versions": versions(),
        "cluster_sizes": {str(cluster.name): cluster.size for cluster in report.clusters},
        "scores": {score.name: score.value for score in report.scores},
        **({"n_clusters_scores": report.number.scores} if report.number is not None else {}),
        **_confidence(report, answers),
        **_oddities(report),
        "warnings": report.warnings,
    }
    write_json(folder / "metrics.json", metrics)
    page = report.to_html(commands).encode("utf-8", errors="replace")  # names of files need not be UTF-8
    (folder / "index.html").write_bytes(page)


def run_facts(images: Images, labels, features: Path | str | None = None) -> dict:
    """Identify a clustering and its images for metrics.json, so that `skfashion label` can take it."""
    facts = {"run": run_id(labels, images.filenames), "source": images.source, "reading": dict(images.reading)}
    facts |= {"pixels": digest_of(images.X)} if images.are_files else {}
    return facts if features is None else facts | {"features": os.path.abspath(features)}


def digest_of(X) -> str:
    """Return 16 hexadecimal digits that tell if any pixel has changed."""
    return hashlib.sha256(np.ascontiguousarray(X).data).hexdigest()[:16]


def _confidence(report, answers):
    """Return the agreement of the runs and the mean confidence, as far as they are known."""
    facts: dict[str, float] = {}
    if report.agreement is not None:
        facts |= {"n_runs": report.agreement.n_runs, "agreement": report.agreement.share}
    if answers.confidence is not None:
        facts["mean_confidence"] = float(np.nanmean(answers.confidence, dtype=np.float64))
    return facts


def _oddities(report):
    """Return the numbers of copies, and of images that are unlike the training images."""
    copies = report.copies
    facts: dict[str, dict] = {
        "duplicates": {"copies": copies.n_copies, "groups": copies.n_groups, "equal_pixels": copies.n_exact}
    }
    if report.unlike is not None:
        facts["unlike"] = {"images": report.unlike.n_unlike, "expected_share": EXPECTED_SHARE}
    return facts
