"""More images than a command handles at once: it takes a sample, and assigns the others block by block."""

from typing import NamedTuple

import numpy as np
from sklearn.base import is_classifier

from skfashion._utils.blocks import block_size
from skfashion._utils.neighbor_graph import MAX_EXACT_ROWS
from skfashion._utils.pipelines import NOISE, last_step
from skfashion.cli._output import InputError, progress
from skfashion.plugins import PluginError, get_plugin, usable_plugins
from skfashion.report import ClusteringReport, Whole

MAX_ROWS = MAX_EXACT_ROWS  # a fit to more takes gigabytes
SAMPLE_ROWS = 50_000  # of more images: a model of twice as many takes twice as long to predict, and is hardly better


class Answers(NamedTuple):
    """Results for each image; None stands for those that are not known.

    Attributes
    ----------
    labels : ndarray of shape (n_samples,)
        Clusters.
    confidence : ndarray of shape (n_samples,) or None
        Confidence in the cluster.
    distances, margins : ndarray of shape (n_samples,) or None
        Results of `Centres.compare`.
    odd_scores : ndarray of shape (n_samples,) or None
        Scores of `Likeness`.
    """

    labels: np.ndarray
    confidence: np.ndarray | None
    distances: np.ndarray | None
    margins: np.ndarray | None
    odd_scores: np.ndarray | None

    @classmethod
    def of(cls, report: ClusteringReport) -> "Answers":
        """Return the answers that a report has for its images."""
        distances, margins = report.to_clusters or (None, None)
        return cls(report.labels, report.confidence, distances, margins, report.odd_scores)


def draw_rows(n_rows: int, seed: int, max_rows: int | None = None) -> np.ndarray | None:
    """Draw the rows of a sample, in ascending order; None stands for all rows, if they are not too many.

    Parameters
    ----------
    n_rows : int
        Number of rows.
    seed : int
        Seed of the choice.
    max_rows : int or None, default=None
        Maximum number of rows that a step can be fitted to, if that is less than usual.
    """
    limit = min(MAX_ROWS, max_rows or MAX_ROWS)
    if n_rows <= limit:
        return None
    return np.sort(np.random.RandomState(seed).choice(n_rows, min(limit, SAMPLE_ROWS), replace=False))


def rows_to_fit(n_rows: int, seed: int, reducer: str, clusterer: str) -> np.ndarray | None:
    """Draw the rows that these steps are fitted to, or return None for all.

    Raises
    ------
    InputError
        If there are too many for a step that cannot take other rows after its fit.
    """
    steps = (("reducer", reducer, "transform"), ("clusterer", clusterer, "predict"))
    limits = {name: min(MAX_ROWS, _plugin(kind, name).max_samples or MAX_ROWS) for kind, name, _ in steps}
    limit = min(limits.values())
    for kind, name, method in steps:
        if n_rows > limit and not hasattr(_plugin(kind, name).estimator(), method):
            least = name if limits[name] == limit else min(limits, key=limits.__getitem__)
            others = (n for n, other in usable_plugins(kind).items() if hasattr(other.estimator(), method))
            raise InputError(
                f"{least} takes at most {limit:,} images here, not {n_rows:,}; choose a {kind} that can be "
                f"fitted to some images and label the others, in place of {name}: {', '.join(others)}"
            )
    return draw_rows(n_rows, seed, limit)


def _plugin(kind, name):
    try:
        return get_plugin(kind, name)
    except PluginError as error:
        raise InputError(str(error)) from error


def predict_rows(model, X):
    """Return the cluster of each image, the codes that were clustered, and the confidence if the clusterer has it."""
    clusterer, Z = last_step(model, X)
    if hasattr(clusterer, "predict_with_confidence"):  # saves a second search of neighbours
        labels, confidence = clusterer.predict_with_confidence(Z)
        return labels, Z, confidence
    if is_classifier(clusterer) and hasattr(clusterer, "predict_proba"):
        shares = clusterer.predict_proba(Z)  # (n_samples, n_classes)
        return clusterer.classes_[shares.argmax(axis=1)], Z, shares.max(axis=1)
    labels = clusterer.predict(Z)
    if not (hasattr(clusterer, "confidence_") and hasattr(clusterer, "predict_proba")):
        return labels, Z, None
    shares = clusterer.predict_proba(Z)  # (n_samples, n_clusters)
    return labels, Z, np.where(labels == NOISE, 0.0, shares[np.arange(len(Z)), labels])


def assign_others(model, images, rows: np.ndarray, report: ClusteringReport) -> Answers:
    """Predict all images that are not in the sample, and let the report know of them.

    Parameters
    ----------
    model : estimator
        Fitted pipeline.
    images : Images
        All images.
    rows : ndarray of shape (n_sampled,)
        Rows of the sample.
    report : ClusteringReport
        Report of the sample.

    Returns
    -------
    Answers
        Those for all images.
    """
    of_sample = Answers.of(report)
    answers = Answers._make(None if part is None else np.empty(len(images.X), _small(part)) for part in of_sample)
    _put(answers, rows, of_sample)
    others = np.setdiff1d(np.arange(len(images.X)), rows, assume_unique=True)
    size = block_size(max(images.X.shape[1], images.rows.shape[1]))
    with progress() as bar:
        task = bar.add_task("labelling the other images", total=len(others))
        for start in range(0, len(others), size):
            places = others[start : start + size]
            _put(answers, places, _answers_of(model, images.only(places), report))
            bar.update(task, advance=len(places))
    report.whole = Whole(rows, answers.labels, images.y, answers.odd_scores, report.is_fit, images.filenames)
    return answers


def answers_of_codes(images, rows, labels, Z, confidence, report: ClusteringReport) -> Answers:
    """Return the answers for all images with known clusters and codes, and let the report of the rows know of them."""
    size = block_size(max(images.X.shape[1], Z.shape[1]))
    answers = Answers._make(
        None if part is None else np.empty(len(images.X), _small(part)) for part in Answers.of(report)
    )
    for start in range(0, len(images.X), size):
        places = np.arange(start, min(start + size, len(images.X)))
        of_block = None if confidence is None else confidence[places]
        _put(answers, places, _measured(images.only(places), labels[places], Z[places], of_block, report))
    report.whole = Whole(rows, answers.labels, images.y, answers.odd_scores, report.is_fit)
    return answers


def _answers_of(model, images, report):
    """Return the answers for images that are not in the report."""
    labels, Z, confidence = predict_rows(model, images.rows)
    return _measured(images, labels, Z, confidence, report)


def _measured(images, labels, Z, confidence, report):
    """Return the answers for images with known clusters and codes, by the measures of the report."""
    reference, likeness = report.reference, report.likeness
    has_centres = reference is not None and reference.centres is not None
    distances, margins = reference.centres.compare(Z, labels) if has_centres else (None, None)
    scores = None if likeness is None else likeness.scores(images.X, Z, image_shape=report.image_shape)
    return Answers(labels, confidence, distances, margins, scores)


def _put(answers, rows, of_rows):
    for all_values, values in zip(answers, of_rows, strict=True):
        if all_values is not None:
            all_values[rows] = np.nan if values is None else values


def _small(part):
    """Return a type for the values of all images that saves memory."""
    return np.float32 if part.dtype.kind == "f" else part.dtype
