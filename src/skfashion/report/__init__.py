"""What a clustering, a search or a reproduction found, as one HTML page that can be looked at anywhere."""

from skfashion.report._clustering import ClusteringReport
from skfashion.report._reproduction import Notes, Picture, ReportTable, ReproductionReport
from skfashion.report._scores import Score, clustering_scores
from skfashion.report._search import SearchSummary

__all__ = [
    "ClusteringReport",
    "Notes",
    "Picture",
    "ReportTable",
    "ReproductionReport",
    "Score",
    "SearchSummary",
    "clustering_scores",
]
