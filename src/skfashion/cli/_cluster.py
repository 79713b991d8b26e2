"""``skfashion cluster``: reduce, cluster, report, and save the model."""

import time
from pathlib import Path

from skfashion._utils.pipelines import clusters_of, image_shape_parameters, n_clusters_parameter, set_seed
from skfashion.cli._defaults import AUTO, choose_names
from skfashion.cli._features import check_takes_features, feature_facts, with_features
from skfashion.cli._fit import fit_steps, require_pymetis
from skfashion.cli._input import Images, images_of
from skfashion.cli._output import InputError, counted, describe_files, note, output_folder, require_writable
from skfashion.cli._results import clustering_report, print_report, run_facts, save_model, write_report
from skfashion.cli._sample import assign_others, rows_to_fit
from skfashion.plugins import PluginError, get_plugin, pipeline_from_names
from skfashion.plugins.registry import IDENTITY

OTHERWISE_SET = {"callbacks", "image_shape", "memory", "steps", "transform_input", "verbose"}  # parameters


def run(
    *,
    path: Path | None,
    sample: bool,
    reducer: str | None,
    clusterer: str | None,
    features: Path | None,
    n_clusters: int | str,
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
    images = with_features(images_of(path, sample=sample, **reading), features)
    reducer, clusterer, scale = _choices(images, reducer, clusterer, n_clusters)
    rows = rows_to_fit(len(images.X), seed, reducer, clusterer)
    fitted = images if rows is None else images.only(rows)
    pipeline = _pipeline(reducer, clusterer, fitted, n_clusters, scale, seed, dict(params))
    fit = fit_steps(pipeline, fitted.rows, f"{reducer} and {clusterer}", is_auto=n_clusters == AUTO)
    seconds = time.perf_counter() - start
    facts = feature_facts(images, features)
    facts |= {"Seed": str(seed), "Time": f"{seconds:.0f} s to read, train and cluster"}
    report = _report(images, fitted, pipeline, fit, facts)
    answers = written = None
    if rows is not None and out is not None:
        answers = assign_others(pipeline, images, rows, report)
    seconds, n_found = time.perf_counter() - start, len(clusters_of(fit.labels))
    if out is not None:
        settings = {"reducer": reducer, "clusterer": clusterer, "scale": scale, "n_clusters": n_found}
        settings |= {"seed": seed, "parameters": dict(params), "seconds": round(seconds, 3)}
        settings |= run_facts(images, report.labels if answers is None else answers.labels, features)
        with output_folder(out, "cluster") as folder:
            commands = save_model(pipeline, folder, images, scale, out, command_line, report.reference)
            write_report(folder, images, report, settings=settings, commands=commands, answers=answers)
            written = f"{describe_files(folder)} are in {out}"
    heading = f"{images.name}: {counted(len(images.X), 'image')}, {reducer} + {clusterer}, "
    print_report(report, f"{heading}{counted(n_found, 'cluster')}, {seconds:.0f} s", written)
    if rows is not None and out is None:
        note(f"The clusters come from {len(rows):,} images; --out DIR labels the others, too.")


def _report(images, fitted, pipeline, fit, facts):
    return clustering_report(
        images,
        pipeline,
        fit.labels,
        fit.Z,
        sample=fitted,
        settings=facts,
        confidence=getattr(pipeline[-1], "confidence_", None),
        notes=fit.notes,
        n_clusters_scores=fit.n_clusters_scores,
    )


def _choices(images, reducer, clusterer, n_clusters):
    """Return the names of the reducer and the clusterer, and the scaling: None for features made elsewhere."""
    try:
        are_given = images.features is not None
        reducer = reducer or (IDENTITY if are_given else None)
        reducer, clusterer = choose_names(images, reducer, clusterer, n_clusters)
        if are_given:
            check_takes_features(reducer, clusterer)
            return reducer, clusterer, None
        is_of_images = image_shape_parameters(get_plugin("reducer", reducer).estimator())
    except PluginError as error:
        raise InputError(str(error)) from error
    return reducer, clusterer, images.image_scale if is_of_images else images.scale


def _pipeline(reducer, clusterer, images: Images, n_clusters, scale, seed, params):
    n_samples = len(images.X)
    if n_clusters != AUTO and n_clusters > n_samples:
        raise InputError(f"--n-clusters {n_clusters} must be at most the {n_samples} images")
    wanted = None if n_clusters == AUTO else n_clusters
    if scale == "bytes" and get_plugin("reducer", reducer).divides_bytes:
        scale = None  # the step would make floats of all images at once
    try:
        for kind, name in (("reducer", reducer), ("clusterer", clusterer)):
            _check_needs(kind, name, params)
        pipeline = pipeline_from_names(reducer, clusterer, n_clusters=wanted, scale=scale)
    except PluginError as error:
        raise InputError(str(error)) from error
    if wanted is None and n_clusters_parameter(pipeline["clusterer"]) is not None:
        require_pymetis()
    return _fitting(_with_parameters(set_seed(pipeline, seed), params), images)


def _check_needs(kind, name, params):
    """Refuse a plugin without the parameters that it needs."""
    for parameter in get_plugin(kind, name).needs:
        if f"{kind}__{parameter}" not in params:
            raise InputError(f"the {kind} {name} needs a {parameter}: --set {kind}__{parameter}=VALUE")


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
            names = ", ".join(n for n in known if n.startswith(f"{step}__"))
            hint = f"choose from: {names}" if names else "the steps are scale, reducer and clusterer"
            hint = "use --n-clusters" if name == f"clusterer__{clusters}" else hint
            raise InputError(f"--set {name}: this cannot be set; {hint}")
    return pipeline.set_params(**params)


def _fitting(pipeline, images):
    """Set the shape of the images; reducers of other rows get at most as many components as images or values."""
    if shapes := image_shape_parameters(pipeline):
        if images.image_shape is None:
            step, *_ = shapes[0].split("__")
            raise InputError(
                f"{images.name} has rows of {images.X.shape[1]} values and this {step} needs images: "
                "give their height and width with --image-size"
            )
        pipeline.set_params(**dict.fromkeys(shapes, images.image_shape))
    most, wanted = min(images.rows.shape), pipeline.get_params().get("reducer__n_components")
    if isinstance(wanted, int) and wanted > most and not shapes:
        note(
            f"The reducer takes {most} components instead of {wanted}: there are only {most} images, or values in each."
        )
        pipeline.set_params(reducer__n_components=most)
    return pipeline
