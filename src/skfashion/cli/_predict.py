"""``skfashion predict``: label new images with a saved model."""

import time
from pathlib import Path

from skfashion._utils.pipelines import steps_of
from skfashion.cli._expected import expected_by, load_model, read_expected
from skfashion.cli._features import check_expected, feature_facts, with_features
from skfashion.cli._output import InputError, counted, describe_files, output_folder, require_writable
from skfashion.cli._results import CLUSTERS_MODEL, MODEL, REFERENCE, clustering_report, print_report, write_report
from skfashion.cli._sample import assign_others, draw_rows, predict_rows
from skfashion.inspection import Reference


def run(*, model: Path, path: Path, features: Path | None, out: Path | None, command_line: str, **reading):
    """Label the images and report; `reading` is for `read_input`."""
    start = time.perf_counter()
    if out is not None:
        require_writable(out, "predict")
    estimator, metadata = _load(model)
    expected = expected_by(estimator, metadata, model)
    images = with_features(read_expected(path, expected, **reading), features)
    check_expected(images, expected, model)
    rows = draw_rows(len(images.X), seed=0)
    sample = images if rows is None else images.only(rows)
    try:
        labels, Z, confidence = predict_rows(estimator, sample.rows)
    except ValueError as error:
        raise InputError(f"{model} cannot take {path}: {str(error).splitlines()[0]}") from error
    except (ImportError, OSError) as error:  # a pretrained network without its package or its weights
        raise InputError(str(error)) from error
    known = _reference(model, metadata, Z, images.image_shape)
    seconds = time.perf_counter() - start
    facts = {"Model": str(model), **feature_facts(images, features), "Time": f"{seconds:.0f} s"}
    report = clustering_report(
        images, estimator, labels, Z, sample=sample, settings=facts, confidence=confidence, is_fit=False, known=known
    )
    answers = written = None
    if rows is not None:
        answers = assign_others(estimator, images, rows, report)
        seconds = time.perf_counter() - start
    if out is not None:
        settings, commands = {"model": str(model), "seconds": round(seconds, 3)}, {"To run it again": command_line}
        with output_folder(out, "predict") as folder:
            write_report(folder, images, report, settings=settings, commands=commands, answers=answers)
            written = f"{describe_files(folder)} are in {out}"
    print_report(report, f"{images.name}: {counted(len(images.X), 'image')}, {model}, {seconds:.0f} s", written)


def _load(path):
    """Load the model, and the facts that `cluster` has saved about its images."""
    if path.is_dir():
        raise InputError(f"{path} is a folder; give the model in it, such as {path / MODEL}")
    model, metadata = load_model(path)
    last = steps_of(model)[-1]
    if path.name == CLUSTERS_MODEL:
        raise InputError(f"{path} is for the next split of clusters; give {path.with_name(MODEL)}")
    if not hasattr(last, "predict"):
        name = type(last).__name__
        raise InputError(
            f"{path} ends in {name}, which cannot label new images; cluster with gmm or kmeans, for example"
        )
    return model, metadata


def _reference(model, metadata, Z, image_shape):
    """Read what the training images are like; a model that was not saved by a command does not say it."""
    if REFERENCE not in metadata:
        return None
    try:
        return Reference.from_json(metadata[REFERENCE], n_components=Z.shape[1], image_shape=image_shape)
    except ValueError as error:
        raise InputError(f"{model}: {error}; cluster again and take the new model") from error
