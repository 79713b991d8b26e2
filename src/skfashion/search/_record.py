"""The record of a trial, to and from Optuna."""

import base64
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from skfashion._utils.pipelines import NOISE, clusters_of
from skfashion._utils.unpacking import unpack_zlib
from skfashion.plugins.registry import IDENTITY

SCORED, FAILED, RUNNING = "complete", "failed", "running"
STATES = {"COMPLETE": SCORED, "FAIL": FAILED, "RUNNING": RUNNING}  # by Optuna's names


@dataclass(kw_only=True)
class TrialRecord:
    """Record of a trial: its draws and scores, which Optuna knows, and notes, which Optuna keeps as user attributes."""

    number: int = -1  # of a new record
    state: str | None = None  # a value of STATES, or None for a trial in a queue
    params: Mapping[str, Any] = field(default_factory=dict)
    scores: Sequence[float] | None = None

    # notes, under these names
    n_samples: int | None = None  # rows that the pipeline was fitted to
    n_clusters: int | None = None  # found in the rows that trials are compared by
    labels: str | None = None  # of the same rows, packed
    seeds: list[int] | None = None  # of the restarts
    seconds: float | None = None
    warnings: list[str] | None = None
    error: str | None = None  # the reason of a failure
    attempt: int | None = None  # 2 for the second trial of the same draws, and so on
    instead_of: int | None = None  # number of the trial with a lost worker
    is_default: bool | None = None  # True for the trial that searches of images begin with

    @classmethod
    def from_trial(cls, trial) -> "TrialRecord":
        """Read the record of a trial of a study."""
        notes = {name: trial.user_attrs[name] for name in NOTES if name in trial.user_attrs}
        state = STATES.get(trial.state.name)
        return cls(number=trial.number, state=state, params=trial.params, scores=trial.values, **notes)

    def to_user_attrs(self) -> dict[str, Any]:
        """Return the notes that are set, as Optuna's user attributes."""
        return {name: getattr(self, name) for name in NOTES if getattr(self, name) is not None}

    def add_to(self, trial) -> None:
        """Set the notes as user attributes of a running trial."""
        for name, value in self.to_user_attrs().items():
            trial.set_user_attr(name, value)

    def copy_notes(self, other: "TrialRecord") -> None:
        """Take the notes of another trial, except those on how it was started."""
        for name in NOTES:
            if name not in ("attempt", "instead_of", "is_default"):
                setattr(self, name, getattr(other, name))

    @property
    def reducer(self) -> str:
        """Name of the reducer, which is not drawn for a clusterer that takes images; "" if nothing was drawn."""
        return self.params.get("reducer", IDENTITY if self.clusterer else "")

    @property
    def clusterer(self) -> str:
        """Name of the clusterer; "" if nothing was drawn."""
        return self.params.get("clusterer", "")

    @property
    def names(self) -> dict[str, str]:
        """Names of the reducer and the clusterer."""
        return {"reducer": self.reducer, "clusterer": self.clusterer}

    @property
    def is_scored(self) -> bool:
        """True after a success."""
        return self.state == SCORED

    @property
    def counts(self) -> bool:
        """True after a success or a failure of the pipeline; a trial with a lost worker or Ctrl-C does not count."""
        return self.is_scored or (self.state == FAILED and self.error is not None)

    @property
    def partition(self) -> np.ndarray:
        """Clusters of the rows that trials are compared by, shape (n_compared,)."""
        try:
            return _unpacked(self.labels)
        except (TypeError, ValueError, zlib.error) as error:
            raise ValueError(
                f"Trial {self.number} of the study has no clusters, or damaged ones; use another storage or study_name."
            ) from error

    @partition.setter
    def partition(self, labels) -> None:
        self.labels, self.n_clusters = _packed(labels), len(clusters_of(labels))


NOTES = tuple(f.name for f in fields(TrialRecord) if f.name not in ("number", "state", "params", "scores"))


def _packed(labels) -> str:
    """Compress labels, renamed to small integers, to text that every storage takes."""
    names, places = np.unique(labels, return_inverse=True)
    places = places.astype("<i4") - (names[0] == NOISE)  # noise keeps its name
    return base64.b85encode(zlib.compress(places.tobytes(), 9)).decode()


def _unpacked(text) -> np.ndarray:
    return np.frombuffer(unpack_zlib(base64.b85decode(text)), "<i4").astype(int)
