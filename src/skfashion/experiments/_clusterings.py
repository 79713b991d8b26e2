"""Scores of clusterers: compared with the classes, and by the shape of the clusters."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score, silhouette_samples, silhouette_score
from sklearn.mixture import GaussianMixture

from skfashion import metrics
from skfashion._utils.pipelines import NOISE, last_step
from skfashion.experiments._measures import Data, fitted

MAX_SILHOUETTE_ROWS = 10_000  # the cost of a silhouette grows with the square of the rows


def score_partition(y, labels) -> dict[str, float]:
    """Compare a partition with the classes, by purity and by one-to-one scores."""
    return {
        "purity": metrics.purity_score(y, labels, noise_label=NOISE),
        "hungarian_accuracy": metrics.hungarian_accuracy_score(y, labels, noise_label=NOISE),
        "adjusted_rand": float(adjusted_rand_score(y, labels)),
        "normalized_mutual_info": float(normalized_mutual_info_score(y, labels)),
    }


def scores_of_matrix(counts) -> dict[str, float]:
    """Compute the purity and the Hungarian accuracy of a published matrix, classes by clusters."""
    counts = np.asarray(counts)
    pairs = [axis.ravel() for axis in np.indices(counts.shape)]
    return {
        "purity": metrics.purity_score(*pairs, sample_weight=counts.ravel()),
        "hungarian_accuracy": metrics.hungarian_accuracy_score(*pairs, sample_weight=counts.ravel()),
    }


def n_empty_columns(counts) -> int:
    """Count the columns of a matrix that are all 0."""
    return int(np.sum(np.sum(counts, axis=0) == 0))


def clusters_of(pipeline, X):
    """Return X as the last step of a fitted pipeline sees it, and the cluster of each row."""
    clusterer, Z = last_step(pipeline, X)
    return Z, clusterer.labels_ if hasattr(clusterer, "labels_") else clusterer.predict(Z)


def measure_clustering(pipeline, data: Data, seed: int, memory) -> dict[str, float]:
    """Cluster all training images, given as bytes."""
    return _values(fitted(pipeline, data.X, memory), data.X, data.y)


def measure_clustering_of_split(pipeline, data: Data, seed: int, memory) -> dict[str, float]:
    """Cluster the four fifths of the training images that paper A trains on, standardised."""
    X, y = data.standardised_split(seed)
    return _values(fitted(pipeline, X, memory), X, y)


def measure_clusterings(pipelines: Mapping[str, Any], data: Data, seed: int, memory) -> dict[str, float]:
    """Cluster all training images in several ways, and score each by name."""
    values: dict[str, float] = {}
    for name, pipeline in pipelines.items():
        Z, labels = clusters_of(fitted(pipeline, data.X, memory), data.X)
        scores = score_partition(data.y, labels) | {"silhouette": _silhouette(Z, labels)}
        values |= {f"{score}_{name}": value for score, value in scores.items()}
    return values


def measure_silhouettes(pipeline, data: Data, seed: int, memory) -> dict[str, float]:
    """Compute the mean silhouette of each cluster of paper A's four fifths, the lowest first."""
    X, _ = data.standardised_split(seed)
    Z, labels = clusters_of(fitted(pipeline, X, memory), X)
    rows = np.random.default_rng(0).permutation(len(Z))[:MAX_SILHOUETTE_ROWS]
    silhouettes = silhouette_samples(Z[rows], labels[rows])
    means = sorted(float(silhouettes[labels[rows] == name].mean()) for name in np.unique(labels[rows]))
    return {f"silhouette_of_cluster_{i}": mean for i, mean in enumerate(means)}


def _values(pipeline, X, y):
    Z, labels = clusters_of(pipeline, X)
    values = score_partition(y, labels) | {"silhouette": _silhouette(Z, labels)}
    last = pipeline[-1]
    if hasattr(last, "inertia_"):
        values["inertia"] = float(last.inertia_)
    if isinstance(last, GaussianMixture):
        values["log_likelihood"] = float(last.score(Z))  # mean, in nats
    return values


def _silhouette(Z, labels):
    """Compute the silhouette, or 0 of a single cluster, which has none."""
    if len(np.unique(labels)) < 2:
        return 0.0
    return float(silhouette_score(Z, labels, sample_size=min(MAX_SILHOUETTE_ROWS, len(Z)), random_state=0))
