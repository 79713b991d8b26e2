"""Rows as data: published values, how to rebuild them, and how close is close enough."""

from collections.abc import Callable, Mapping, Sequence
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
    """A statement that is true if one value is above another, or above a number, or at most `slack` below it."""

    statement: str
    metric: str
    above: str | float
    slack: float = 0.0

    def differences(self, values: Mapping[str, Sequence[float]]) -> list[float]:
        """Subtract the two, for each seed that both were measured with: the first ones."""
        ours = values[self.metric]
        others = values[self.above] if isinstance(self.above, str) else [self.above] * len(ours)
        n = min(len(ours), len(others))
        return [value - other + self.slack for value, other in zip(ours[:n], others[:n], strict=True)]

    def verdict(self, values: Mapping[str, Sequence[float]]) -> str:
        """Judge the claim by the mean and by the majority of the seeds, which may disagree."""
        differences = self.differences(values)
        n_held = sum(d > 0 for d in differences)
        of_mean, of_majority = np.mean(differences) > 0, n_held > len(differences) / 2
        word = "undecided" if of_mean != of_majority else "holds" if of_mean else "does not hold"
        return f"{word} ({n_held} of {len(differences)} seeds)"


@dataclass(frozen=True)
class Erratum:
    """An error in a paper, with the values that prove it."""

    paper: Paper
    source: str
    statement: str  # a format string
    values: Callable[[Data], Mapping[str, float]] | None = None

    def text(self, data: Data) -> str:
        """Fill the values into the statement."""
        return self.statement if self.values is None else self.statement.format(**self.values(data))


@dataclass(frozen=True)
class Conclusion:
    """A paper's conclusion from several rows: a claim about values that are named by row and metric."""

    paper: Paper
    source: str
    claim: Claim

    @property
    def rows(self) -> set[str]:
        """Names of the rows that it is about."""
        names = (self.claim.metric, self.claim.above)
        return {name.split()[0] for name in names if isinstance(name, str)}


@dataclass(frozen=True)
class Row:
    """A published system.

    `build(random_state)` makes unfitted public estimators: one, or several by name. `measure(built, data, seed,
    memory)` turns them into values by metric, and `draw(built, data, memory)` into a matplotlib Figure, or several by
    name. All are functions of a module: processes exchange them, and the cache knows them by their names.
    """

    name: str
    system: str
    paper: Paper
    source: str  # section, table or figure
    build: Callable[[int], Any] | None = None  # a row about the data alone has none
    published: Mapping[str, float] = field(default_factory=dict)  # by metric
    reasons: Mapping[str, str] = field(default_factory=dict)  # why a value differs and what shows it, by metric
    details: str = ""  # what the paper leaves open, and how it was chosen without labels
    measure: Callable[[Any, Data, int, Any], dict[str, float]] | None = measure_clustering  # a mere picture has none
    draw: Callable[[Any, Data, Any], Any] | None = None
    claims: tuple[Claim, ...] = ()
    packages: tuple[str, ...] = ()  # of the extra "reproduce"
    max_seeds: int | None = None  # for rows that take over ten minutes a seed; the details say so

    def seeds(self, n_seeds: int) -> range:
        """Return the seeds to measure it with: n_seeds, or fewer."""
        return range(n_seeds if self.max_seeds is None else min(n_seeds, self.max_seeds))


@dataclass(frozen=True)
class Tolerance:
    """The distance to a published value within which the mean over the seeds counts as reproduced."""

    margin: float
    or_better: bool = False
    is_relative: bool = False  # to the published value

    def holds(self, published: float, measured: float) -> bool:
        """Compare a measured value with the published one."""
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
