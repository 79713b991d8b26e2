"""The number of clusters that was chosen, for a report."""

from collections.abc import Mapping
from typing import NamedTuple

NEAR = 0.2  # numbers within this share of the chosen one are no alternatives
ALMOST = 0.95  # of the highest score
FAINT = 0.01  # a highest score that random rows of many features have, too
MAX_RUNNERS_UP = 3


class NumberOfClusters(NamedTuple):
    """A number of clusters, chosen by the scores of several numbers.

    Attributes
    ----------
    chosen : int
        The number.
    scores : dict of int to float
        Score by number, in ascending order of the numbers.
    """

    chosen: int
    scores: Mapping[int, float]

    @property
    def runners_up(self) -> list[int]:
        """The numbers with the highest scores after the chosen one."""
        return [k for k in sorted(self.scores, key=lambda k: -self.scores[k]) if k != self.chosen][:MAX_RUNNERS_UP]

    @property
    def alternatives(self) -> list[int]:
        """The numbers with almost the same score that are clearly lower or higher, in ascending order."""
        best = self.scores[self.chosen]
        is_other = (k for k in self.scores if abs(k - self.chosen) > max(1, NEAR * self.chosen))
        return [k for k in is_other if self.scores[k] >= ALMOST * best]

    @property
    def warning(self) -> str | None:
        """A sentence if other numbers are almost as good, or if none is good."""
        way_out = "If you know the number, pass it with --n-clusters (n_clusters)."
        if self.scores and self.scores[self.chosen] < FAINT:
            return f"No number of clusters stands out: the images may have no clear groups. {way_out}"
        if self.alternatives:
            others = _ranges(self.alternatives)
            return f"The number of clusters is uncertain: {others} would fit almost as well as {self.chosen}. {way_out}"
        return None

    def __str__(self):
        if not self.runners_up:
            return f"Only {self.chosen} clusters were tried: there are too few images for more."
        shown = ", ".join(f"{k} ({self.scores[k]:.3f})" for k in self.runners_up)
        return f"{self.chosen} clusters have the highest score, {self.scores[self.chosen]:.3f}; the next are {shown}."


def _ranges(numbers):
    """Write numbers in words, neighbours as a range."""
    runs = [[numbers[0]]]
    for number in numbers[1:]:
        if number - runs[-1][-1] == 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words = [str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
