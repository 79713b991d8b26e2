"""The training engine: epochs, the stopping rule and the curves, on any Keras backend."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import keras
import numpy as np

from skfashion._utils.interrupts import deliver_interrupt
from skfashion.networks.backend import engine
from skfashion.networks.batches import Rows, training_batch_size
from skfashion.networks.inference import in_batches
from skfashion.networks.variables import get_values, set_values


@dataclass(frozen=True)
class StoppingRule:
    """Stop when the watched loss has not fallen by `tol` for over `n_iter_no_change` epochs, as MLPClassifier does."""

    tol: float
    n_iter_no_change: int
    best_loss: float = math.inf
    n_stalled: int = 0

    def after(self, loss: float) -> "StoppingRule":
        """The rule that has taken note of an epoch's loss."""
        n_stalled = self.n_stalled + 1 if loss > self.best_loss - self.tol else 0
        return replace(self, best_loss=min(loss, self.best_loss), n_stalled=n_stalled)

    @property
    def says_stop(self) -> bool:
        return self.n_stalled > self.n_iter_no_change


@dataclass(frozen=True)
class Schedule:
    """How long, in what steps and in what order to train."""

    max_iter: int
    batch_size: int
    learning_rate_init: float
    stop: StoppingRule
    watch_validation: bool  # the rule watches the validation loss, and the best weights come back at the end
    shuffle: bool
    seed: int
    first_epoch: int  # epochs trained before; the order of an epoch's rows follows from its number and the seed
    callbacks: Sequence[Callable] = ()  # called with (epoch, logs) at the end of every epoch


@dataclass(frozen=True)
class Curves:
    """What training leaves behind: one number an epoch of the loss, of each of its terms, and of what else is told."""

    training: dict[str, list[float]] = field(default_factory=dict)
    validation: dict[str, list[float]] = field(default_factory=dict)

    def after(self, training: dict[str, float], validation: dict[str, float] | None) -> "Curves":
        """The curves with an epoch more."""
        return Curves(_longer(self.training, training), _longer(self.validation, validation or {}))

    def last(self) -> dict[str, float]:
        """The last epoch's numbers under Keras' names."""
        logs = {name: curve[-1] for name, curve in self.training.items()}
        return logs | {f"val_{name}": curve[-1] for name, curve in self.validation.items()}


def _longer(curves, means):
    return {name: [*curves.get(name, []), mean] for name, mean in means.items()}


@dataclass(frozen=True)
class Progress:
    """What a training has come to after its whole epochs; never anything in between."""

    stop: StoppingRule
    curves: Curves = Curves()
    best_weights: list[np.ndarray] | None = None  # those of the lowest watched loss, if they are to come back
    is_interrupted: bool = False

    @property
    def n_epochs(self) -> int:
        return len(self.curves.training.get("loss", ()))


def train(network, rows: Rows, validation: Rows | None, schedule: Schedule, optimizer_state=None):
    """Train a network in place.

    Parameters
    ----------
    network : Network
        What to train.
    rows, validation : Rows
        What to train on; what to measure the held-out loss on.
    schedule : Schedule
        How long, in what steps and in what order.
    optimizer_state : list of ndarray, optional
        Where the optimiser goes on; None starts it anew.

    Returns
    -------
    progress : Progress
        The losses of each epoch, the lowest of them, and whether a KeyboardInterrupt ended the training, after which
        the network is as if `max_iter` had been the number of whole epochs.
    optimizer_state : list of ndarray
        Where a further call can go on.

    Raises
    ------
    ValueError
        If the loss ceases to be finite. The network may then be anything in between.
    KeyboardInterrupt
        If it comes in the first epoch. The network may then be anything in between.
    """
    optimizer = make_optimizer(network, schedule.learning_rate_init)
    if optimizer_state is not None:
        set_values(optimizer.variables, optimizer_state)
        optimizer.learning_rate = float(schedule.learning_rate_init)  # which may have been changed since
    trainer = engine().Trainer(network, optimizer)
    progress = _train_epochs(trainer, network, rows, validation, schedule)
    trainer.publish()
    if progress.best_weights is not None:
        set_values(network.variables, progress.best_weights)
    largest = np.max([np.abs(value).max() for value in get_values(network.trainable_variables)])
    n_epochs = schedule.first_epoch + progress.n_epochs
    _require_finite(largest, n_epochs, schedule.learning_rate_init)  # the last step, too, may have gone astray
    return progress, get_values(optimizer.variables)


def _train_epochs(trainer, network, rows, validation, schedule):
    batch_size = training_batch_size(schedule.batch_size, len(rows))
    progress, before, snapshot = Progress(schedule.stop), None, None
    try:
        while progress.n_epochs < schedule.max_iter and not progress.stop.says_stop:
            start = time.perf_counter()
            snapshot = None  # first of all, so that there are never two
            snapshot = trainer.snapshot() if progress.n_epochs else None
            before = progress
            epoch = schedule.first_epoch + progress.n_epochs
            ordered = rows.shuffled([schedule.seed, epoch]) if schedule.shuffle else rows
            means = trainer.train_epoch(ordered, batch_size)
            held_out = None if validation is None else _means(trainer, network, validation)
            progress = _after_epoch(progress, trainer, means, held_out, schedule)
            _tell(schedule.callbacks, trainer, epoch, progress.curves, len(rows) / (time.perf_counter() - start))
            deliver_interrupt()
    except KeyboardInterrupt:
        if not progress.n_epochs:
            raise
        if progress is before:  # in the midst of the next epoch
            trainer.restore(snapshot)
        return replace(progress, is_interrupted=True)
    return progress


def _after_epoch(progress, trainer, means, held_out, schedule):
    """The progress with one whole epoch more."""
    is_held_out = schedule.watch_validation and held_out is not None
    watched = (held_out if is_held_out else means)["loss"]
    _require_finite(watched, schedule.first_epoch + progress.n_epochs + 1, schedule.learning_rate_init)
    is_best = is_held_out and watched < progress.stop.best_loss
    return Progress(
        stop=progress.stop.after(watched),
        curves=progress.curves.after(means, held_out),
        best_weights=trainer.weights() if is_best else progress.best_weights,
    )


def _tell(callbacks, trainer, epoch, curves, rows_per_second):
    if callbacks:
        trainer.publish()  # they may look at the network
    for callback in callbacks:
        callback(epoch, curves.last() | {"rows_per_second": rows_per_second})


def _means(trainer, network, rows):
    """The mean loss of the rows and its terms, by name."""
    columns = in_batches(trainer.forward("term_rows"), rows).T
    names = ("loss", *network.term_names)
    return {name: float(np.mean(column, dtype=np.float64)) for name, column in zip(names, columns, strict=True)}


def make_optimizer(network, learning_rate_init):
    """Adam (Kingma & Ba 2015) on the network's weights."""
    optimizer = keras.optimizers.Adam(float(learning_rate_init))
    optimizer.build(network.trainable_variables)
    return optimizer


def _require_finite(loss, epoch, learning_rate_init):
    if not math.isfinite(loss):
        raise ValueError(
            f"The loss or a weight became {loss} in epoch {epoch} with learning_rate_init={learning_rate_init}; "
            "scale X to about [0, 1] (see rescale) or lower learning_rate_init."
        )
