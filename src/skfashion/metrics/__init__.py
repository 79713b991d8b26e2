"""Scores of clusterings, and scorers for GridSearchCV and other tools of scikit-learn."""

from skfashion.metrics._modularity import Modularity, modularity_score
from skfashion.metrics._scorers import CalinskiHarabasz, DaviesBouldin, HungarianAccuracy, Purity, Silhouette
from skfashion.metrics._scores import hungarian_accuracy_score, match_labels, mean_agreement, purity_score
from skfashion.metrics._stability import Stability

__all__ = [
    "CalinskiHarabasz",
    "DaviesBouldin",
    "HungarianAccuracy",
    "Modularity",
    "Purity",
    "Silhouette",
    "Stability",
    "hungarian_accuracy_score",
    "match_labels",
    "mean_agreement",
    "modularity_score",
    "purity_score",
]
