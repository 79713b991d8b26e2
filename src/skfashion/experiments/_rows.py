"""Rows as data: what a paper published, how to rebuild it, and how far off counts as reproduced."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Paper:
    """A source paper."""

    key: str
    authors: str
    title: str


@dataclass(frozen=True)
class Row:
    """One published system."""

    name: str
    system: str
    paper: Paper
    source: str  # section, table or figure
    build: Callable[..., Any]  # build(memory=..., random_state=...) -> unfitted estimator with fit_predict
    published: dict[str, float]
    details: str = ""  # what the paper leaves open, and how it was chosen without labels


@dataclass(frozen=True)
class Tolerance:
    """How far the mean over the seeds may be from a published figure that counts as reproduced."""

    margin: float
    or_better: bool = False

    def holds(self, published: float, measured: float) -> bool:
        """Whether the published figure is reproduced."""
        return abs(measured - published) <= self.margin or (self.or_better and measured > published)


TOLERANCES = {"purity": Tolerance(0.02, or_better=True)}


@dataclass(frozen=True)
class Measurement:
    """A row's figures for each seed."""

    row: Row
    figures: dict[str, list[float]]  # by metric, one a seed

    def mean(self, metric: str) -> float:
        """Average over the seeds."""
        return sum(self.figures[metric]) / len(self.figures[metric])

    def verdict(self, metric: str) -> str:
        """Judge the mean over the seeds."""
        holds = TOLERANCES[metric].holds(self.row.published[metric], self.mean(metric))
        return "reproduced" if holds else "differs"
