"""``skfashion cluster``: reduce, cluster, report, and keep the model."""

import shlex
import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from skfashion.cli._errors import InputError
from skfashion.cli._input import Images, fashion_mnist, read_input
from skfashion.cli._output import note, out, output_folder, progress, require_writable
from skfashion.cli._results import clustering_report, print_report, write_report
from skfashion.persistence import ModelFileError, save
from skfashion.plugins import PluginError, get_plugin, pipeline_from_names

MODEL = "model.skfashion"


def run(arguments):
    """Cluster the images and report."""
    start = time.perf_counter()
    if arguments.out is not None:
        require_writable(arguments.out)
    images = _images(arguments)
    pipeline = _pipeline(arguments, images)
    labels, Z, notes = _fit(arguments, pipeline, images.X)
    seconds = time.perf_counter() - start
    report = clustering_report(
        images,
        pipeline,
        labels,
        Z,
        settings={"Seed": str(arguments.seed), "Time": f"{seconds:.0f} s to read, train and cluster"},
        commands=_commands(arguments),
        notes=notes,
    )
    print_report(
        report,
        f"{images.name}: {len(images.X):,} images, {arguments.reducer} + {arguments.clusterer}, "
        f"{arguments.n_clusters} clusters, {seconds:.0f} s",
    )
    if arguments.out is not None:
        _write(arguments, images, report, seconds)


def _images(arguments):
    if arguments.input is None:
        return fashion_mnist(sample=arguments.sample)
    if arguments.sample:
        raise InputError("--sample is Fashion-MNIST's; leave it out to cluster your own images")
    return read_input(arguments.input, arguments, image_size=arguments.image_size, color=arguments.color)


def _pipeline(arguments, images: Images):
    n_samples = len(images.X)
    if not 1 <= arguments.n_clusters <= n_samples:
        raise InputError(f"--n-clusters {arguments.n_clusters} must be from 1 to the {n_samples} images")
    try:
        for kind, name in (("reducer", arguments.reducer), ("clusterer", arguments.clusterer)):
            limit = get_plugin(kind, name).max_samples
            if limit is not None and n_samples > limit:
                raise InputError(
                    f"{name} takes at most {limit:,} images here, not {n_samples:,}; choose another {kind}"
                )
        pipeline = pipeline_from_names(
            arguments.reducer, arguments.clusterer, n_clusters=arguments.n_clusters, scale=_scale(images)
        )
    except PluginError as error:
        raise InputError(str(error)) from error
    seeds = [name for name in pipeline.get_params() if name.endswith("__random_state")]
    return pipeline.set_params(**dict.fromkeys(seeds, arguments.seed))


def _scale(images):
    """Bytes as such, unless they are no more than zeros and ones."""
    return "bytes" if images.X.dtype == np.uint8 and images.range[1] > 1 else "minmax"


def _fit(arguments, pipeline, X):
    """The cluster of each image, the codes that were clustered, and what scikit-learn warned of."""
    reducer, clusterer = pipeline.named_steps["reducer"], pipeline.named_steps["clusterer"]
    try:
        with warnings.catch_warnings(record=True) as caught, progress() as bar:
            warnings.simplefilter("always")
            if "callbacks" in reducer.get_params():
                reducer.set_params(callbacks=[_Epochs(bar, reducer.max_iter)])
            Z = pipeline[:-1].fit_transform(X)
            bar.add_task(f"{type(clusterer).__name__} on {Z.shape[1]} components", total=None)
            labels = clusterer.fit_predict(Z)
    except ValueError as error:  # too few images or pixels for a step, for example
        first_line = str(error).splitlines()[0]
        raise InputError(
            f"{arguments.reducer} and {arguments.clusterer} cannot take these images: {first_line}"
        ) from error
    if "callbacks" in reducer.get_params():
        reducer.set_params(callbacks=None)
    return labels, Z, _messages(caught, clusterer)


class _Epochs:
    """Moves the progress bar, an epoch at a time."""

    def __init__(self, bar, max_iter):
        self._bar = bar
        self._task = bar.add_task("training", total=max_iter)

    def on_epoch_end(self, epoch, logs):
        self._bar.update(self._task, completed=epoch + 1, description=f"training, loss {logs['loss']:.5f}")


def _messages(caught, clusterer):
    """What was warned of, once each; that a mixture did not converge the report says itself."""
    known = () if getattr(clusterer, "converged_", True) else (ConvergenceWarning,)
    return list(dict.fromkeys(str(w.message).splitlines()[0] for w in caught if w.category not in known))


def _commands(arguments):
    """How to run it again, and what to do with the model."""
    commands = {"To run it again": arguments.command_line}
    if arguments.out is not None:
        path = arguments.out / MODEL
        commands["To label new images"] = f"{shlex.join(['skfashion', 'predict', str(path)])} FOLDER --out labelled"
        commands["In Python"] = f"model = skfashion.load({str(path)!r})"
    return commands


def _write(arguments, images, report, seconds):
    settings = {
        "reducer": arguments.reducer,
        "clusterer": arguments.clusterer,
        "scale": _scale(images),
        "n_clusters": arguments.n_clusters,
        "seed": arguments.seed,
        "seconds": round(seconds, 3),
    }
    with output_folder(arguments.out) as folder:
        write_report(folder, images, report, settings)
        _save(report.estimator, folder / MODEL, images)
    out.print(
        f"index.html, labels.csv, metrics.json and {MODEL} are in {arguments.out}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


def _save(pipeline, path, images):
    """Keep the model, with what new images must be like."""
    shape = None if images.image_shape is None else list(images.image_shape)
    metadata = {"images": {"n_features": images.X.shape[1], "shape": shape, "range": images.range}}
    try:
        save(pipeline, path, metadata=metadata)
    except ModelFileError as error:  # a plugin's own class, which nobody has vouched for
        note(f"No {MODEL}: {error}")
