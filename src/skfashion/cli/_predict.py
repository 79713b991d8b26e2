"""``skfashion predict``: label new images with a saved model."""

import time

from sklearn.pipeline import Pipeline

from skfashion.cli._errors import InputError
from skfashion.cli._input import Images, read_input
from skfashion.cli._output import out, output_folder, require_writable
from skfashion.cli._results import clustering_report, print_report, write_report
from skfashion.persistence import ModelFileError, load, read_manifest


def run(arguments):
    """Label the images and report."""
    start = time.perf_counter()
    if arguments.out is not None:
        require_writable(arguments.out)
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
    print_report(report, f"{images.name}: {len(images.X):,} images, {arguments.model}, {seconds:.0f} s")
    if arguments.out is not None:
        with output_folder(arguments.out) as folder:
            write_report(folder, images, report, {"model": str(arguments.model), "seconds": round(seconds, 3)})
        out.print(
            f"index.html, labels.csv and metrics.json are in {arguments.out}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )


def _model(path):
    """The model, and what it says of the images that it takes."""
    try:
        model, expected = load(path), read_manifest(path)["metadata"].get("images", {})
    except (ModelFileError, OSError) as error:
        raise InputError(_line(path, error)) from error
    last = model[-1] if isinstance(model, Pipeline) else model
    if not hasattr(last, "predict"):
        name = type(last).__name__
        raise InputError(
            f"{path} ends in {name}, which cannot label new images; cluster with gmm or kmeans, for example"
        )
    return model, expected


def _line(path, error):
    text = f"{path}: {error.strerror}" if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(text.split())


def _images(arguments, expected):
    """New images in the size and the colours of those that the model was trained on."""
    shape = expected.get("shape")
    size, color = (tuple(shape[:2]), len(shape) == 3) if shape else (None, False)
    images = read_input(arguments.input, arguments, image_size=size if arguments.input.is_dir() else None, color=color)
    n_features = expected.get("n_features", images.X.shape[1])
    if images.X.shape[1] != n_features:
        wanted = "x".join(map(str, shape)) if shape else f"{n_features} values"
        raise InputError(f"{arguments.input} holds images of {images.pixels}, but the model takes {wanted}")
    _check_range(arguments.input, images, expected.get("range"))
    return images


def _check_range(path, images: Images, trained):
    """Bytes are not fractions: a model of one would label the other without a word."""
    largest = images.range[1]
    if trained is not None and largest > 0 and (trained[1] > 1) != (largest > 1):
        raise InputError(
            f"{path} holds values up to {largest:g}, but the model was trained on values up to {trained[1]:g}; "
            "bring them to the same scale"
        )


def _predict(arguments, model, images):
    reducer, clusterer = (model[:-1], model[-1]) if isinstance(model, Pipeline) and len(model) > 1 else (None, model)
    try:
        Z = images.X if reducer is None else reducer.transform(images.X)
        return clusterer.predict(Z), Z
    except ValueError as error:
        first_line = str(error).splitlines()[0]
        raise InputError(f"{arguments.model} cannot take {arguments.input}: {first_line}") from error
