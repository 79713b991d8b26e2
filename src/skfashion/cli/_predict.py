"""``skfashion predict``: label new images with a saved model."""

import time

import numpy as np

from skfashion._utils.pipelines import last_step, steps_of
from skfashion.cli._errors import InputError
from skfashion.cli._input import Expected, Images, read_input
from skfashion.cli._output import describe_files, output_folder, require_writable
from skfashion.cli._results import clustering_report, print_report, write_report
from skfashion.persistence import ModelFileError, load, read_manifest


def run(arguments):
    """Label the images and report."""
    start = time.perf_counter()
    if arguments.out is not None:
        require_writable(arguments.out, arguments.command)
    model, expected = _model(arguments.model)
    images = _images(arguments, expected)
    labels, Z = _predict(arguments, model, images)
    seconds = time.perf_counter() - start
    report = clustering_report(
        images,
        model,
        labels,
        Z,
        settings={"Model": str(arguments.model), "Time": f"{seconds:.0f} s"},
        commands={"To run it again": arguments.command_line},
        is_fit=False,
    )
    written = None
    if arguments.out is not None:
        with output_folder(arguments.out, arguments.command) as folder:
            write_report(folder, images, report, {"model": str(arguments.model), "seconds": round(seconds, 3)})
            written = f"{describe_files(folder)} are in {arguments.out}"
    print_report(report, f"{images.name}: {len(images.X):,} images, {arguments.model}, {seconds:.0f} s", written)


def _model(path):
    """The model, and what it says of the images that it takes."""
    try:
        model, expected = load(path), Expected.of(read_manifest(path)["metadata"])
    except (ModelFileError, OSError) as error:
        raise InputError(_line(path, error)) from error
    last = steps_of(model)[-1]
    if not hasattr(last, "predict"):
        name = type(last).__name__
        raise InputError(
            f"{path} ends in {name}, which cannot label new images; cluster with gmm or kmeans, for example"
        )
    return model, expected


def _line(path, error):
    text = f"{path}: {error.strerror}" if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(text.split())


def _images(arguments, expected: Expected):
    """New images in the size and the colours of those that the model was trained on."""
    shape = expected.shape
    size, color = (shape[:2], len(shape) == 3) if shape else (None, False)
    images = read_input(arguments.input, arguments, image_size=size if arguments.input.is_dir() else None, color=color)
    is_other_shape = shape and images.image_shape and tuple(images.image_shape) != shape
    if is_other_shape or images.X.shape[1] != (expected.n_features or images.X.shape[1]):
        raise InputError(f"{arguments.input} holds images of {images.pixels}, but the model takes {expected.pixels}")
    if not images.are_files:
        _check_scale(arguments.input, images, expected)
    return images


def _check_scale(path, images: Images, expected: Expected):
    """Bytes are not fractions: a model of the ones would label the others without a word."""
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


def _predict(arguments, model, images):
    try:
        clusterer, Z = last_step(model, images.X)
        return clusterer.predict(Z), Z
    except ValueError as error:
        first_line = str(error).splitlines()[0]
        raise InputError(f"{arguments.model} cannot take {arguments.input}: {first_line}") from error
