"""``skfashion cluster``: reduce, cluster, score."""

import time
from functools import partial

import numpy as np
from rich.markup import escape
from rich.table import Table
from sklearn.metrics import (
    adjusted_rand_score,
    calinski_harabasz_score,
    davies_bouldin_score,
    normalized_mutual_info_score,
    silhouette_score,
)

from skfashion import __version__
from skfashion.cli._errors import InputError
from skfashion.cli._input import fashion_mnist, read_npy
from skfashion.cli._output import note, out, output_folder, progress, require_writable, write_json
from skfashion.metrics import hungarian_accuracy_score, purity_score
from skfashion.plugins import PluginError, get_plugin, pipeline_from_names

LABEL_FREE = {
    "silhouette": (
        partial(silhouette_score, sample_size=5000, random_state=0),
        "-1 to 1: how much nearer an image is to its own cluster than to the next",
    ),
    "calinski_harabasz": (calinski_harabasz_score, "0 up: spread between the clusters over spread within"),
    "neg_davies_bouldin": (
        lambda Z, labels: -davies_bouldin_score(Z, labels),
        "up to 0: minus the overlap of each cluster with its nearest",
    ),
}
WITH_LABELS = {
    "hungarian_accuracy": (hungarian_accuracy_score, "0 to 1: right under the best one-to-one matching"),
    "purity": (purity_score, "0 to 1: share of each cluster's majority class"),
    "adjusted_rand": (adjusted_rand_score, "up to 1, 0 by chance: pairs put together or apart alike"),
    "normalized_mutual_info": (normalized_mutual_info_score, "0 to 1: information shared with the classes"),
}


def run(arguments):
    """Cluster the images and report."""
    start = time.perf_counter()
    if arguments.out is not None:
        require_writable(arguments.out)
    if arguments.input is not None and arguments.sample:
        raise InputError("--sample is Fashion-MNIST's; leave it out to cluster a file")
    images = read_npy(arguments.input) if arguments.input else fashion_mnist(sample=arguments.sample)
    pipeline = _pipeline(arguments, images)
    try:
        labels, Z = _fit(pipeline, images.X)
    except ValueError as error:  # too few images or pixels for a step, for example
        first_line = str(error).splitlines()[0]
        raise InputError(
            f"{arguments.reducer} and {arguments.clusterer} cannot take these images: {first_line}"
        ) from error
    scores = _label_free_scores(Z, labels)
    if images.y is not None:
        scores |= {name: float(score(images.y, labels)) for name, (score, _) in WITH_LABELS.items()}
    seconds = time.perf_counter() - start
    _print(arguments, images, scores, seconds)
    if arguments.out is not None:
        _write(arguments, images, labels, scores, seconds)


def _pipeline(arguments, images):
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
            arguments.reducer, arguments.clusterer, n_clusters=arguments.n_clusters, scale=_scale(images.X)
        )
    except PluginError as error:
        raise InputError(str(error)) from error
    seeds = [name for name in pipeline.get_params() if name.endswith("__random_state")]
    return pipeline.set_params(**dict.fromkeys(seeds, arguments.seed))


def _scale(X):
    return "bytes" if X.dtype == np.uint8 else "minmax"


def _fit(pipeline, X):
    """The cluster of each image and the codes that were clustered."""
    reducer, clusterer = pipeline.named_steps["reducer"], pipeline.named_steps["clusterer"]
    with progress() as bar:
        if "callbacks" in reducer.get_params():
            reducer.set_params(callbacks=[_Epochs(bar, reducer.max_iter)])
        Z = pipeline[:-1].fit_transform(X)
        bar.add_task(f"{type(clusterer).__name__} on {Z.shape[1]} components", total=None)
        labels = clusterer.fit_predict(Z)
    if "callbacks" in reducer.get_params():
        reducer.set_params(callbacks=None)
    return labels, Z


class _Epochs:
    """Moves the progress bar, an epoch at a time."""

    def __init__(self, bar, max_iter):
        self._bar = bar
        self._task = bar.add_task("training", total=max_iter)

    def on_epoch_end(self, epoch, logs):
        self._bar.update(self._task, completed=epoch + 1, description=f"training, loss {logs['loss']:.5f}")


def _label_free_scores(Z, labels):
    """The scores in the space that was clustered, as far as they are defined."""
    scores = {}
    for name, (score, _) in LABEL_FREE.items():
        try:
            scores[name] = float(score(Z, labels))
        except ValueError as error:  # one cluster, or as many as images, perhaps in the sample only
            note(f"No {name}: {str(error).splitlines()[0]}")
    return scores


def _print(arguments, images, scores, seconds):
    table = Table(
        title=f"{escape(images.name)}: {len(images.X):,} images, {arguments.reducer} + {arguments.clusterer}, "
        f"{arguments.n_clusters} clusters, {seconds:.0f} s"
    )
    table.add_column("score")
    table.add_column("value", justify="right")
    table.add_column("meaning")
    meanings = {name: meaning for name, (_, meaning) in (LABEL_FREE | WITH_LABELS).items()}
    for name, value in scores.items():
        if name == next(iter(WITH_LABELS)):
            table.add_section()
        table.add_row(name, f"{value:,.3f}", meanings[name] + (" (uses labels)" if name in WITH_LABELS else ""))
    out.print(table)


def _write(arguments, images, labels, scores, seconds):
    columns, header = [np.arange(len(labels)), labels], "row,cluster"
    if images.y is not None:
        columns, header = [*columns, images.y], f"{header},label"
    with output_folder(arguments.out) as folder:
        np.savetxt(folder / "labels.csv", np.column_stack(columns), fmt="%d", delimiter=",", header=header, comments="")
        write_json(
            folder / "metrics.json",
            {
                "skfashion": __version__,
                "data": images.name,
                "n_samples": len(images.X),
                "n_features": images.X.shape[1],
                "reducer": arguments.reducer,
                "clusterer": arguments.clusterer,
                "scale": _scale(images.X),
                "n_clusters": arguments.n_clusters,
                "seed": arguments.seed,
                "seconds": round(seconds, 3),
                "cluster_sizes": {str(k): int(n) for k, n in zip(*np.unique(labels, return_counts=True), strict=True)},
                "scores": scores,
            },
        )
    out.print(f"labels.csv and metrics.json are in {arguments.out}", highlight=False, markup=False, soft_wrap=True)
