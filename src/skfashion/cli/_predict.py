"""``skfashion predict``: label new images with a saved model."""

import time
from pathlib import Path

import numpy as np

from skfashion._utils.pipelines import steps_of
from skfashion.cli._features import check_expected, feature_facts, with_features
from skfashion.cli._input import Expected, Images, read_input
from skfashion.cli._output import InputError, describe_files, output_folder, require_writable
from skfashion.cli._results import MODEL, REFERENCE, clustering_report, print_report, write_report
from skfashion.cli._sample import assign_others, draw_rows, predict_rows
from skfashion.inspection import Reference
from skfashion.persistence import ModelFileError, load, read_manifest


def run(*, model: Path, path: Path, features: Path | None, out: Path | None, command_line: str, **reading):
    """Label the images and report; `reading` is for `read_input`."""
    start = time.perf_counter()
    if out is not None:
        require_writable(out, "predict")
    estimator, metadata = _load(model)
    expected = Expected.of(metadata)
    images = with_features(_images(path, expected, **reading), features)
    check_expected(images, expected, model)
    rows = draw_rows(len(images.X), seed=0)
    sample = images if rows is None else images.only(rows)
    try:
        labels, Z, confidence = predict_rows(estimator, sample.rows)
    except ValueError as error:
        raise InputError(f"{model} cannot take {path}: {str(error).splitlines()[0]}") from error
    except (ImportError, OSError) as error:  # a pretrained network without its package or its weights
        raise InputError(str(error)) from error
    known = _reference(metadata, Z)
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
    print_report(report, f"{images.name}: {len(images.X):,} images, {model}, {seconds:.0f} s", written)


def _load(path):
    """Load the model, and the facts that `cluster` has saved about its images."""
    if path.is_dir():
        raise InputError(f"{path} is a folder; give the model in it, such as {path / MODEL}")
    try:
        model, metadata = load(path), read_manifest(path)["metadata"]
    except (ModelFileError, OSError) as error:
        raise InputError(_line(path, error)) from error
    last = steps_of(model)[-1]
    if not hasattr(last, "predict"):
        name = type(last).__name__
        raise InputError(
            f"{path} ends in {name}, which cannot label new images; cluster with gmm or kmeans, for example"
        )
    return model, metadata


def _line(path, error):
    text = f"{path}: {error.strerror}" if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(text.split())


def _images(path, expected: Expected, **reading):
    """Read new images in the size, the colours and the range of those that the model was trained on."""
    shape = expected.shape
    size, color = (shape[:2], len(shape) == 3) if shape else (None, False)
    images = read_input(
        path, image_size=size if path.is_dir() else None, color=color, max_value=expected.max_value, **reading
    )
    is_other_shape = shape and images.image_shape and tuple(images.image_shape) != shape
    if is_other_shape or images.X.shape[1] != (expected.n_features or images.X.shape[1]):
        raise InputError(f"{path} holds images of {images.pixels}, but the model takes {expected.pixels}")
    if not images.are_files and expected.n_given is None:
        _check_scale(path, images, expected)
    return images


def _reference(metadata, Z):
    """Read what the training images are like; a model that was not saved by a command does not say it."""
    if REFERENCE not in metadata:
        return None
    try:
        return Reference.from_json(metadata[REFERENCE], n_components=Z.shape[1])
    except ValueError as error:
        raise InputError(str(error)) from error


def _check_scale(path, images: Images, expected: Expected):
    """Refuse values on another scale: a model of bytes would label fractions, and all of them wrong."""
    if expected.range is None:
        return
    (low, high), (trained_low, trained_high) = images.range, expected.range
    width = trained_high - trained_low
    if expected.scale == "bytes":
        is_other = images.X.dtype != np.uint8
    else:
        is_other = low < trained_low - width or high > trained_high + width or high <= 1 < trained_high
    if is_other:
        trained = f"values from {trained_low:g} to {trained_high:g}"
        raise InputError(
            f"{path} holds values from {low:g} to {high:g}, but the model was trained on {trained}; "
            "bring them to the same scale"
        )
