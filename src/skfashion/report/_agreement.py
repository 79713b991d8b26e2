"""The agreement of the runs of a clusterer that votes."""

from typing import NamedTuple


class Agreement(NamedTuple):
    """The number of runs and the mean share of images on which two of them agree."""

    n_runs: int
    share: float

    def __str__(self):
        return f"The clusters of {self.n_runs} runs agree on {self.share:.1%} of the images, as a mean of all pairs."


def agreement_of(clusterer) -> Agreement | None:
    """Return the agreement of a fitted clusterer; None if it has not several runs."""
    share = getattr(clusterer, "agreement_", None)
    runs = getattr(clusterer, "estimators_", None)
    n_runs = getattr(clusterer, "n_votes", 1) if runs is None else len(runs)
    return None if share is None or n_runs < 2 else Agreement(n_runs, float(share))
