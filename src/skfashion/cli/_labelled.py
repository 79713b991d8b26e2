"""Labels of all images of a run after decisions: clusters that are split, a classifier, and their files."""

import csv
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from skfashion._utils.csv_cells import as_cell
from skfashion._utils.pipelines import clusters_of, n_clusters_parameter
from skfashion.cli._input import EXPECTED
from skfashion.cli._output import InputError, counted, progress
from skfashion.cli._results import CLUSTERS_MODEL, MODEL, REFERENCE
from skfashion.cli._run_folder import Run
from skfashion.clusterers import GraphPartition, SphericalKMeans, choose_n_clusters
from skfashion.inspection import Centres, Reference
from skfashion.labelling import (
    BY_HAND,
    Decided,
    DecisionError,
    predict_labels,
    split_rows,
    train_classifier,
    with_parts,
)
from skfashion.persistence import save
from skfashion.plugins.registry import MIN_IMAGES

BY_CLASSIFIER = "classifier"
LABELS = "skfashion.labels"  # in the metadata of a saved model: its labels


class Labels(NamedTuple):
    """Results for all images.

    Attributes
    ----------
    decided : Decided
        What a person has decided, with the clusters after splits.
    labels : ndarray of shape (n_samples,) of str, dtype object
        Label of each image, those of the classifier among them; "" for none.
    decided_by : ndarray of shape (n_samples,) of str, dtype object
        "hand", "cluster", "classifier" or "".
    probability : ndarray of shape (n_samples,) or None
        Probability of the label by the classifier.
    confidence : ndarray of shape (n_samples,) or None
        Confidence in the cluster of each image.
    classifier : LogisticRegression or None
        None if there are fewer than two labels.
    notes : list of str
        Sentences for the report.
    """

    decided: Decided
    labels: np.ndarray
    decided_by: np.ndarray
    probability: np.ndarray | None
    confidence: np.ndarray | None
    classifier: LogisticRegression | None
    notes: list[str]

    @property
    def counts(self) -> dict[str, int]:
        """The number of images by what decided their label, of those left out, and of those without a label."""
        counts = {by: int(np.sum(self.decided.has_label & (self.decided_by == by))) for by in ("hand", "cluster")}
        counts["classifier"] = int(np.sum(self.decided_by == BY_CLASSIFIER))
        n_left_out = int(self.decided.is_left_out.sum())
        return counts | {"left_out": n_left_out, "none": len(self.labels) - sum(counts.values()) - n_left_out}

    @property
    def sizes(self) -> dict[str, int]:
        """The number of images of each label that a person has decided."""
        names, sizes = np.unique(self.decided.labels[self.decided.has_label].astype(str), return_counts=True)
        return dict(zip(names.tolist(), sizes.tolist(), strict=True))


def label_rows(run: Run, decided: Decided, Z) -> Labels:
    """Split clusters, train the classifier, and predict the images that nobody has decided about.

    Raises
    ------
    InputError
        If a cluster cannot be split.
    """
    weights = np.full(len(Z), np.nan) if run.weights is None else run.weights.copy()
    decided, notes = _split(run, decided, Z, weights)
    if n_left_out := int(decided.is_left_out.sum()):
        notes.append(f"{counted(n_left_out, 'image')} left out: these count as noise.")
    is_by_hand = decided.has_label & (decided.decided_by == BY_HAND)
    weights[is_by_hand], weights[decided.is_left_out] = 1.0, 0.0
    labels, decided_by, probability, classifier = decided.labels, decided.decided_by.copy(), None, None
    try:
        with warnings.catch_warnings(), progress() as bar:
            warnings.simplefilter("ignore")  # a classifier that has almost converged is good enough
            bar.add_task("training the classifier", total=None)
            classifier = train_classifier(Z, labels, confidence=weights, is_by_hand=is_by_hand)
    except DecisionError as error:
        notes.append(f"No {MODEL}: {error}.")
    else:
        labels, probability = predict_labels(classifier, Z, labels)
        labels[decided.is_left_out], probability[decided.is_left_out] = "", np.nan
        decided_by[decided_by == ""] = BY_CLASSIFIER
    confidence = None if run.confidence is None else weights
    return Labels(decided, labels, decided_by, probability, confidence, classifier, notes)


def _split(run, decided, Z, weights):
    """Cluster the rows of each cluster to split, and update the weights; return the decided rows and notes."""
    clusters, notes = decided.clusters, list[str]()
    for rows in decided.split:
        number = clusters[rows[0]]
        try:
            with progress() as bar:
                bar.add_task(f"splitting cluster {number}", total=None)
                clusterer = _clusterer_of_few(run.model[-1], len(rows))
                members = Z[rows] - Z[rows].mean(axis=0)  # directions are seen from the middle of the cluster
                parts = split_rows(members, clusterer, _n_parts(clusterer, members))
        except (DecisionError, ImportError) as error:
            raise InputError(f"cluster {number} cannot be split: {error}") from error
        clusters = with_parts(clusters, rows, parts.labels)
        weights[rows] = np.nan if parts.confidence is None else parts.confidence
        names = clusters_of(clusters[rows]).tolist()
        by = "" if type(parts.clusterer) is type(run.model[-1]) else f" by {type(parts.clusterer).__name__}"
        notes.append(f"Cluster {number} was split{by} into the clusters {', '.join(map(str, names))}.")
    return decided._replace(clusters=clusters), notes


def _clusterer_of_few(clusterer, n_rows):
    """Return the clusterer, or the one that `skfashion cluster` takes for few images."""
    if n_rows >= MIN_IMAGES or not isinstance(clusterer, GraphPartition):
        return clusterer
    return SphericalKMeans(random_state=clusterer.random_state)


def _n_parts(clusterer, Z):
    """Choose the number of parts, at least 2."""
    parameter = n_clusters_parameter(clusterer)
    if parameter is None or find_spec("pymetis") is None:
        return 2
    seed = clusterer.get_params().get("random_state", 0)
    return max(2, choose_n_clusters(Z, random_state=seed).n_clusters)


def names_of_clusters(decided: Decided) -> dict[int, str]:
    """Return the names of the clusters that have one."""
    clusters, places = np.unique(decided.clusters, return_index=True)
    names = decided.labels[places]
    return {int(cluster): name for cluster, name in zip(clusters, names, strict=True) if name}


def write_names(path: Path, labels: Labels) -> None:
    """Write names.csv: the clusters, their names as far as they have one, and their sizes."""
    decided, names = labels.decided, names_of_clusters(labels.decided)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("cluster", "name", "images"))
        for cluster in clusters_of(decided.clusters).tolist():
            size = int(np.sum(decided.clusters == cluster))
            writer.writerow((cluster, as_cell(names.get(cluster, "")), size))


def pipeline_of_clusters(run: Run, clusters) -> Pipeline:
    """Return the fitted reducer with the unfitted clusterer, which the next split takes."""
    name, clusterer = run.model.steps[-1]
    clusterer, parameter = clone(clusterer), n_clusters_parameter(clusterer)
    if parameter is not None:
        clusterer.set_params(**{parameter: max(1, len(clusters_of(clusters)))})
    return Pipeline([*run.model.steps[:-1], (name, clusterer)])


def save_models(folder: Path, run: Run, labels: Labels, Z, likeness) -> Pipeline | None:
    """Save the reducer with the clusterer, and with the classifier if there is one; return the latter."""
    expected = {EXPECTED: run.metadata[EXPECTED]} if EXPECTED in run.metadata else {}
    save(pipeline_of_clusters(run, labels.decided.clusters), folder / CLUSTERS_MODEL, metadata=expected)
    if labels.classifier is None:
        return None
    model = Pipeline([*run.model.steps[:-1], ("classifier", labels.classifier)])
    rows = labels.decided.has_label
    centres = Centres.of(Z[rows], labels.decided.labels[rows].astype(str))
    reference = Reference(centres, likeness).to_json()
    names = labels.classifier.classes_.tolist()
    save(model, folder / MODEL, metadata={**expected, REFERENCE: reference, LABELS: names})
    return model
