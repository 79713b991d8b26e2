"""The pictures of a clustering report, drawn by the displays."""

import base64
import io
import warnings
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from sklearn.pipeline import Pipeline

from skfashion._utils.pipelines import steps_of
from skfashion.displays import (
    ClusterClassMatrixDisplay,
    ClusterImagesDisplay,
    EmbeddingDisplay,
    LossCurveDisplay,
    ManifoldDisplay,
    ReconstructionDisplay,
    SilhouetteDisplay,
)

DOTS_PER_INCH = 200
WIDTH = 5  # inches: letters of 10 points can still be read where that is the width of a phone
MIN_HEIGHT, MAX_HEIGHT = 1, 60
N_IMAGES = 8  # of a cluster in a row
N_CODES = 5000  # are enough to know how far they reach


class Figure(NamedTuple):
    """A picture with what it shows."""

    title: str
    caption: str
    png: str  # base64


def figures(report) -> Iterator[Figure]:
    """Draw what there is to draw of a ClusteringReport, one figure after the other."""
    if report.image_shape is not None:
        yield from _cluster_images(report)
    if len(report.labels) > 2:
        yield _map(report)
    if report.y is not None:
        yield _class_matrix(report)
    if any(score.name == "silhouette" for score in report.scores):  # it is defined, of the same sample
        yield _silhouettes(report)
    yield from _reducer(report)


def _cluster_images(report):
    height, width = report.image_shape[:2]
    rows = WIDTH / N_IMAGES * height / width * len(report.clusters)
    for kind, title, caption in [
        ("nearest", "In the middle of each cluster", "The images nearest to the mean of their cluster"),
        ("farthest", "At the rim of each cluster", "The images farthest from the mean of their cluster"),
        ("random", "Any images of each cluster", "Images drawn at random"),
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
        yield _figure(title, f"{caption}: a row a cluster, with its size.", rows, draw)


def _map(report):
    draw = partial(EmbeddingDisplay.from_predictions, report.Z, report.labels, method="pca")
    caption = "Each point is an image, coloured by its cluster, on the two directions in which the codes vary most."
    return _figure("Map", caption, 4, draw)


def _class_matrix(report):
    draw = partial(ClusterClassMatrixDisplay.from_predictions, report.y, report.labels, class_names=report.class_names)
    caption = "How many images of each class are in each cluster. The best one-to-one matching is framed."
    height = 0.35 * len(set(report.y.tolist())) + 1.5
    return _figure("Clusters and classes (uses labels)", caption, height, draw)


def _silhouettes(report):
    draw = partial(SilhouetteDisplay.from_predictions, report.Z, report.labels)
    caption = (
        "Images to the right of 0 are nearer to their own cluster than to any other, those to the left are not. "
        "The mean of each cluster stands beside it; the dashed line is the mean of all."
    )
    return _figure("How well each image fits its cluster", caption, 0.4 * len(report.clusters) + 1, draw)


def _reducer(report):
    """The training and the reconstructions of what made the codes, if it can show them."""
    for step in steps_of(report.estimator):
        if hasattr(step, "loss_curve_"):
            caption = "The loss of each epoch: training was long enough if it ends flat."
            yield _figure("Training", caption, 2.5, partial(LossCurveDisplay.from_estimator, step))
    if not _can_restore(report):
        return
    reducer, options = report.estimator[:-1], {"image_shape": report.image_shape}
    caption = f"Images above, and below what {report.Z.shape[1]} numbers a picture keep of them."
    draw = partial(ReconstructionDisplay.from_estimator, reducer, report.X, n_images=N_IMAGES, **options)
    yield _figure("What the codes keep", caption, 1.2 * report.image_shape[0] / report.image_shape[1], draw)
    caption = "Decoded codes: the first two components run from end to end, the others stay at their medians."
    draw = partial(ManifoldDisplay.from_estimator, reducer, report.X[:N_CODES], n_rows=10, n_columns=10, **options)
    if report.Z.shape[1] > 1:
        yield _figure("Between the images", caption, WIDTH * report.image_shape[0] / report.image_shape[1], draw)


def _can_restore(report):
    """Whether there are images to be restored from shorter codes.

    By a linear reducer or an autoencoder of ours: others may call something else inverse_transform, and UMAP's takes
    hours and gigabytes in ten dimensions.
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
    canvas = Canvas(figsize=(WIDTH, height), layout="constrained")  # not pyplot's: no window, no global state
    draw(ax=canvas.subplots())
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from")  # a name in a script that the font lacks: boxes
        canvas.savefig(buffer, format="png", dpi=DOTS_PER_INCH, bbox_inches="tight", pad_inches=0.02)
    return Figure(title, caption, base64.b64encode(buffer.getvalue()).decode())
