"""Source papers, row by row: published values, and the pipelines that rebuild them."""

from skfashion.experiments._measures import Data
from skfashion.experiments._results import OPEN_DETAILS, ClaimLine, CostLine, Measurement, MetricLine, Results
from skfashion.experiments._rows import TOLERANCES, Claim, Conclusion, Erratum, Paper, Row
from skfashion.experiments._runner import Result, Runner
from skfashion.experiments.papers import CONCLUSIONS, ERRATA, ROWS, find_rows

__all__ = [
    "CONCLUSIONS",
    "ERRATA",
    "OPEN_DETAILS",
    "ROWS",
    "TOLERANCES",
    "Claim",
    "ClaimLine",
    "Conclusion",
    "CostLine",
    "Data",
    "Erratum",
    "Measurement",
    "MetricLine",
    "Paper",
    "Result",
    "Results",
    "Row",
    "Runner",
    "find_rows",
]
