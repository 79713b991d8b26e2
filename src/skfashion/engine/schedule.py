"""The plan of a training: steps, epochs, the stopping rule, targets that are renewed; and its result."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from skfashion.engine.inference import in_batches
from skfashion.engine.rows import Rows


class StoppingRule(Protocol):
    """Decision after each epoch: stop or continue, and keep the weights of this epoch or not."""

    @property
    def watched(self) -> str:
        """Name of the log that the rule watches."""

    @property
    def says_stop(self) -> bool:
        """True if training is to stop after the last epoch."""

    @property
    def is_best(self) -> bool:
        """True if the network is to return to the weights of the last epoch at the end."""

    def after(self, logs: dict[str, float]) -> "StoppingRule":
        """Return the rule that knows one epoch more."""


@dataclass(frozen=True)
class NoImprovement:
    """Stop when the loss has not fallen by a share `tol` for more than `n_iter_no_change` epochs.

    MLPClassifier has the same rule with an absolute `tol`, as here with ``is_relative=False``.
    """

    tol: float
    n_iter_no_change: int
    watched: str = "loss"
    restores_best: bool = False  # return to the weights of the lowest loss at the end
    is_relative: bool = True
    best_loss: float = math.inf
    n_stalled: int = 0
    is_best: bool = False

    def after(self, logs):
        loss, is_first = logs[self.watched], math.isinf(self.best_loss)
        least = self.tol * (abs(self.best_loss) if self.is_relative and not is_first else 1)
        return replace(
            self,
            best_loss=min(loss, self.best_loss),
            n_stalled=self.n_stalled + 1 if loss > self.best_loss - least else 0,
            is_best=self.restores_best and loss < self.best_loss,
        )

    @property
    def says_stop(self):
        return self.n_stalled > self.n_iter_no_change


@dataclass(frozen=True)
class SettledLabels:
    """Stop when at most a share `tol` of the labels changed at the last renewal of the targets. Xie et al. 2016.

    The schedule needs a `Renewal` with `labels`.
    """

    tol: float
    watched: str = "label_change"
    says_stop: bool = False
    is_best: bool = False

    def after(self, logs):
        return replace(self, says_stop=logs[self.watched] <= self.tol)


@dataclass(frozen=True)
class Renewal:
    """Targets and labels, computed from all rows before every `every`-th epoch, counted from the first fit.

    Parameters
    ----------
    every : int
        Epochs between two renewals.
    method : str
        Method of the network that is applied to all rows in batches.
    targets : callable or None
        Makes targets, shape (n_rows, ...), of the results for all rows, shape (n_rows, ...), in the order of the rows.
        None: the loss needs no targets.
    labels : callable or None
        Makes labels, shape (n_rows,), of the results. The share of labels that a renewal changes is then a log,
        "label_change": see `SettledLabels`.
    """

    every: int
    method: str
    targets: Callable[[np.ndarray], np.ndarray] | None
    labels: Callable[[np.ndarray], np.ndarray] | None = None

    def __post_init__(self):
        if self.every < 1:
            raise ValueError(f"every={self.every} must be at least 1 epoch.")


@dataclass(frozen=True)
class Reset:
    """A change of the network before every `every`-th epoch, counted from the first fit, but not before the first one.

    Parameters
    ----------
    every : int
        Epochs between two changes.
    change : callable
        ``change(fitted, rows, epoch)`` writes to the variables of the network of a `FittedNetwork`. Labels and targets
        are renewed after it.
    """

    every: int
    change: Callable

    def is_due(self, epoch: int) -> bool:
        """Tell whether the network is changed before an epoch, counted from 0."""
        return epoch > 0 and epoch % self.every == 0


@dataclass(frozen=True)
class Schedule:
    """The plan of a training."""

    max_iter: int  # epochs
    batch_size: int
    learning_rate_init: float
    stop: StoppingRule
    decays: bool = False  # the learning rate falls to 0 in the last quarter of the epochs
    shuffle: bool = True
    renewal: Renewal | None = None
    reset: Reset | None = None
    draw: Callable[[int], Rows] | None = None  # makes the rows of an epoch, counted from 0, in place of those given
    callbacks: Sequence = ()  # objects with on_epoch_end(epoch, logs): see `Callbacks`

    @property
    def decay_start(self) -> int:
        """Number of epochs with the whole learning rate, if the loss does not settle before."""
        return math.ceil(3 / 4 * self.max_iter) if self.decays else self.max_iter

    def n_epochs(self, settled_after: int | None) -> int:
        """Return the number of epochs, with those of the decay; `settled_after` is None until the loss has settled."""
        if settled_after is None:
            return self.max_iter
        return min(self.max_iter, settled_after + (math.ceil(settled_after / 3) if self.decays else 0))

    def learning_rate(self, epoch: int, settled_after: int | None) -> float:
        """Return the learning rate of an epoch, counted from 0."""
        start = self.decay_start if settled_after is None else settled_after
        if epoch < start:
            return self.learning_rate_init
        end = self.n_epochs(settled_after)
        return self.learning_rate_init * (end - epoch) / (end - start + 1)


class RenewedRows:
    """Training rows and held-out rows with the targets of the last renewal."""

    def __init__(self, training: Rows, held_out: Rows | None, renewal: Renewal | None):
        self.training = training
        self.held_out = held_out
        self.logs: dict[str, float] = {}
        self.state: tuple | None = None  # weights before the last renewal, and its logs
        self._renewal = renewal
        self._labels: np.ndarray | None = None  # (n_rows,)

    def renew_if_due(self, epoch, trainer, *, is_reset=False):
        """Renew the targets before an epoch, counted from 0: if it is due, without targets yet, or after a reset."""
        if self._renewal is not None and (epoch % self._renewal.every == 0 or self.state is None or is_reset):
            self._renew(self._renewal, trainer.forward)
            self.state = trainer.weights(), self.logs

    def renew_as_before(self, forward, state):
        """Compute the targets of an earlier renewal again, by `forward` with its weights, if there was one.

        A training that continues needs them until the next renewal, and their labels to compare with.
        """
        if self._renewal is not None and state is not None:
            self._renew(self._renewal, forward)
            self.state, self.logs = state, state[1]

    def _renew(self, renewal, forward):
        def results_of(rows):
            return in_batches(forward(renewal.method), replace(rows, targets=None))

        results = results_of(self.training)
        if renewal.labels is not None:
            labels, before = renewal.labels(results), self._labels
            self.logs = {"label_change": 1.0 if before is None else float(np.mean(labels != before))}
            self._labels = labels
        if renewal.targets is None:
            return
        self.training = self.training.with_targets(renewal.targets(results))
        if self.held_out is not None:
            self.held_out = self.held_out.with_targets(renewal.targets(results_of(self.held_out)))


@dataclass(frozen=True)
class Curves:
    """Numbers of every epoch, by name: the loss, each of its terms, and other logs."""

    training: dict[str, list[float]] = field(default_factory=dict)
    validation: dict[str, list[float]] = field(default_factory=dict)

    def after(self, training: dict[str, float], validation: dict[str, float] | None) -> "Curves":
        """Return the curves with one epoch more."""
        return Curves(_longer(self.training, training), _longer(self.validation, validation or {}))

    def last(self) -> dict[str, float]:
        """Return the numbers of the last epoch under Keras' names."""
        logs = {name: curve[-1] for name, curve in self.training.items()}
        return logs | {f"val_{name}": curve[-1] for name, curve in self.validation.items()}


def _longer(curves, means):
    return {name: [*curves.get(name, []), mean] for name, mean in means.items()}


@dataclass(frozen=True)
class TrainingResult:
    """Result of whole epochs."""

    stop: StoppingRule
    curves: Curves = Curves()
    best_weights: list[np.ndarray] | None = None  # those to return to at the end, if any
    settled_after: int | None = None  # epochs, by the stopping rule
    is_interrupted: bool = False  # a KeyboardInterrupt ended the training
    is_stopped: bool = False  # a callback ended the training

    @property
    def n_epochs(self) -> int:
        """Number of whole epochs."""
        return len(self.curves.training.get("loss", ()))

    @property
    def best_loss(self) -> float:
        """The lowest validation loss if the rule watches it, otherwise the lowest training loss."""
        is_held_out = self.stop.watched == "val_loss"
        return min((self.curves.validation if is_held_out else self.curves.training)["loss"])
