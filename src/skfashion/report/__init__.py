"""HTML pages about a clustering, a search or a reproduction; each is one file."""

from skfashion.report._clustering import ClusteringReport
from skfashion.report._reproduction import ReportTable, ReproductionReport, table_of_metrics
from skfashion.report._scores import Score, clustering_scores
from skfashion.report._search import SearchSummary
from skfashion.report._whole import Whole

__all__ = [
    "ClusteringReport",
    "ReportTable",
    "ReproductionReport",
    "Score",
    "SearchSummary",
    "Whole",
    "clustering_scores",
    "table_of_metrics",
]
