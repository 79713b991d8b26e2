"""Rows as data: what a paper published, how to rebuild it, and how far off counts as reproduced."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from skfashion.experiments._clusterings import measure_clustering
from skfashion.experiments._measures import Data


@dataclass(frozen=True)
class Paper:
    """A source paper."""

    key: str
    authors: str
    title: str


@dataclass(frozen=True)
class Claim:
    """Something that figures decide: that one of them is above another, or above a number, or below it by little."""

    statement: str
    metric: str
    above: str | float
    slack: float = 0.0  # by which it may be below

    def differences(self, figures: Mapping[str, list[float]]) -> list[float]:
        """By how much, for each seed that both were measured with: the first ones."""
        values = figures[self.metric]
        others = figures[self.above] if isinstance(self.above, str) else [self.above] * len(values)
        n = min(len(values), len(others))
        return [value - other + self.slack for value, other in zip(values[:n], others[:n], strict=True)]

    def verdict(self, figures: Mapping[str, list[float]]) -> str:
        """Say for how many seeds the claim holds, and judge it if their majority and their mean agree."""
        differences = self.differences(figures)
        n_held = sum(d > 0 for d in differences)
        of_mean, of_majority = np.mean(differences) > 0, n_held > len(differences) / 2
        word = "undecided" if of_mean != of_majority else "holds" if of_mean else "does not hold"
        return f"{word} ({n_held} of {len(differences)} seeds)"


@dataclass(frozen=True)
class Erratum:
    """Where a paper is wrong, with figures that `figures(data)` computes if there are any."""

    paper: Paper
    source: str
    statement: str  # a format string
    figures: Callable[[Data], Mapping[str, float]] | None = None

    def text(self, data: Data) -> str:
        """The statement, its figures filled in."""
        return self.statement if self.figures is None else self.statement.format(**self.figures(data))


@dataclass(frozen=True)
class Conclusion:
    """What a paper concludes from several rows: a claim about figures that are called by row and metric."""

    paper: Paper
    source: str
    claim: Claim

    @property
    def rows(self) -> set[str]:
        """The rows that it is about."""
        names = (self.claim.metric, self.claim.above)
        return {name.split()[0] for name in names if isinstance(name, str)}


@dataclass(frozen=True)
class Row:
    """A published system.

    `build(random_state)` makes unfitted public estimators: one, or several by name. `measure(built, data, seed,
    memory)` turns them into figures by metric, and `draw(built, data, memory)` into a matplotlib Figure, or several by
    name. All are functions of a module: processes exchange them, and the cache knows them by their names.
    """

    name: str
    system: str
    paper: Paper
    source: str  # section, table or figure
    build: Callable[[int], Any] | None = None  # a row about the data alone has none
    published: Mapping[str, float] = field(default_factory=dict)  # by metric
    reasons: Mapping[str, str] = field(default_factory=dict)  # why a figure differs and what shows it, by metric
    details: str = ""  # what the paper leaves open, and how it was chosen without labels
    measure: Callable[[Any, Data, int, Any], dict[str, float]] | None = measure_clustering  # a mere picture has none
    draw: Callable[[Any, Data, Any], Any] | None = None
    claims: tuple[Claim, ...] = ()
    packages: tuple[str, ...] = ()  # that it needs of the extra "reproduce"
    most_seeds: int | None = None  # fewer than asked for, where one takes over ten minutes; the details say so

    def seeds(self, n_seeds: int) -> range:
        """The seeds that it is measured with if there are to be as many."""
        return range(n_seeds if self.most_seeds is None else min(n_seeds, self.most_seeds))


@dataclass(frozen=True)
class Tolerance:
    """How far the mean over the seeds may be from a published figure that counts as reproduced."""

    margin: float
    or_better: bool = False
    is_relative: bool = False  # to the published figure

    def holds(self, published: float, measured: float) -> bool:
        """Whether the published figure is reproduced."""
        margin = self.margin * abs(published) if self.is_relative else self.margin
        return abs(measured - published) <= margin or (self.or_better and measured > published)

    def __str__(self):
        margin = f"{self.margin:.0%}" if self.is_relative else f"{self.margin}"
        return f"within {margin}{', or better' * self.or_better}" if self.margin else "exact"


REPRODUCED = "reproduced"  # a verdict
_SUPERVISED = Tolerance(0.015, or_better=True)
TOLERANCES = {
    "purity": Tolerance(0.02, or_better=True),
    "accuracy": _SUPERVISED,
    "f1": _SUPERVISED,
    "test_accuracy": _SUPERVISED,
    "test_f1": _SUPERVISED,
    "n_parameters": Tolerance(0),
    "n_components": Tolerance(0),
    "silhouette": Tolerance(0.03),
    "adjusted_rand": Tolerance(0.04),
    "log_likelihood": Tolerance(0.3),
    "inertia": Tolerance(0.06, is_relative=True),
    "pixel_mean": Tolerance(0.005),  # to the printed digits
    "pixel_deviation": Tolerance(0.005),
}


@dataclass(frozen=True)
class Measurement:
    """A row's figures for each seed, and what they took, with steps that were fitted for other rows."""

    row: Row
    figures: dict[str, list[float]]  # by metric, one a seed
    seconds: list[float] = field(default_factory=list)
    peak_mib: list[float | None] = field(default_factory=list)
    machines: list[str] = field(default_factory=list)

    def mean(self, metric: str) -> float:
        """Average over the seeds."""
        return sum(self.figures[metric]) / len(self.figures[metric])

    def verdict(self, metric: str) -> str:
        """Judge the mean over the seeds, and each seed where nothing but the published figure will do."""
        tolerance = TOLERANCES[metric]
        judged = [self.mean(metric)] if tolerance.margin else self.figures[metric]
        holds = all(tolerance.holds(self.row.published[metric], value) for value in judged)
        return REPRODUCED if holds else "differs"
