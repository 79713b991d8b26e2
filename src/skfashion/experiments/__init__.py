"""The source papers, row by row: what they published, and the pipelines that rebuild it."""

from skfashion.experiments._rows import TOLERANCES, Measurement, Paper, Row
from skfashion.experiments._runner import ROWS, Runner, find_rows

__all__ = ["ROWS", "TOLERANCES", "Measurement", "Paper", "Row", "Runner", "find_rows"]
