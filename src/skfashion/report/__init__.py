"""What a clustering found, as one HTML page that can be looked at anywhere."""

from skfashion.report._clustering import ClusteringReport
from skfashion.report._scores import Score, clustering_scores
from skfashion.report._search import SearchSummary

__all__ = ["ClusteringReport", "Score", "SearchSummary", "clustering_scores"]
