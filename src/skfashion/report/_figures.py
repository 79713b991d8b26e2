"""The pictures of a clustering report, drawn by the displays."""

import base64
import io
import warnings
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
from sklearn.pipeline import Pipeline

from skfashion._utils.missing import known_labels
from skfashion._utils.pipelines import steps_of
from skfashion.displays import (
    ClusterClassMatrixDisplay,
    ClusterImagesDisplay,
    EmbeddingDisplay,
    LossCurveDisplay,
    ManifoldDisplay,
    NClustersDisplay,
    ReconstructionDisplay,
    SilhouetteDisplay,
)
from skfashion.displays._style import own_settings

DOTS_PER_INCH = 200
WIDTH = 5  # inches: letters of 10 points are readable on a phone of this width
MIN_HEIGHT, MAX_HEIGHT = 1, 60
N_IMAGES = 8  # of a cluster
MAX_CODES = 5000  # enough to know their range


class Figure(NamedTuple):
    """A picture with its title and caption."""

    title: str
    caption: str
    png: str  # base64


def figures(report) -> Iterator[Figure]:
    """Draw the figures of a ClusteringReport, one after the other."""
    if report.image_shape is not None:
        yield from _cluster_images(report)
    if report.number is not None:
        yield _number(report)
    if len(report.labels) > 2:
        yield _map(report)
    if report.y is not None:
        yield _class_matrix(report)
    if any(score.name == "silhouette" for score in report.scores):  # it is defined
        yield _silhouettes(report)
    yield from _reducer(report)


def _cluster_images(report):
    rows = _height_of_lines(report)
    for kind, title, caption in [
        ("nearest", "Typical images of each cluster", "The images nearest to the mean of their cluster"),
        ("farthest", "Unusual images of each cluster", "The images farthest from the mean of their cluster"),
        ("random", "Random images of each cluster", "Images drawn at random"),
    ]:
        draw = partial(
            ClusterImagesDisplay.from_predictions,
            report.X,
            report.labels,
            embedding=report.Z,
            kind=kind,
            n_images=N_IMAGES,
            image_shape=report.image_shape,
        )
        yield _figure(title, f"{caption}: one line for each cluster, with its size.", rows, draw)
    if report.confidence is not None and report.confidence.min() < 1:
        yield _least_sure_images(report)


def _least_sure_images(report):
    members = [np.flatnonzero(report.labels == cluster.name) for cluster in report.clusters]
    unsure = [rows[report.confidence[rows] < 1] for rows in members]
    lowest = [rows[np.argsort(report.confidence[rows], kind="stable")[:N_IMAGES]] for rows in unsure]
    display = ClusterImagesDisplay(
        images=[report.X[rows] for rows in lowest],
        clusters=[cluster.name for cluster in report.clusters],
        sizes=[cluster.size for cluster in report.clusters],
        image_shape=report.image_shape,
    )
    caption = "The images with the lowest confidence below 1: one line for each cluster, with its size."
    return _figure("Least sure images of each cluster", caption, _height_of_lines(report), display.plot)


def _height_of_lines(report):
    """Return the height of a figure with a line of images for each cluster, in inches."""
    height, width = report.image_shape[:2]
    return WIDTH / N_IMAGES * height / width * len(report.clusters)


def _number(report):
    display = NClustersDisplay(scores=report.number.scores)
    caption = "The score of each number of clusters that was tried, without labels. The highest one was taken."
    return _figure("Number of clusters", caption, 2.5, display.plot)


def _map(report):
    draw = partial(EmbeddingDisplay.from_predictions, report.Z, report.labels, method="pca")
    caption = "Each point is an image, coloured by its cluster, along the two directions in which the codes vary most."
    return _figure("Map", caption, 4, draw)


def _class_matrix(report):
    draw = partial(ClusterClassMatrixDisplay.from_predictions, report.y, report.labels, class_names=report.class_names)
    caption = "The number of images of each class in each cluster. The best one-to-one matching is framed."
    height = 0.35 * len(np.unique(known_labels(report.y)[1])) + 1.5
    return _figure("Clusters and classes (uses labels)", caption, height, draw)


def _silhouettes(report):
    draw = partial(SilhouetteDisplay.from_predictions, report.Z, report.labels)
    caption = (
        "Images to the right of 0 are nearer to their own cluster than to any other, those to the left are not. "
        "The mean of each cluster is next to its bar; the dashed line is the mean of all."
    )
    return _figure("Fit of each image in its cluster", caption, 0.4 * len(report.clusters) + 1, draw)


def _reducer(report):
    """Draw the training and the reconstructions of the reducer, if it has any."""
    for step in steps_of(report.estimator):
        if hasattr(step, "loss_curve_"):
            caption = "The loss of each epoch. Training was long enough if the curve ends flat."
            yield _figure("Training", caption, 2.5, partial(LossCurveDisplay.from_estimator, step))
    if not _can_restore(report):
        return
    reducer, options = report.estimator[:-1], {"image_shape": report.image_shape}
    caption = f"Images above; below, the same images restored from {report.Z.shape[1]} numbers each."
    draw = partial(ReconstructionDisplay.from_estimator, reducer, report.X, n_images=N_IMAGES, **options)
    yield _figure("Restored images", caption, 1.2 * report.image_shape[0] / report.image_shape[1], draw)
    caption = "Decoded codes: the first two components go through their range, the others stay at their medians."
    draw = partial(ManifoldDisplay.from_estimator, reducer, report.X[:MAX_CODES], n_rows=10, n_columns=10, **options)
    if report.Z.shape[1] > 1:
        yield _figure(
            "Images of codes in between", caption, WIDTH * report.image_shape[0] / report.image_shape[1], draw
        )


def _can_restore(report):
    """Tell if the reducer is linear or an autoencoder of ours, and restores images from shorter codes.

    Other reducers may restore something else, and UMAP takes hours and gigabytes in ten dimensions.
    """
    if report.image_shape is None or not isinstance(report.estimator, Pipeline) or len(report.estimator) < 2:
        return False
    reducer = report.estimator[-2]
    is_known = hasattr(reducer, "components_") or hasattr(reducer, "decoder_")
    is_shorter = report.Z.shape[1] < report.X.shape[1]
    if not (is_known and is_shorter and hasattr(report.estimator[:-1], "inverse_transform")):
        return False
    try:
        return report.estimator[:-1].inverse_transform(report.Z[:1]).shape == report.X[:1].shape
    except ValueError:
        return False


def _figure(title, caption, height, draw):
    from matplotlib.figure import Figure as Canvas

    height = min(max(height, MIN_HEIGHT), MAX_HEIGHT)
    buffer = io.BytesIO()
    with own_settings(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from")  # the font draws boxes for letters that it lacks
        canvas = Canvas(figsize=(WIDTH, height), layout="constrained")  # without pyplot: no window, no global state
        draw(ax=canvas.subplots())
        canvas.savefig(buffer, format="png", dpi=DOTS_PER_INCH, bbox_inches="tight", pad_inches=0.02)
    return Figure(title, caption, base64.b64encode(buffer.getvalue()).decode())
