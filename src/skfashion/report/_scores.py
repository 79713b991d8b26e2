"""Scores of a clustering, each with its meaning in a line."""

from functools import partial
from typing import NamedTuple

import numpy as np
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from skfashion._utils.missing import known_labels
from skfashion._utils.pipelines import NOISE
from skfashion.metrics import CalinskiHarabasz, DaviesBouldin, Silhouette, hungarian_accuracy_score, purity_score

_LABEL_FREE = {
    "silhouette": (Silhouette(), "-1 to 1: how much nearer an image is to its own cluster than to the next"),
    "calinski_harabasz": (CalinskiHarabasz(), "0 up: spread between the clusters over spread within"),
    "neg_davies_bouldin": (DaviesBouldin(), "up to 0: minus the overlap of each cluster with its nearest"),
}
_WITH_LABELS = {
    "hungarian_accuracy": (
        partial(hungarian_accuracy_score, noise_label=NOISE),
        "0 to 1: share of images that are right under the best one-to-one matching",
    ),
    "purity": (partial(purity_score, noise_label=NOISE), "0 to 1: share of each cluster's majority class"),
    "adjusted_rand": (
        adjusted_rand_score,
        "up to 1, 0 by chance: pairs of images that are together in both, or apart in both",
    ),
    "normalized_mutual_info": (normalized_mutual_info_score, "0 to 1: information shared with the classes"),
}


class Score(NamedTuple):
    """A score of a clustering; higher is better."""

    name: str
    value: float
    meaning: str
    uses_labels: bool


def clustering_scores(Z, labels, y=None) -> tuple[list[Score], list[str]]:
    """Score a clustering without labels, and with them where they are known.

    Parameters
    ----------
    Z : ndarray of shape (n_samples, n_components)
        Rows that were clustered.
    labels : array-like of shape (n_samples,)
        Cluster of each row. Noise, -1, matches no class, and lowers the label-free scores by its share.
    y : array-like of shape (n_samples,), default=None
        Classes. Rows without a class (None, NaN, pandas' NA, polars' null) count in the label-free scores only.

    Returns
    -------
    scores : list of Score
        The label-free ones first.
    missing : list of str
        A sentence for each reason why scores are not defined here, for example a single cluster.

    Examples
    --------
    >>> from skfashion.report import clustering_scores
    >>> scores, missing = clustering_scores([[0.0], [0.1], [5.0], [5.1]], [0, 0, 1, 1], y=[7, 7, 8, 8])
    >>> scores[0].name, round(scores[0].value, 2), scores[-1].name, round(scores[-1].value, 2)
    ('silhouette', 0.98, 'normalized_mutual_info', 1.0)
    """
    scores: list[Score] = []
    missing: dict[str, list[str]] = {}  # reason -> names
    for name, (scorer, meaning) in _LABEL_FREE.items():
        try:
            value = scorer.score_clusters(labels, X=Z, Z=Z, y=None, clusterer=None)
            scores.append(Score(name, value, meaning, uses_labels=False))
        except ValueError as error:  # one cluster, or as many as images, perhaps in the sample only
            missing.setdefault(str(error).splitlines()[0], []).append(name)
    if y is not None:
        is_known, classes = known_labels(y, "y")
        clusters = np.asarray(labels)[is_known]
        for name, (score, meaning) in _WITH_LABELS.items() if is_known.any() else ():
            scores.append(Score(name, float(score(classes, clusters)), meaning, uses_labels=True))
        if not is_known.any():
            missing["no image has a label."] = list(_WITH_LABELS)
    return scores, [f"No {', '.join(names)}: {reason}" for reason, names in missing.items()]
