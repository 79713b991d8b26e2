"""Scores of a clustering, and the scorers that put them into GridSearchCV and friends."""

from skfashion.metrics._scorers import CalinskiHarabasz, DaviesBouldin, HungarianAccuracy, Purity, Silhouette
from skfashion.metrics._scores import hungarian_accuracy_score, match_labels, purity_score

__all__ = [
    "CalinskiHarabasz",
    "DaviesBouldin",
    "HungarianAccuracy",
    "Purity",
    "Silhouette",
    "hungarian_accuracy_score",
    "match_labels",
    "purity_score",
]
