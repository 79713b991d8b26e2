"""The base of all estimators that train a network."""

import copy
import inspect
import math
import warnings
from abc import ABC, abstractmethod
from contextlib import contextmanager
from dataclasses import fields, replace

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_array, check_random_state
from sklearn.utils.validation import check_is_fitted

from skfashion._utils.image_shape import is_square, resolve_image_shape
from skfashion._utils.interrupts import put_off_interrupts
from skfashion._utils.validation import validate_data, validate_params
from skfashion.estimators._parameters import (
    TRAINING_PARAMETERS,
    TrainingParameters,
    resolve_batch_size,
    resolve_max_iter,
)

FLOATS_AND_BYTES = (np.float64, np.float32, np.uint8)  # dtypes that X keeps; others become the first


class FitInterrupted(KeyboardInterrupt):
    """Ctrl-C during a fit, which leaves the estimator as it was after the last whole epoch."""


class NetworkEstimator(TrainingParameters, BaseEstimator, ABC):
    """Base of the estimators that have a `FittedNetwork`: how they build, train, use and keep it."""

    def __post_init__(self):
        """Refuse a subclass with annotations that are no parameters."""
        for cls in type(self).__mro__:
            annotated = {k for k, v in inspect.get_annotations(cls).items() if "ClassVar" not in str(v)}
            if issubclass(cls, TrainingParameters) and annotated - {"_"} - {f.name for f in fields(self)}:
                raise TypeError(
                    f"{cls.__name__} annotates parameters but is not a dataclass; "
                    "decorate it with @dataclass(kw_only=True, eq=False, repr=False)."
                )

    # The network

    @abstractmethod
    def build_network(self, sizes, seed):
        """Build the Keras models and their objective for data of these sizes."""

    @abstractmethod
    def _sizes(self):
        """Return the sizes of the data: features, and classes if there are any."""

    def _network_options(self, n_features, seed):
        """Return the options of `Network`."""
        from skfashion.networks.augmentation import named_augmentation

        augment = named_augmentation(self.augment, lambda: self._augmented_image_shape(n_features))
        options = {name: getattr(self, name) for name in ("alpha", "rescale", "compute_dtype")}
        return options | {"augment": augment, "seed": seed}

    def _augmented_image_shape(self, n_features):
        """Return the shape of the images that `augment` changes."""
        if not is_square(n_features):
            raise ValueError(
                f"augment={self.augment!r} is for square grey images here but X has {n_features} columns; use a "
                "convolutional estimator with its image_shape, or pass a function, such as "
                "skfashion.networks.augmentation.ImageAugmentation((height, width, channels), shift=2)."
            )
        return resolve_image_shape(None, n_features)

    def _network_parameters(self):
        """Return the parameters that the network depends on."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in TRAINING_PARAMETERS}

    def _blueprint(self):
        """Return an unfitted copy with the parameters that the network depends on."""
        parameters = self._network_parameters()
        return type(self)(**{name: _copied(value) for name, value in parameters.items()})

    # Fitting

    def _fit(self, read_rows, *, is_partial=False):
        """Serve `fit` and `partial_fit`: all of a fit, or its whole epochs, or nothing of it.

        `read_rows(continues)` validates the data and returns the rows to train on and those held out, or None.
        """
        with unchanged_on_error(self), put_off_interrupts():
            validate_params(self)
            continues = (is_partial or self.warm_start) and self.__sklearn_is_fitted__()
            rows, held_out = read_rows(continues)
            network = self._network = self._network_to_train(continues)  # callbacks may use it during the training
            if held_out is None and self.early_stopping and not is_partial:
                rows, held_out = self._split(rows, network.seed)
            schedule = self._schedule(len(rows), held_out is not None, is_partial)
            result = network.train(rows, held_out, schedule, resumable=is_partial or self.warm_start)
            self._remember(result)
            self.converged_ = is_partial or self.tol == 0 or result.is_stopped or result.settled_after is not None
            if result.is_interrupted:
                name = type(self).__name__
                raise FitInterrupted(f"Training was interrupted; {name} is as after epoch {self.n_iter_}.")
            self._warn_if_not_settled()
        return self

    def _network_to_train(self, continues):
        from skfashion.engine.fitted import FittedNetwork
        from skfashion.engine.schedule import Curves

        if continues:
            self._network.check_same_architecture(self._network_parameters())
            return self._network
        self.__dict__.update(self._curves(Curves()), n_iter_=0)
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        return FittedNetwork(self._blueprint(), self._sizes(), seed)

    def _schedule(self, n_rows, has_held_out_rows, is_partial):
        from skfashion.engine.schedule import Schedule

        self.batch_size_ = resolve_batch_size(self.batch_size, None if is_partial else n_rows)
        factor = self._steps_factor(n_rows)
        self.max_iter_ = 1 if is_partial else resolve_max_iter(self.max_iter, n_rows, self.batch_size_, factor)
        return Schedule(
            max_iter=self.max_iter_,
            batch_size=self.batch_size_,
            learning_rate_init=self.learning_rate_init,
            stop=self._stopping_rule(self.early_stopping and has_held_out_rows),
            decays=self.learning_rate == "linear_decay",
            shuffle=self.shuffle,
            callbacks=self._callbacks_and_printer(),
        )

    def _steps_factor(self, n_rows):
        """Return how many times the usual steps ``max_iter="auto"`` allows."""
        return 1.0

    def _callbacks_and_printer(self):
        from skfashion.engine.callbacks import check_callbacks

        callbacks = check_callbacks(self.callbacks)
        return [*callbacks, EpochPrinter()] if self.verbose else callbacks

    def _stopping_rule(self, stops_early):
        from skfashion.engine.schedule import NoImprovement

        watched = "val_loss" if stops_early else "loss"
        return NoImprovement(self.tol, self.n_iter_no_change, watched, restores_best=stops_early)

    def _warn_if_not_settled(self):
        """Warn of a training that `max_iter` ended, as MLPClassifier does."""
        if not self.converged_:
            warnings.warn(
                f"{type(self).__name__}: the loss had not settled after max_iter={self.max_iter_} epochs; "
                "raise max_iter, or set tol=0 for no warning.",
                ConvergenceWarning,
                stacklevel=4,
            )

    def _remember(self, result):
        """Write the attributes of a fit; curves are appended to those of earlier calls."""
        self.n_iter_ = self._network.n_epochs
        self.best_loss_ = result.best_loss
        for attribute, curve in self._curves(result.curves).items():
            if curve is not None:
                setattr(self, attribute, (getattr(self, attribute) or []) + curve)

    def _curves(self, curves):
        """Return the curves of a training by the names of their attributes; None if no rows were held out."""
        return {
            "loss_curve_": curves.training.get("loss", []),
            "validation_loss_curve_": curves.validation.get("loss"),
        }

    def _split(self, rows, seed):
        """Split rows into those to train on and those to hold out."""
        n_held_out = math.ceil(self.validation_fraction * len(rows))
        if n_held_out == len(rows):
            raise ValueError(
                f"validation_fraction={self.validation_fraction} of n_samples={len(rows)} leaves no row to train on; "
                "pass more rows or set early_stopping=False."
            )
        order = np.random.default_rng(seed).permutation(len(rows))
        training, held_out = self._split_places(rows, order, n_held_out)
        return replace(rows, index=training), replace(rows, index=held_out)

    def _split_places(self, rows, order, n_held_out):
        """Split the places of rows, given in random order."""
        return order[n_held_out:], order[:n_held_out]

    # Use

    def _apply(self, method, X):
        """Apply a method of the network to the user's rows, whose numbers are checked batch by batch on the way."""
        check_is_fitted(self)
        X = self._validate_form(X, reset=False)
        return self._infer(method, X, check=lambda: self._validate_rows(X, reset=False))

    def _infer(self, method, X, targets=None, check=None):
        from skfashion.engine.rows import Rows

        dtype = X.dtype if X.dtype.kind == "f" else np.float32
        return self._network.apply(method, Rows(X, targets=targets), dtype, check)

    def _fitted_network(self):
        """Return the Keras models and their objective."""
        check_is_fitted(self)
        return self._network.network

    def __sklearn_is_fitted__(self):
        return "_network" in vars(self)

    # Validation

    def _validate_rows(self, X, *, reset):
        return check_single_precision(self._validate_form(X, reset=reset, ensure_all_finite=True), "X")

    def _validate_form(self, X, *, reset, ensure_all_finite=False):
        """Validate everything but the numbers."""
        return validate_data(
            self, X, reset=reset, dtype=FLOATS_AND_BYTES, order="C", ensure_all_finite=ensure_all_finite
        )


@contextmanager
def unchanged_on_error(estimator):
    """Restore the attributes of an estimator after an error, except a fit that was interrupted after whole epochs."""
    before = vars(estimator).copy()
    try:
        yield
    except FitInterrupted:
        raise
    except BaseException:
        vars(estimator).clear()
        vars(estimator).update(before)
        raise


def _copied(value):
    """Copy a parameter, so that changes made later do not reach the copy. Functions stay what they are."""
    if hasattr(value, "get_params") and not isinstance(value, type):
        return clone(value)
    return value if callable(value) else copy.deepcopy(value)


class EpochPrinter:
    """A callback that prints a line per epoch."""

    def on_epoch_end(self, epoch, logs):
        names = [name for name in ("loss", "accuracy", "label_change", "val_loss", "val_accuracy") if name in logs]
        numbers = "  ".join(f"{name} {logs[name]:.6f}" for name in names)
        print(f"Epoch {epoch + 1}  {numbers}  {logs['rows_per_second']:,.0f} rows/s", flush=True)


def check_single_precision(X, name):
    """Refuse numbers that are infinite in single precision, in which networks compute."""
    if X.dtype == np.float64 and max(-X.min(), X.max()) > np.finfo(np.float32).max:
        raise ValueError(
            f"{name} has values beyond those of single precision (3.4e38), in which networks compute; scale it."
        )
    return X


def check_codes(Z, n_components):
    """Validate codes that are to be decoded, shape (n_samples, n_components)."""
    Z = check_single_precision(check_array(Z, dtype=(np.float64, np.float32), order="C", input_name="Z"), "Z")
    if Z.shape[1] != n_components:
        raise ValueError(f"Z has {Z.shape[1]} columns but n_components={n_components}; pass what transform returned.")
    return Z
