"""``skfashion cluster``: reduce, cluster, report, and save the model."""

import time
import warnings
from contextlib import contextmanager
from pathlib import Path

from sklearn.exceptions import ConvergenceWarning
from sklearn.utils._param_validation import InvalidParameterError

from skfashion._utils.pipelines import image_shape_parameters, n_clusters_parameter, set_seed
from skfashion.cli._defaults import choose_names
from skfashion.cli._input import Images, images_of
from skfashion.cli._output import InputError, describe_files, note, output_folder, progress, require_writable
from skfashion.cli._results import clustering_report, print_report, save_model, write_report
from skfashion.plugins import PluginError, get_plugin, pipeline_from_names

OTHERWISE_SET = {"callbacks", "image_shape", "memory", "steps", "transform_input", "verbose"}  # parameters


def run(
    *,
    path: Path | None,
    sample: bool,
    reducer: str | None,
    clusterer: str | None,
    n_clusters: int,
    seed: int,
    params: list[tuple[str, object]],
    out: Path | None,
    command_line: str,
    **reading,
):
    """Cluster the images and report; `reading` is for `read_input`."""
    start = time.perf_counter()
    if out is not None:
        require_writable(out, "cluster")
    images = images_of(path, sample=sample, **reading)
    reducer, clusterer, scale = _choices(images, reducer, clusterer)
    pipeline = _pipeline(reducer, clusterer, images, n_clusters, scale, seed, dict(params))
    labels, Z, notes = _fit(pipeline, images.X, f"{reducer} and {clusterer}")
    seconds = time.perf_counter() - start
    facts = {"Seed": str(seed), "Time": f"{seconds:.0f} s to read, train and cluster"}
    confidence = getattr(pipeline[-1], "confidence_", None)
    report = clustering_report(images, pipeline, labels, Z, settings=facts, confidence=confidence, notes=notes)
    written = None
    if out is not None:
        settings = {"reducer": reducer, "clusterer": clusterer, "scale": scale, "n_clusters": n_clusters}
        settings |= {"seed": seed, "parameters": dict(params), "seconds": round(seconds, 3)}
        with output_folder(out, "cluster") as folder:
            commands = save_model(pipeline, folder, images, scale, out, command_line, report.reference)
            write_report(folder, images, report, settings=settings, commands=commands)
            written = f"{describe_files(folder)} are in {out}"
    heading = f"{images.name}: {len(images.X):,} images, {reducer} + {clusterer}, "
    print_report(report, f"{heading}{n_clusters} clusters, {seconds:.0f} s", written)


def _choices(images, reducer, clusterer):
    """Return the names of the reducer and the clusterer, and the scaling."""
    try:
        reducer, clusterer = choose_names(images, reducer, clusterer)
        is_of_images = image_shape_parameters(get_plugin("reducer", reducer).estimator())
    except PluginError as error:
        raise InputError(str(error)) from error
    return reducer, clusterer, images.image_scale if is_of_images else images.scale


def _pipeline(reducer, clusterer, images: Images, n_clusters, scale, seed, params):
    n_samples = len(images.X)
    if not 1 <= n_clusters <= n_samples:
        raise InputError(f"--n-clusters {n_clusters} must be from 1 to the {n_samples} images")
    try:
        for kind, name in (("reducer", reducer), ("clusterer", clusterer)):
            limit = get_plugin(kind, name).max_samples
            if limit is not None and n_samples > limit:
                raise InputError(
                    f"{name} takes at most {limit:,} images here, not {n_samples:,}; choose another {kind}"
                )
        pipeline = pipeline_from_names(reducer, clusterer, n_clusters=n_clusters, scale=scale)
    except PluginError as error:
        raise InputError(str(error)) from error
    return _fitting(_with_parameters(set_seed(pipeline, seed), params), images)


def _with_parameters(pipeline, params):
    """Set parameters of steps; name those that can be set if one is not among them."""
    clusters = n_clusters_parameter(pipeline["clusterer"])
    known = [
        name
        for name, value in pipeline.get_params().items()
        if "__" in name and not hasattr(value, "get_params") and name.rpartition("__")[2] not in OTHERWISE_SET
    ]
    known = [name for name in known if name != f"clusterer__{clusters}"]
    for name in params:
        if name not in known:
            step = name.partition("__")[0]
            names = ", ".join(n for n in known if n.startswith(f"{step}__")) or "scale, reducer and clusterer are steps"
            hint = "use --n-clusters" if name == f"clusterer__{clusters}" else f"choose from: {names}"
            raise InputError(f"--set {name}: this cannot be set; {hint}")
    return pipeline.set_params(**params)


def _fitting(pipeline, images):
    """Set the shape of the images, and at most as many components as there are images or values."""
    if shapes := image_shape_parameters(pipeline):
        if images.image_shape is None:
            step, *_ = shapes[0].split("__")
            raise InputError(
                f"{images.name} has rows of {images.X.shape[1]} values and this {step} needs images: "
                "give their height and width with --image-size"
            )
        pipeline.set_params(**dict.fromkeys(shapes, images.image_shape))
    most, wanted = min(images.X.shape), pipeline.get_params().get("reducer__n_components")
    if isinstance(wanted, int) and wanted > most:
        note(
            f"The reducer takes {most} components instead of {wanted}: there are only {most} images, or values in each."
        )
        pipeline.set_params(reducer__n_components=most)
    return pipeline


def _fit(pipeline, X, names):
    """Return the cluster of each image, the codes that were clustered, and the warnings of the two steps."""
    reducer, clusterer = pipeline.named_steps["reducer"], pipeline.named_steps["clusterer"]
    try:
        with progress() as bar:
            if "callbacks" in reducer.get_params():
                reducer.set_params(callbacks=[_Epochs(bar, reducer)])
            with _warnings_of_interest() as of_the_reducer:
                Z = pipeline[:-1].fit_transform(X)
            bar.add_task(f"{type(clusterer).__name__} on {Z.shape[1]} components", total=None)
            with _warnings_of_interest() as of_the_clusterer:
                labels = clusterer.fit_predict(Z)
    except InvalidParameterError as error:
        raise InputError(str(error)) from error
    except ValueError as error:  # too few images or pixels for a step, for example
        raise InputError(f"{names} cannot take these images: {str(error).splitlines()[0]}") from error
    except ImportError as error:  # so many images need a package that is not installed
        raise InputError(str(error)) from error
    if "callbacks" in reducer.get_params():
        reducer.set_params(callbacks=None)
    caught = [
        w
        for step, caught in ((reducer, of_the_reducer), (clusterer, of_the_clusterer))
        for w in caught
        if w.category is not ConvergenceWarning or getattr(step, "converged_", True)  # else the report says it
    ]
    notes = [str(w.message).splitlines()[0] for w in caught]
    if hasattr(reducer, "loss_curve_") and not getattr(reducer, "converged_", True):
        notes.append(f"--set reducer__max_iter={2 * reducer.max_iter_} trains the reducer for longer.")
    return labels, Z, list(dict.fromkeys(notes))


@contextmanager
def _warnings_of_interest():
    """Record warnings for users, without those for programmers."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for category in (DeprecationWarning, PendingDeprecationWarning, FutureWarning):
            warnings.simplefilter("ignore", category)
        yield caught


class _Epochs:
    """A callback that moves the progress bar after each epoch of an estimator."""

    def __init__(self, bar, estimator):
        self._bar = bar
        self._estimator = estimator
        self._task = bar.add_task("training", total=None)

    def on_epoch_end(self, epoch, logs):
        total, text = getattr(self._estimator, "max_iter_", None), f"training, loss {logs['loss']:.5f}"
        self._bar.update(self._task, total=total, completed=epoch + 1, description=text)
