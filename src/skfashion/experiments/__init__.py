"""The source papers, row by row: what they published, and the pipelines that rebuild it."""

from skfashion.experiments._measures import Data
from skfashion.experiments._rows import TOLERANCES, Claim, Measurement, Paper, Row
from skfashion.experiments._runner import ROWS, Runner, find_rows

__all__ = ["ROWS", "TOLERANCES", "Claim", "Data", "Measurement", "Paper", "Row", "Runner", "find_rows"]
