"""Callbacks during a training: those of the user and those of Keras, and the model that these are shown."""

from collections.abc import Collection, Sequence
from typing import NoReturn

from skfashion._utils.checks import ON_EPOCH_END, check_methods
from skfashion.engine.backend import import_keras, is_installed
from skfashion.engine.variables import get_values, set_values

keras = import_keras()

SUPPORTED = (
    *("CSVLogger", "EarlyStopping", "History", "LambdaCallback", "LearningRateScheduler"),
    *("ReduceLROnPlateau", "RemoteMonitor", "TensorBoard"),
)
_INSTEAD = {  # of the others
    "BackupAndRestore": "train by partial_fit, and save the estimator between its calls with skfashion.save",
    "ModelCheckpoint": "save the estimator after fit with skfashion.save; early_stopping=True keeps the best weights",
    "ProgbarLogger": "set verbose=1",
    "TerminateOnNaN": "leave it out: a fit stops by itself when the loss is no longer finite",
}
_NOT_CALLED = [
    *(f"on_{kind}batch_{end}" for kind in ("", "train_", "test_", "predict_") for end in ("begin", "end")),
    *(f"on_{kind}_{end}" for kind in ("test", "predict") for end in ("begin", "end")),
]


def check_callbacks(callbacks: Sequence | None) -> list:
    """Return callbacks as a list; refuse those that could not do their work here.

    Raises
    ------
    ValueError
        If a callback has no method `on_epoch_end`, or is one of Keras that needs more than the methods that are called.
    ImportError
        If TensorBoard has no tensorflow to write with.
    """
    callbacks = check_methods("callbacks", callbacks, ON_EPOCH_END)
    for callback in callbacks:
        if isinstance(callback, keras.callbacks.Callback):
            _check_kerass(callback)
    return callbacks


def _check_kerass(callback):
    """Refuse a callback of Keras' class that is not supported."""
    name = type(callback).__name__
    kerass = [kind.__name__ for kind in type(callback).__mro__ if kind.__module__.partition(".")[0] == "keras"]
    if kerass[0] not in (*SUPPORTED, "Callback", "MonitorCallback"):
        way_out = _INSTEAD.get(kerass[0], f"use one of {', '.join(SUPPORTED)}")
        raise ValueError(f"callbacks has {name}, which works with Keras' own fit only; {way_out}.")
    if kerass[0] == "TensorBoard":
        if callback.update_freq != "epoch" or getattr(callback, "embeddings_freq", 0):
            raise ValueError("callbacks has TensorBoard, which writes after epochs here; set update_freq='epoch'.")
        if not is_installed("tensorflow"):
            raise ImportError("callbacks has TensorBoard, which needs tensorflow; pip install 'skfashion[tensorflow]'.")
        return
    own = [method for method in _NOT_CALLED if _overrides(callback, method)]
    if own:
        raise ValueError(
            f"callbacks has {name} with {own[0]}, which is not called here; do its work in on_epoch_begin or "
            "on_epoch_end."
        )


def _overrides(callback, method):
    found = getattr(callback, method)
    return getattr(found, "__func__", found) is not vars(keras.callbacks.Callback)[method]


class Callbacks:
    """The callbacks of one training.

    Parameters
    ----------
    callbacks : sequence of objects
        Each has `on_epoch_end`, and perhaps the other methods of `keras.callbacks.Callback`, of which those of epochs
        and of the training are called.
    model : ModelInTraining
        The model that callbacks are shown.
    log_names : collection of str
        Names of the logs that there will be.
    """

    def __init__(self, callbacks: Sequence, model: "ModelInTraining", log_names: Collection[str]):
        self._callbacks = callbacks
        self.model = model
        for callback in callbacks:
            if isinstance(callback, keras.callbacks.Callback):
                _check_monitor(callback, log_names)

    def begin(self, max_iter: int) -> None:
        """Tell that the training begins."""
        self._call("set_params", {"epochs": max_iter, "steps": None, "verbose": 0})
        self._call("set_model", self.model)
        self._call("on_train_begin", {})

    def begin_epoch(self, epoch: int, learning_rate: float) -> float:
        """Tell that an epoch begins; return the learning rate, which callbacks may change."""
        self.model.optimizer.planned = learning_rate
        self._call("on_epoch_begin", epoch, {})
        return self.model.optimizer.learning_rate

    def end_epoch(self, epoch: int, logs: dict[str, float]) -> None:
        """Tell that an epoch has ended."""
        if self._callbacks:
            self.model.publish()
        self._call("on_epoch_end", epoch, logs)

    def end(self, logs: dict[str, float]) -> None:
        """Tell that the training has ended, with the weights that it ends with."""
        self.model.trainer = None
        self._call("on_train_end", logs)
        for callback in self._callbacks:
            if isinstance(callback, keras.callbacks.CSVLogger):
                callback.csv_file = None  # a file, although a closed one, could not be copied with the estimator

    def _call(self, method, *arguments):
        for callback in self._callbacks:
            function = getattr(callback, method, None)
            if callable(function):
                function(*arguments)


def _check_monitor(callback, log_names):
    """Refuse a log that there is not; Keras warns of it after each epoch, and goes on."""
    name, monitor = type(callback).__name__, getattr(callback, "monitor", None)
    if not isinstance(monitor, str):
        return
    if monitor not in log_names:
        way_out = "hold rows out (early_stopping=True, or X_val), or " if monitor.startswith("val_") else ""
        raise ValueError(
            f"callbacks has {name} with monitor={monitor!r}, but the logs are {', '.join(log_names)}; {way_out}monitor "
            "one of these."
        )
    if getattr(callback, "mode", None) == "auto" and monitor not in ("loss", "val_loss"):
        raise ValueError(f"callbacks has {name} with monitor={monitor!r} and mode='auto'; set mode to 'min' or 'max'.")


class ModelInTraining:
    """The networks in training, as far as callbacks of Keras use a model.

    Attributes
    ----------
    stop_training : bool
        True ends the training after the current epoch.
    optimizer : object
        Its `learning_rate` may be changed; the plan of the training goes on in proportion.
    metrics : list
        Empty.
    """

    def __init__(self, network, trainer):
        self.stop_training = False
        self.optimizer = _LearningRate()
        self.metrics: list = []
        self.trainer = trainer
        self._network = network

    @property
    def layers(self) -> list:
        """The layers of all networks."""
        return [layer for model in self._in_training().models for layer in model.layers]

    def get_weights(self) -> list:
        """Copy all weights."""
        return get_values(self._weights())

    def set_weights(self, weights) -> None:
        """Continue, or end, with these weights."""
        set_values(self._weights(), weights)
        if self.trainer is not None:
            self.trainer.adopt()

    def publish(self) -> None:
        """Let callbacks see the weights of now."""
        self.trainer.publish()

    def close(self) -> None:
        """Forget the network, which callbacks would else keep in memory, and in copies of them."""
        self.trainer = self._network = None

    def _weights(self):
        network = self._in_training()
        return [variable for variable in network.variables if variable is not network.seed_generator.state]

    def _in_training(self):
        if self._network is None:
            raise AttributeError("The training is over; use the fitted estimator.")
        return self._network

    def __getattr__(self, name) -> NoReturn:
        raise AttributeError(
            f"A callback uses {name!r} of Keras' model, which is not offered here, but stop_training, get_weights, "
            "set_weights, layers and optimizer.learning_rate; use the estimator itself for everything else."
        )


class _LearningRate:
    """The optimiser, as far as callbacks of Keras use it."""

    planned = 1.0
    _factor = 1.0

    @property
    def learning_rate(self):
        return self._factor * self.planned

    @learning_rate.setter
    def learning_rate(self, value):
        self._factor = float(value) / self.planned
