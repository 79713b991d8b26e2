"""Rows as data: what a paper published, how to rebuild it, and how far off counts as reproduced."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from skfashion.experiments._measures import Data, measure_partition


@dataclass(frozen=True)
class Paper:
    """A source paper."""

    key: str
    authors: str
    title: str


@dataclass(frozen=True)
class Claim:
    """Something that a row's figures decide: that one of them is above another, or above a number."""

    statement: str
    metric: str
    above: str | float

    def differences(self, figures: Mapping[str, list[float]]) -> list[float]:
        """By how much, for each seed."""
        values = figures[self.metric]
        others = figures[self.above] if isinstance(self.above, str) else [self.above] * len(values)
        return [value - other for value, other in zip(values, others, strict=True)]

    def verdict(self, figures: Mapping[str, list[float]]) -> str:
        """Say for how many seeds the claim holds, and judge it if their majority and their mean agree."""
        differences = self.differences(figures)
        n_held = sum(d > 0 for d in differences)
        of_mean, of_majority = np.mean(differences) > 0, n_held > len(differences) / 2
        word = "undecided" if of_mean != of_majority else "holds" if of_mean else "does not hold"
        return f"{word} ({n_held} of {len(differences)} seeds)"


@dataclass(frozen=True)
class Row:
    """One published system.

    `build(memory=..., random_state=...)` makes unfitted public estimators, which `measure(built, data, seed, memory)`
    turns into figures by metric, and `draw(built, data, memory)`, if there is one, into a matplotlib Figure.
    """

    name: str
    system: str
    paper: Paper
    source: str  # section, table or figure
    build: Callable[..., Any]
    published: Mapping[str, float] = field(default_factory=dict)  # by metric
    details: str = ""  # what the paper leaves open, and how it was chosen without labels
    measure: Callable[[Any, Data, int, Any], dict[str, float]] = measure_partition
    draw: Callable[[Any, Data, Any], Any] | None = None
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True)
class Tolerance:
    """How far the mean over the seeds may be from a published figure that counts as reproduced."""

    margin: float
    or_better: bool = False

    def holds(self, published: float, measured: float) -> bool:
        """Whether the published figure is reproduced."""
        return abs(measured - published) <= self.margin or (self.or_better and measured > published)


_SUPERVISED = Tolerance(0.015, or_better=True)
TOLERANCES = {
    "purity": Tolerance(0.02, or_better=True),
    "accuracy": _SUPERVISED,
    "f1": _SUPERVISED,
    "test_accuracy": _SUPERVISED,
    "test_f1": _SUPERVISED,
    "n_parameters": Tolerance(0),
}


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
