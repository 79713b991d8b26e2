"""A network with its state of training: what an estimator holds."""

import math
import time
from contextlib import closing
from dataclasses import replace

import numpy as np

from skfashion._utils.checks import is_count
from skfashion._utils.interrupts import deliver_interrupt
from skfashion._utils.validation import validate_params
from skfashion.engine.backend import import_keras, share_backend, trainer_class
from skfashion.engine.callbacks import Callbacks, ModelInTraining
from skfashion.engine.inference import in_batches
from skfashion.engine.rows import Rows, training_batch_size
from skfashion.engine.schedule import RenewedRows, Schedule, TrainingResult
from skfashion.engine.seeding import seeded
from skfashion.engine.variables import get_values, restored, set_values

keras = import_keras()

MAX_SEED = 2**32  # and of the number of epochs


class FittedNetwork:
    """A network, trained or to be trained. Pickles hold its weights, and build it again.

    Parameters
    ----------
    blueprint : estimator
        Unfitted estimator. Its `build_network(sizes, seed)` builds the network from its parameters.
    sizes : tuple of int
        Sizes of the data: features, and classes if there are any.
    seed : int
        Seed of the initial weights, of the order of the rows, and of all draws in training.

    Attributes
    ----------
    network : Network
        The Keras models and their objective.
    n_epochs : int
        Epochs of training so far.
    """

    def __init__(self, blueprint, sizes, seed):
        self.blueprint = blueprint
        self.sizes = sizes
        self.seed = seed
        self.n_epochs = 0
        self._optimizer_state: list[np.ndarray] | None = None  # None: the optimiser starts again
        self._renewal_state: tuple | None = None
        self.network = _build(blueprint, sizes, seed)

    # Training

    def train(self, rows: Rows, held_out: Rows | None, schedule: Schedule, *, resumable=False) -> TrainingResult:
        """Train the network, starting from where the last call ended.

        Parameters
        ----------
        rows, held_out : Rows
            Rows to train on; rows for the validation loss.
        schedule : Schedule
            The plan.
        resumable : bool
            Whether to keep the state of the optimiser, so that the next call is the same training continued.

        Returns
        -------
        TrainingResult
            After a KeyboardInterrupt, the network and the result are those of the whole epochs before it.

        Raises
        ------
        ValueError
            If the loss is no longer finite. The network is as it was before, as after any other error.
        KeyboardInterrupt
            If it comes in the first epoch.
        """
        network = self.network
        with restored(network.variables):
            network.prepare(len(rows))
            optimizer = self._optimizer(schedule.learning_rate_init)
            data = self._renewed_rows(rows, held_out, schedule.renewal)
            trainer = trainer_class()(network, optimizer)
            with closing(ModelInTraining(network, trainer)) as model:
                callbacks = Callbacks(schedule.callbacks, model, self._log_names(held_out, schedule))
                result = self._train_epochs(trainer, data, schedule, callbacks)
                trainer.publish()
                if result.best_weights is not None:
                    set_values(network.variables, result.best_weights)
                callbacks.end(result.curves.last())
            largest = np.max([np.abs(value).max() for value in get_values(network.trainable_variables)])
            n_epochs = self.n_epochs + result.n_epochs
            _require_finite(largest, n_epochs, schedule)  # the last step can fail, too
            optimizer_state = get_values(optimizer.variables)
        self.n_epochs = n_epochs
        self._optimizer_state, self._renewal_state = (optimizer_state, data.state) if resumable else (None, None)
        return result

    def _optimizer(self, learning_rate_init):
        """Return Adam (Kingma & Ba 2015) on the network's weights, in its last state if that was kept."""
        optimizer = keras.optimizers.Adam(float(learning_rate_init))
        optimizer.build(self.network.trainable_variables)
        if self._optimizer_state is not None:
            set_values(optimizer.variables, self._optimizer_state)
            optimizer.learning_rate = float(learning_rate_init)  # it may have been changed since
        return optimizer

    def _renewed_rows(self, rows, held_out, renewal):
        data = RenewedRows(rows, held_out, renewal)
        if self._renewal_state is not None:
            with restored(self.network.variables, always=True):
                set_values(self.network.variables, self._renewal_state[0])
                data.renew_as_before(self._forward, self._renewal_state)
        return data

    def _log_names(self, held_out, schedule):
        """Name the logs of an epoch."""
        losses = ["loss", *self.network.term_names]
        renewed = ["label_change"] if schedule.renewal is not None and schedule.renewal.labels is not None else []
        return [*losses, *renewed, *([] if held_out is None else map("val_{}".format, losses)), "rows_per_second"]

    def _train_epochs(self, trainer, data, schedule, callbacks):
        result, before, snapshot = TrainingResult(schedule.stop), None, None
        try:
            callbacks.begin(schedule.max_iter)
            while result.n_epochs < schedule.n_epochs(result.settled_after):
                snapshot = None  # free the last one first
                snapshot = trainer.snapshot() if result.n_epochs else None
                before, renewal_state = result, data.state
                epoch = self.n_epochs + result.n_epochs
                planned = schedule.learning_rate(result.n_epochs, result.settled_after)
                trainer.set_learning_rate(callbacks.begin_epoch(epoch, planned))
                start = time.perf_counter()
                result = self._train_epoch(trainer, data, schedule, epoch, result)
                speed = {"rows_per_second": len(data.training) / (time.perf_counter() - start)}
                callbacks.end_epoch(epoch, result.curves.last() | speed)
                deliver_interrupt()
                if callbacks.model.stop_training:
                    return replace(result, is_stopped=True)
        except KeyboardInterrupt:
            if not result.n_epochs:
                raise
            if result is before:  # in the middle of the next epoch
                trainer.restore(snapshot)
                data.state = renewal_state
            return replace(result, is_interrupted=True)
        return result

    def _train_epoch(self, trainer, data, schedule, epoch, result):
        is_reset = schedule.reset is not None and schedule.reset.is_due(epoch)
        if is_reset:
            trainer.publish()
            schedule.reset.change(self, data.training, epoch)
            trainer.adopt()
        data.renew_if_due(epoch, trainer, is_reset=is_reset)
        rows = data.training if schedule.draw is None else schedule.draw(epoch)
        if schedule.shuffle:
            rows = rows.shuffled([self.seed, epoch])
        means = trainer.train_epoch(rows, training_batch_size(schedule.batch_size, len(rows)))
        held_out = None if data.held_out is None else self._means(trainer, data.held_out)
        curves = result.curves.after(means | data.logs, held_out)
        logs = curves.last()
        for name in ("loss", schedule.stop.watched):
            _require_finite(logs[name], epoch + 1, schedule)
        stop = result.stop.after(logs)
        best_weights, settled_after = trainer.weights() if stop.is_best else result.best_weights, result.settled_after
        n_epochs = result.n_epochs + 1
        if settled_after is None and stop.says_stop and n_epochs <= schedule.decay_start:
            settled_after = n_epochs
        return TrainingResult(stop, curves, best_weights, settled_after)

    def _means(self, trainer, rows):
        """Return the mean loss of the rows and the mean of each term, weighted if the rows are, by name."""
        columns = in_batches(trainer.forward("term_rows"), rows).T
        names = ("loss", *self.network.term_names)
        if (weights := rows.weights_in_order) is not None:
            means = np.average(np.float64(columns), axis=1, weights=np.float64(weights))
        else:
            means = np.array([np.mean(column, dtype=np.float64) for column in columns])
        return dict(zip(names, means.tolist(), strict=True))

    # Use

    def apply(self, method, rows: Rows, dtype=np.float32, check=None) -> np.ndarray:
        """Apply a method of the network to all rows: see `in_batches`."""
        return in_batches(self._forward(method), rows, dtype, check)

    def _forward(self, method):
        return trainer_class().forward_of(self.network, method)

    def check_same_architecture(self, parameters: dict) -> None:
        """Raise a ValueError if a parameter is not the one that the network was built with."""
        for name, value in parameters.items():
            built_with = getattr(self.blueprint, name)
            if not _are_equal(value, built_with):
                raise ValueError(
                    f"{name} was {built_with!r} when the network was built and is {value!r} now; "
                    "set it back, or fit with warm_start=False."
                )

    # Copies

    def __getstate__(self):
        state = {name: value for name, value in vars(self).items() if name != "network"}
        return state | {"_weights": get_values(self.network.variables)}

    def __setstate__(self, state):
        """Build the network again. The state may be forged: nothing of it is called."""
        _check_state(state)
        for name in ("blueprint", "sizes", "seed", "n_epochs", "_optimizer_state", "_renewal_state"):
            setattr(self, name, state[name])
        made = type(self.blueprint)  # made again by its class: attributes of a forged instance could replace methods
        blueprint = made(**{name: vars(self.blueprint)[name] for name in made._get_param_names()})
        validate_params(blueprint)  # Keras would run a function that a forged parameter names
        _require_weights(blueprint, self.sizes, state["_weights"])
        self.network = _build(blueprint, self.sizes, self.seed)
        set_values(self.network.variables, state["_weights"])
        self._check_resumption()

    def _check_resumption(self):
        """Refuse a state of training that is not of this network, before the next training would meet it."""
        if self._renewal_state is not None:
            weights, logs = self._renewal_state
            _require_arrays("_renewal_state", weights, self.network.variables)
            if not (isinstance(logs, dict) and all(isinstance(log, float) for log in logs.values())):
                raise ValueError(f"the logs of its last renewal are {logs!r:.80}")
        if self._optimizer_state is not None:
            state, self._optimizer_state = self._optimizer_state, None
            _require_arrays("_optimizer_state", state, self._optimizer(1.0).variables)
            self._optimizer_state = state


def _build(blueprint, sizes, seed):
    share_backend()  # before the first worker process of ours can start
    with seeded(seed):
        return blueprint.build_network(sizes, seed)


def _check_state(state):
    """Raise an error if a part of a state is of another type, or out of its range."""
    kinds = {"sizes": tuple, "seed": int, "n_epochs": int, "_weights": list}
    for name, kind in kinds.items():
        if not isinstance(state[name], kind) or isinstance(state[name], bool):
            raise TypeError(f"{name} is {state[name]!r:.80}, but must be of type {kind.__name__}")
    if not all(is_count(size) for size in state["sizes"]):
        raise ValueError(f"sizes is {state['sizes']!r:.80}, but must be of positive integers")
    for name in ("seed", "n_epochs"):
        if not 0 <= state[name] < MAX_SEED:
            raise ValueError(f"{name} is {state[name]!r:.80}, but must be in range({MAX_SEED})")
    for weight in state["_weights"]:
        if not (isinstance(weight, np.ndarray) and weight.dtype.kind in "fiu" and np.isfinite(weight).all()):
            raise ValueError("_weights must be arrays of finite numbers")


def _require_arrays(name, arrays, variables):
    """Raise a ValueError if arrays are not values of variables."""
    shapes = [np.shape(array) for array in arrays]
    is_numeric = all(isinstance(array, np.ndarray) and array.dtype.kind in "fiu" for array in arrays)
    if not is_numeric or shapes != [tuple(variable.shape) for variable in variables]:
        raise ValueError(f"{name} does not fit the network")


def _require_weights(blueprint, sizes, weights):
    """Raise a ValueError if the weights are not those of the network, before memory is taken for it."""
    shapes = trainer_class().shapes_of(lambda: _build(blueprint, sizes, seed=0))
    stored = [np.shape(weight) for weight in weights]
    if shapes is not None and shapes != stored:
        raise ValueError(f"its network has weights of shapes {shapes}, and those stored are {stored}")


def _are_equal(value, other):
    """Compare two parameters, and the parameters of estimators in them."""
    if value is other:
        return True
    if hasattr(value, "get_params") and hasattr(other, "get_params"):
        params, others = value.get_params(deep=False), other.get_params(deep=False)
        return type(value) is type(other) and _are_equal(params, others)
    if isinstance(value, dict) and isinstance(other, dict):
        return value.keys() == other.keys() and all(_are_equal(value[key], other[key]) for key in value)
    if isinstance(value, list | tuple) and isinstance(other, list | tuple):
        return len(value) == len(other) and all(map(_are_equal, value, other))
    return np.array_equal(value, other)


def _require_finite(loss, epoch, schedule):
    if not math.isfinite(loss):
        raise ValueError(
            f"The loss or a weight became {loss} in epoch {epoch} with "
            f"learning_rate_init={schedule.learning_rate_init}; "
            "scale X to about [0, 1] (see rescale) or lower learning_rate_init."
        )
