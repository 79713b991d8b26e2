"""An estimator that holds a network: built for a fit, taken along in pickles, as it was if a fit fails."""

import copy
import sys
from abc import ABC, abstractmethod
from contextlib import contextmanager
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state

from skfashion._utils.interrupts import put_off_interrupts
from skfashion.estimators._parameters import TrainingParameters


class FitInterrupted(KeyboardInterrupt):
    """Ctrl-C has ended a training, and the estimator is fitted, as after the last whole epoch."""


class NetworkHolder(TrainingParameters, BaseEstimator, ABC):
    """The part of an estimator that knows how its network comes to be and is kept."""

    _model_names: ClassVar[tuple[str, ...]]  # attributes that hold the network's Keras models, in their order

    @abstractmethod
    def _build_network(self, sizes, seed):
        """Build the network for data of these sizes, those that `_start_anew` was told."""

    # Building

    def _start_anew(self, *sizes):
        self._seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        self._sizes = sizes
        params = self._network_parameters
        self._built_with = {name: value if callable(value) else copy.deepcopy(value) for name, value in params.items()}
        self._hold(self._build())
        self._optimizer_state = None
        self.n_iter_, self.loss_curve_, self.validation_loss_curve_ = 0, [], None
        self._start_curves()

    def _go_on(self):
        """Refuse to train the network that was built with other parameters on."""
        for name, value in self._network_parameters.items():
            built_with = self._built_with[name]
            if value is not built_with and not np.array_equal(value, built_with):
                raise ValueError(
                    f"{name} was {built_with!r} when the network was built and is {value!r} now; "
                    "set it back, or fit anew with warm_start=False."
                )

    def _start_curves(self):
        """Set the attributes that `_remember` adds to, before the first epoch."""

    def _build(self):
        from skfashion.networks.backend import import_keras
        from skfashion.networks.seeding import seeded

        import_keras()
        with seeded(self._seed):
            return self._build_network(self._sizes, self._seed)

    def _network_options(self, n_features, names, seed):
        """What `Network` takes besides models, and the named parameters."""
        from skfashion.networks.augmentation import named_augmentation

        augment = named_augmentation(self.augment, lambda: self._image_shape(n_features))
        options = {name: getattr(self, name) for name in ("alpha", "rescale", "compute_dtype", *names)}
        return options | {"augment": augment, "seed": seed}

    def _hold(self, network):
        self._network = network
        for name, model in zip(self._model_names, network.models, strict=True):
            setattr(self, name, model)

    # Keeping

    @contextmanager
    def _unchanged_on_error(self):
        """All of a fit, or all of its whole epochs, or nothing of it."""
        from skfashion.networks.backend import import_keras

        with put_off_interrupts():
            import_keras()
            before = self.__dict__.copy()
            try:
                yield
            except FitInterrupted:
                raise
            except BaseException:
                self.__dict__.clear()
                self.__dict__.update(before)
                raise

    def __sklearn_is_fitted__(self):
        return "_network" in vars(self)

    def __getstate__(self):
        """Weights as arrays in the place of Keras models: small, and readable on any backend."""
        state = super().__getstate__()
        if self.__sklearn_is_fitted__():
            from skfashion.networks.variables import get_values

            state = {k: v for k, v in state.items() if k not in ("_network", *self._model_names)}
            state["_weights"] = get_values(self._network.variables)
        return state

    def __setstate__(self, state):
        """Build the network again, as it was when it was fitted, whatever became of the parameters since."""
        state = _interned(state)
        weights = state.pop("_weights", None)
        super().__setstate__(state)
        if weights is not None:
            from skfashion.networks.variables import set_values

            self._built_with = _interned(self._built_with)
            builder = type(self)(**self._built_with)
            builder._validate_params()  # Keras would run what a forged parameter names
            builder._seed, builder._sizes = self._seed, self._sizes
            self._hold(builder._build())
            set_values(self._network.variables, weights)


def _interned(state):
    """A dict whose keys are the same objects as the names in the code, so that the next pickle has the same bytes."""
    return {sys.intern(name): value for name, value in state.items()}
