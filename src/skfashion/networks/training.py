"""The training engine: epochs, the stopping rule and the curves, on any Keras backend.

How one step runs on a backend is the business of `_jax`, `_torch` and `_tensorflow`, which offer the same two names:
``Trainer(network, optimizer)`` with `train_epoch`, `forward`, `weights` and `publish`, and
``forward(network, method)``.
"""

import importlib
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import keras
import numpy as np

from skfashion.networks.batches import INFERENCE_ROWS, Rows, training_batch_size
from skfashion.networks.variables import get_values, set_values


@dataclass
class StoppingRule:
    """Stop when the watched loss has not fallen by `tol` for over `n_iter_no_change` epochs, as MLPClassifier does."""

    tol: float
    n_iter_no_change: int
    best_loss: float = math.inf
    n_stalled: int = 0

    def improves(self, loss: float) -> bool:
        """Take note of an epoch's loss; say whether it is the lowest so far."""
        self.n_stalled = self.n_stalled + 1 if loss > self.best_loss - self.tol else 0
        is_lowest = loss < self.best_loss
        self.best_loss = min(loss, self.best_loss)
        return is_lowest

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


@dataclass
class Curves:
    """What training leaves behind: one number an epoch of the loss, of each of its terms, and of what else is told."""

    training: dict[str, list[float]] = field(default_factory=dict)
    validation: dict[str, list[float]] = field(default_factory=dict)

    def append(self, training: dict[str, float], validation: dict[str, float] | None) -> None:
        for curves, means in ((self.training, training), (self.validation, validation or {})):
            for name, mean in means.items():
                curves.setdefault(name, []).append(mean)

    def last(self) -> dict[str, float]:
        """The last epoch's numbers under Keras' names."""
        logs = {name: curve[-1] for name, curve in self.training.items()}
        return logs | {f"val_{name}": curve[-1] for name, curve in self.validation.items()}


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
    curves : Curves
        The losses of each epoch.
    optimizer_state : list of ndarray
        Where a further call can go on.

    Raises
    ------
    ValueError
        If the loss ceases to be finite. The network may then be anything in between.
    """
    optimizer = make_optimizer(network, schedule.learning_rate_init)
    if optimizer_state is not None:
        set_values(optimizer.variables, optimizer_state)
        optimizer.learning_rate = float(schedule.learning_rate_init)  # which may have been changed since
    trainer = _engine().Trainer(network, optimizer)
    batch_size = training_batch_size(schedule.batch_size, len(rows))
    curves, stop, best = Curves(), schedule.stop, None
    for epoch in range(schedule.first_epoch, schedule.first_epoch + schedule.max_iter):
        start = time.perf_counter()
        ordered = rows.shuffled([schedule.seed, epoch]) if schedule.shuffle else rows
        means = trainer.train_epoch(ordered, batch_size)
        held_out = None if validation is None else _means(trainer, network, validation)
        curves.append(means, held_out)
        watched = (held_out if schedule.watch_validation and held_out is not None else means)["loss"]
        _require_finite(watched, epoch, schedule.learning_rate_init)
        _tell(schedule.callbacks, trainer, epoch, curves, len(rows) / (time.perf_counter() - start))
        if stop.improves(watched) and schedule.watch_validation:
            best = trainer.weights()
        if stop.says_stop:
            break
    trainer.publish()
    if best is not None:
        set_values(network.variables, best)
    largest = np.max([np.abs(value).max() for value in get_values(network.trainable_variables)])
    _require_finite(largest, epoch, schedule.learning_rate_init)  # the last step, too, may have gone astray
    return curves, get_values(optimizer.variables)


def infer(network, method: str, X) -> np.ndarray:
    """Apply a method of the network to every row of X, shape (n_samples, ...), in batches of one size."""
    return _in_batches(_engine().forward(network, method), Rows(X))


def _tell(callbacks, trainer, epoch, curves, rows_per_second):
    if callbacks:
        trainer.publish()  # they may look at the network
    for callback in callbacks:
        callback(epoch, curves.last() | {"rows_per_second": rows_per_second})


def _means(trainer, network, rows):
    """The mean loss of the rows and its terms, by name."""
    columns = _in_batches(trainer.forward("term_rows"), rows).T
    names = ("loss", *network.term_names)
    return {name: float(np.mean(column, dtype=np.float64)) for name, column in zip(names, columns, strict=True)}


def _in_batches(forward, rows):
    result = None
    for start, (batch, n_rows) in zip(range(0, len(rows), INFERENCE_ROWS), rows.batches(INFERENCE_ROWS), strict=True):
        out = forward(batch)
        if result is None:
            result = np.empty((len(rows), *out.shape[1:]), out.dtype)
        result[start : start + n_rows] = out[:n_rows]
    return result


def make_optimizer(network, learning_rate_init):
    """Adam (Kingma & Ba 2015) on the network's weights."""
    optimizer = keras.optimizers.Adam(float(learning_rate_init))
    optimizer.build(network.trainable_variables)
    return optimizer


def _engine():
    return importlib.import_module(f"skfashion.networks._{keras.config.backend()}")


def _require_finite(loss, epoch, learning_rate_init):
    if not math.isfinite(loss):
        raise ValueError(
            f"The loss or a weight became {loss} in epoch {epoch + 1} with learning_rate_init={learning_rate_init}; "
            "scale X to about [0, 1] (see rescale) or lower learning_rate_init."
        )
