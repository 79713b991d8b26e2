"""``skfashion cluster``: reduce, cluster, report, and keep the model."""

import time
import warnings
from contextlib import contextmanager
from dataclasses import replace

from sklearn.exceptions import ConvergenceWarning

from skfashion._utils.pipelines import set_seed
from skfashion.cli._errors import InputError
from skfashion.cli._input import Images, images_of
from skfashion.cli._main import DEFAULT_REDUCER
from skfashion.cli._model import model_commands, save_model
from skfashion.cli._output import describe_files, note, output_folder, progress, require_writable
from skfashion.cli._results import clustering_report, print_report, write_report
from skfashion.plugins import PluginError, get_plugin, pipeline_from_names
from skfashion.plugins.registry import IDENTITY, takes_images


def run(arguments):
    """Cluster the images and report."""
    start = time.perf_counter()
    if arguments.out is not None:
        require_writable(arguments.out, arguments.command)
    images = images_of(arguments)
    pipeline = _pipeline(arguments, images)
    labels, Z, notes = _fit(arguments, pipeline, images.X)
    seconds = time.perf_counter() - start
    report = clustering_report(
        images,
        pipeline,
        labels,
        Z,
        settings={"Seed": str(arguments.seed), "Time": f"{seconds:.0f} s to read, train and cluster"},
        notes=notes,
    )
    written = None if arguments.out is None else _write(arguments, pipeline, images, report, seconds)
    heading = f"{images.name}: {len(images.X):,} images, {arguments.reducer} + {arguments.clusterer}, "
    print_report(report, f"{heading}{arguments.n_clusters} clusters, {seconds:.0f} s", written)


def _write(arguments, pipeline, images, report, seconds):
    """Leave everything in the output folder, and say what."""
    with output_folder(arguments.out, arguments.command) as folder:
        is_saved = save_model(pipeline, folder, images)
        commands = model_commands(arguments, is_saved, can_predict=hasattr(pipeline, "predict"))
        write_report(folder, images, replace(report, commands=commands), _settings(arguments, images, seconds))
        return f"{describe_files(folder)} are in {arguments.out}"


def _pipeline(arguments, images: Images):
    n_samples = len(images.X)
    if not 1 <= arguments.n_clusters <= n_samples:
        raise InputError(f"--n-clusters {arguments.n_clusters} must be from 1 to the {n_samples} images")
    try:
        if arguments.reducer is None:
            arguments.reducer = IDENTITY if takes_images(arguments.clusterer) else DEFAULT_REDUCER
        for kind, name in (("reducer", arguments.reducer), ("clusterer", arguments.clusterer)):
            limit = get_plugin(kind, name).max_samples
            if limit is not None and n_samples > limit:
                raise InputError(
                    f"{name} takes at most {limit:,} images here, not {n_samples:,}; choose another {kind}"
                )
        pipeline = pipeline_from_names(
            arguments.reducer, arguments.clusterer, n_clusters=arguments.n_clusters, scale=images.scale
        )
    except PluginError as error:
        raise InputError(str(error)) from error
    return _fitting(set_seed(pipeline, arguments.seed), images)


def _fitting(pipeline, images):
    """The pipeline with the images' shape, and with no more components than there are images or values."""
    if "reducer__image_shape" in pipeline.get_params():
        if images.image_shape is None:
            raise InputError(
                f"{images.name} has rows of {images.X.shape[1]} values and this reducer needs images: "
                "say their height and width with --image-size"
            )
        pipeline.set_params(reducer__image_shape=images.image_shape)
    most, wanted = min(images.X.shape), pipeline.get_params().get("reducer__n_components")
    if isinstance(wanted, int) and wanted > most:
        note(f"The reducer takes {most} components instead of {wanted}: there are no more images, or values in each.")
        pipeline.set_params(reducer__n_components=most)
    return pipeline


def _fit(arguments, pipeline, X):
    """The cluster of each image, the codes that were clustered, and what the two steps warned of."""
    reducer, clusterer = pipeline.named_steps["reducer"], pipeline.named_steps["clusterer"]
    try:
        with progress() as bar:
            if "callbacks" in reducer.get_params():
                reducer.set_params(callbacks=[_Epochs(bar, reducer.max_iter)])
            with _warnings_of_interest() as of_the_reducer:
                Z = pipeline[:-1].fit_transform(X)
            bar.add_task(f"{type(clusterer).__name__} on {Z.shape[1]} components", total=None)
            with _warnings_of_interest() as of_the_clusterer:
                labels = clusterer.fit_predict(Z)
    except ValueError as error:  # too few images or pixels for a step, for example
        first_line = str(error).splitlines()[0]
        raise InputError(
            f"{arguments.reducer} and {arguments.clusterer} cannot take these images: {first_line}"
        ) from error
    if "callbacks" in reducer.get_params():
        reducer.set_params(callbacks=None)
    if not getattr(clusterer, "converged_", True):  # of which the report has a sentence of its own
        of_the_clusterer = [w for w in of_the_clusterer if w.category is not ConvergenceWarning]
    return labels, Z, list(dict.fromkeys(str(w.message).splitlines()[0] for w in [*of_the_reducer, *of_the_clusterer]))


@contextmanager
def _warnings_of_interest():
    """Catch what is said to the user; not what is said to programmers."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for category in (DeprecationWarning, PendingDeprecationWarning, FutureWarning):
            warnings.simplefilter("ignore", category)
        yield caught


class _Epochs:
    """Moves the progress bar, an epoch at a time."""

    def __init__(self, bar, max_iter):
        self._bar = bar
        self._task = bar.add_task("training", total=max_iter)

    def on_epoch_end(self, epoch, logs):
        self._bar.update(self._task, completed=epoch + 1, description=f"training, loss {logs['loss']:.5f}")


def _settings(arguments, images, seconds):
    """What metrics.json says of the run."""
    return {
        "reducer": arguments.reducer,
        "clusterer": arguments.clusterer,
        "scale": images.scale,
        "n_clusters": arguments.n_clusters,
        "seed": arguments.seed,
        "seconds": round(seconds, 3),
    }
