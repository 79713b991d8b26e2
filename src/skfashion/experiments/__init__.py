"""The source papers, row by row: what they published, and the pipelines that rebuild it."""

from skfashion.experiments._measures import Data
from skfashion.experiments._rows import REPRODUCED, TOLERANCES, Claim, Conclusion, Erratum, Measurement, Paper, Row
from skfashion.experiments._runner import Result, Runner
from skfashion.experiments.papers import CONCLUSIONS, ERRATA, ROWS, find_rows

__all__ = [
    "CONCLUSIONS",
    "ERRATA",
    "REPRODUCED",
    "ROWS",
    "TOLERANCES",
    "Claim",
    "Conclusion",
    "Data",
    "Erratum",
    "Measurement",
    "Paper",
    "Result",
    "Row",
    "Runner",
    "find_rows",
]
