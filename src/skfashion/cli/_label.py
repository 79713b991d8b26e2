"""``skfashion label``: apply decisions about clusters; labels, sorted files, a classifier, and a page to go on with."""

import os
import shlex
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from skfashion._utils.pipelines import clusters_of
from skfashion.cli._input import Images
from skfashion.cli._labelled import (
    Labels,
    label_rows,
    names_of_clusters,
    pipeline_of_clusters,
    save_models,
    write_names,
)
from skfashion.cli._output import (
    InputError,
    counted,
    describe_files,
    note,
    output_folder,
    parents_of,
    progress,
    require_new,
)
from skfashion.cli._results import MODEL, clustering_report, print_report, run_facts, write_report
from skfashion.cli._run_folder import Run, codes_of, images_of_run, read_run
from skfashion.cli._sample import Answers, answers_of_codes, draw_rows
from skfashion.cli._tables import Labelled
from skfashion.labelling import (
    Decided,
    DecisionError,
    Decisions,
    apply_decisions,
    read_decisions,
    read_names,
    sort_files,
)
from skfashion.persistence import ModelFileError
from skfashion.report import ClusteringReport

OF_THE_RUN = ("reducer", "clusterer", "scale", "seed", "parameters")  # in metrics.json; they stay


class Sorting(NamedTuple):
    """The folder for sorted files, and whether they are links."""

    folder: Path
    is_link: bool

    @property
    def option(self) -> str:
        """The option that names the folder."""
        return "--link-to" if self.is_link else "--copy-to"


class Done(NamedTuple):
    """A run, and what the decisions make of it."""

    run: Run
    images: Images
    codes: np.ndarray  # (n_samples, n_components)
    labels: Labels


def run(
    *,
    clusters: Path,
    decisions: Path | None,
    names: Path | None,
    out: Path,
    copy_to: Path | None,
    link_to: Path | None,
    images: Path | None,
    features: Path | None,
    command_line: str,
):
    """Apply the decisions and report."""
    start = time.perf_counter()
    target = copy_to or link_to
    sorting = None if target is None else Sorting(target, link_to is not None)
    _check_targets(out, sorting)
    said, previous, decided = _decide(clusters, decisions, names)
    shown = images_of_run(previous, images, features)
    if sorting is not None:
        _check_sorting(sorting, shown, decided)
    codes = codes_of(previous.model, shown)
    done = Done(previous, shown, codes, label_rows(previous, decided, codes))
    facts = {"Decisions": f"{said.n_decisions:,} in {decisions or names}, about the clusters in {clusters}"}
    facts |= {"Labels": ", ".join(f"{name} {size:,}" for name, size in done.labels.sizes.items()) or "none"}
    seconds = time.perf_counter() - start
    report, answers = _report(done, facts | {"Time": f"{seconds:.0f} s to read, reduce and label"})
    settings = _settings(done, features) | {"n_decisions": said.n_decisions, "seconds": round(seconds, 3)}
    with output_folder(out, "label", replace=False) as folder:
        _write(folder, out, done, report, answers, settings, command_line)
        written = f"{describe_files(folder)} are in {out}"
        if sorting is not None:
            written += f"; {_sort(sorting, shown, decided)}"
    seconds = time.perf_counter() - start
    print_report(report, f"{shown.name}: {_summary(done.labels)}, {seconds:.0f} s", written)


def _check_targets(out, sorting):
    """Refuse folders that exist, and a folder of files in another folder that is read or written."""
    require_new(out, "--out")
    if sorting is not None:
        require_new(sorting.folder, sorting.option)
        if _is_in(sorting.folder, out) or _is_in(out, sorting.folder):
            raise InputError(f"{sorting.option} and --out must be folders apart from each other")


def _is_in(path, folder):
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def _decide(clusters, decisions, names) -> tuple[Decisions, Run, Decided]:
    """Read the decisions and the run, and apply the former."""
    try:
        said = read_names(names) if decisions is None else read_decisions(decisions)
    except DecisionError as error:
        raise InputError(str(error)) from error
    if not said.n_decisions:
        raise InputError(f"{decisions or names} decides nothing; give a cluster a name")
    run = read_run(clusters)
    try:
        return said, run, apply_decisions(said, run.clusters, run.files, labels=run.labels, decided_by=run.decided_by)
    except DecisionError as error:
        raise InputError(f"{decisions or names}: {error}") from error


def _check_sorting(sorting, images: Images, decided: Decided):
    if not images.are_files:
        raise InputError(f"{sorting.option} needs a folder of image files, which {images.name} is not")
    if _is_in(sorting.folder, images.source):
        raise InputError(f"{sorting.option} {sorting.folder} is in the folder of the images; choose one outside it")
    if not decided.has_label.any():
        raise InputError(f"no image has a label, so {sorting.option} has nothing to do")


def _report(done: Done, facts) -> tuple[ClusteringReport, Answers]:
    """Make the report of the new clusters, on a sample if there are too many, and the answers for all images."""
    images, labels = done.images, done.labels
    clusters, confidence = labels.decided.clusters, labels.confidence
    rows = draw_rows(len(images.X), seed=0)
    shown = slice(None) if rows is None else rows
    report = clustering_report(
        images,
        pipeline_of_clusters(done.run, clusters),
        clusters[shown],
        done.codes[shown],
        sample=images if rows is None else images.only(rows),
        settings=facts,
        confidence=None if confidence is None else confidence[shown],
        notes=labels.notes,
        cluster_names=names_of_clusters(labels.decided),
    )
    if rows is None:
        return report, Answers.of(report)
    return report, answers_of_codes(images, rows, clusters, done.codes, confidence, report)


def _settings(done: Done, features):
    """Return facts for metrics.json."""
    run, labels = done.run, done.labels
    settings = {name: run.metrics[name] for name in OF_THE_RUN if name in run.metrics}
    return settings | {
        **run_facts(done.images, labels.decided.clusters, features or run.metrics.get("features")),
        "n_clusters": len(clusters_of(labels.decided.clusters)),
        "clusters_from": os.path.abspath(run.path),
        "labels": labels.sizes,
        "decided_by": labels.counts,
    }


def _write(folder, out, done: Done, report, answers, settings, command_line):
    """Write the models, names.csv, and the files of a report."""
    images, labels = done.images, done.labels
    commands = {"To run it again": command_line}
    try:
        model = save_models(folder, done.run, labels, done.codes, report.likeness)
    except ModelFileError as error:
        raise InputError(f"the model cannot be saved: {error}") from error
    if model is not None:
        features = "" if images.features is None else "--features NEW.npy "
        predict = shlex.join(["skfashion", "predict", str(out / MODEL)])
        commands["To label new images"] = f"{predict} FOLDER {features}--out new"
    again = shlex.join(["skfashion", "label", str(out), "--names", str(out / "names.csv")])
    commands["To go on, after changes in names.csv"] = f"{again} --out NEW_FOLDER"
    write_names(folder / "names.csv", labels)
    labelled = Labelled(labels.labels, labels.decided_by, labels.probability)
    write_report(folder, images, report, settings=settings, commands=commands, answers=answers, labelled=labelled)


def _sort(sorting: Sorting, images: Images, decided: Decided) -> str:
    """Copy or link the files with a label, and say so."""
    target = Path(os.path.realpath(sorting.folder))
    try:
        with parents_of(target, keep=True), progress() as bar:
            task = bar.add_task("sorting the files", total=None)
            folders = sort_files(
                images.source,
                images.filenames or (),
                decided.labels,
                target,
                link=sorting.is_link,
                callback=lambda n_done, n_files: bar.update(task, completed=n_done, total=n_files),
            )
    except OSError as error:
        file = f"{error.filename}: " if error.filename else ""
        raise InputError(f"{sorting.option} {sorting.folder}: {file}{error.strerror or error}") from error
    for label, name in folders.items():
        if name != label:
            note(f"The label {label!r} is in the folder {name!r}.")
    kind = "link" if sorting.is_link else "copy"
    n_files = int(decided.has_label.sum())
    files = f"1 {kind}" if n_files == 1 else f"{n_files:,} {'links' if sorting.is_link else 'copies'}"
    return f"{files} in {counted(len(folders), 'folder')} are in {sorting.folder}"


def _summary(labels: Labels) -> str:
    """Count the images by what decided their label."""
    counts, n_images = labels.counts, len(labels.labels)
    n_decided = counts["hand"] + counts["cluster"]
    parts = [f"{n_decided:,} of {n_images:,} images have a label, {counts['hand']:,} of them by hand"]
    if counts["left_out"]:
        parts.append(f"{counts['left_out']:,} are left out")
    if counts["classifier"]:
        parts.append(f"the classifier labels {counts['classifier']:,}")
    if counts["none"]:
        parts.append(f"{counts['none']:,} have none")
    return "; ".join(parts)
