"""The autoencoder as a scikit-learn transformer; architectures are added in subclasses."""

import copy
import math
import sys
from abc import ABC, abstractmethod
from contextlib import contextmanager
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import check_array, check_random_state, metadata_routing
from sklearn.utils.validation import check_is_fitted, validate_data

from skfashion.autoencoders._callbacks import epoch_listeners
from skfashion.autoencoders._parameters import AutoencoderParameters

FLOATS_AND_BYTES = (np.float64, np.float32, np.uint8)  # dtypes that X keeps; the first is what others become


class BaseAutoencoder(ClassNamePrefixFeaturesOutMixin, TransformerMixin, AutoencoderParameters, BaseEstimator, ABC):
    """Base of the autoencoders: everything but the architecture.

    A subclass is a dataclass (``@dataclass(kw_only=True, eq=False, repr=False)``) that adds its own parameters and
    overrides `build_encoder` and `build_decoder`. The parameters and attributes here are described in `DenseAE`.
    """

    __metadata_request__inverse_transform: ClassVar = {"Z": metadata_routing.UNUSED}  # Z is data, not metadata

    @abstractmethod
    def build_encoder(self, n_features: int, n_outputs: int):
        """Build the Keras model from rows, shape (n, n_features), to codes, shape (n, n_outputs)."""

    @abstractmethod
    def build_decoder(self, n_features: int):
        """Build the Keras model from codes, shape (n, n_components), to rows, shape (n, n_features)."""

    @property
    def reconstruction_activation(self):
        """Activation of the decoder's output: `output_activation`, or what the loss needs where that is None."""
        if self.output_activation is None and self.loss == "log_loss":
            return "logistic"
        return self.output_activation

    # Fitting

    def fit(self, X, y=None, *, X_val=None):
        """Learn the encoder and the decoder.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training rows. float32, float64 and uint8 are kept as they are until their batch is due; a
            `numpy.memmap` is read batch by batch.
        y : None
            Ignored.
        X_val : array-like of shape (n_val, n_features), default=None
            Held-out rows: their loss is recorded in `validation_loss_curve_`, and `early_stopping` watches it
            instead of splitting X.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or X is out of its range, or if the loss ceases to be finite.
        """
        with self._unchanged_on_error():
            self._validate_params()
            go_on = self.warm_start and self.__sklearn_is_fitted__()
            X = self._validate_targets(X, reset=not go_on)
            if X_val is not None:
                X_val = self._validate_held_out(X_val)
            self._go_on() if go_on else self._start_anew(X.shape[1])
            rows, validation = self._split(X, X_val)
            return self._train(rows, validation, max_iter=self.max_iter, keep_optimizer=self.warm_start)

    def partial_fit(self, X, y=None):
        """Train for one epoch on X, going on from where the last call stopped.

        The state of the optimiser is kept between the calls, and pickled. Of a model that was fitted without
        ``warm_start``, only the weights go on. `early_stopping` is for `fit` alone, as in MLPClassifier.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows to train on.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or X is out of its range, or if the loss ceases to be finite.
        """
        from skfashion.networks.batches import Rows

        with self._unchanged_on_error():
            self._validate_params()
            go_on = self.__sklearn_is_fitted__()
            X = self._validate_targets(X, reset=not go_on)
            self._go_on() if go_on else self._start_anew(X.shape[1])
            return self._train(Rows(X), None, max_iter=1, keep_optimizer=True)

    def _start_anew(self, n_features):
        self._seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        params = self._network_parameters
        self._built_with = {name: value if callable(value) else copy.deepcopy(value) for name, value in params.items()}
        self._network = self._build_network(n_features, self._seed)
        self.encoder_, self.decoder_ = self._network.models
        self._optimizer_state = None
        self._n_features_out = self.n_components
        self.n_iter_, self.loss_curve_, self.validation_loss_curve_ = 0, [], None

    def _go_on(self):
        """Refuse to train the network that was built with other parameters on."""
        for name, value in self._network_parameters.items():
            built_with = self._built_with[name]
            if value is not built_with and not np.array_equal(value, built_with):
                raise ValueError(
                    f"{name} was {built_with!r} when the network was built and is {value!r} now; "
                    "set it back, or fit anew with warm_start=False."
                )

    def _train(self, rows, validation, *, max_iter, keep_optimizer):
        from skfashion.networks.training import Schedule, StoppingRule, train
        from skfashion.networks.variables import restored_on_error

        schedule = Schedule(
            max_iter=max_iter,
            batch_size=self.batch_size,
            learning_rate_init=self.learning_rate_init,
            stop=StoppingRule(self.tol, self.n_iter_no_change),
            watch_validation=self.early_stopping and validation is not None,
            shuffle=self.shuffle,
            seed=self._seed,
            first_epoch=self.n_iter_,
            callbacks=epoch_listeners(self.callbacks, self.verbose),
        )
        with restored_on_error(self._network.variables):
            curves, optimizer_state = train(self._network, rows, validation, schedule, self._optimizer_state)
        self._optimizer_state = optimizer_state if keep_optimizer else None
        self.n_iter_ += len(curves.loss)
        self.loss_curve_ = self.loss_curve_ + curves.loss
        if validation is not None:
            self.validation_loss_curve_ = (self.validation_loss_curve_ or []) + curves.validation_loss
        self.best_loss_ = schedule.stop.best_loss
        return self

    def _split(self, X, X_val):
        """The rows to train on and, if there are any, the rows held out."""
        from skfashion.networks.batches import Rows

        if X_val is not None:
            return Rows(X), Rows(X_val)
        if not self.early_stopping:
            return Rows(X), None
        n_val = math.ceil(self.validation_fraction * len(X))
        if n_val == len(X):
            raise ValueError(
                f"validation_fraction={self.validation_fraction} of n_samples={len(X)} leaves no row to train on; "
                "pass more rows or set early_stopping=False."
            )
        order = np.random.default_rng(self._seed).permutation(len(X))
        return Rows(X, order[n_val:]), Rows(X, order[:n_val])

    def _build_network(self, n_features, seed):
        from skfashion.networks.autoencoder import AutoencoderNetwork
        from skfashion.networks.seeding import seeded

        with seeded(seed):
            encoder = self.build_encoder(n_features, self.n_components)
            decoder = self.build_decoder(n_features)
            return AutoencoderNetwork(
                encoder,
                decoder,
                loss=self.loss,
                alpha=self.alpha,
                noise=self.noise,
                augment=self.augment,
                rescale=self.rescale,
                seed=seed,
            )

    # Using what was learned

    def transform(self, X):
        """Encode rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows in the units of the training data.

        Returns
        -------
        ndarray of shape (n_samples, n_components)
            Codes, in X's own floating dtype (float32 for uint8).
        """
        check_is_fitted(self)
        X = self._validate_rows(X, reset=False)
        return self._infer("encode", X)

    def inverse_transform(self, Z):
        """Decode codes.

        Parameters
        ----------
        Z : array-like of shape (n_samples, n_components)
            Codes.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            Rows in the units of the training data, in Z's own floating dtype.
        """
        check_is_fitted(self)
        Z = check_array(Z, dtype=(np.float64, np.float32), order="C", input_name="Z")
        if Z.shape[1] != self._n_features_out:
            raise ValueError(
                f"Z has {Z.shape[1]} columns but n_components={self._n_features_out}; pass what transform returned."
            )
        return self._infer("decode", Z)

    def score_samples(self, X):
        """Score each row by how well it is reconstructed; higher is better.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows in the units of the training data.

        Returns
        -------
        ndarray of shape (n_samples,)
            Minus the mean squared error over the features, in rescaled units; minus the mean cross-entropy in
            nats if ``loss="log_loss"``.
        """
        check_is_fitted(self)
        X = self._validate_rows(X, reset=False)
        _check_targets(X, self._network.loss, self._network.rescale)
        return self._infer("score_rows", X)

    def score(self, X, y=None):
        """Mean of `score_samples` over the rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows in the units of the training data.
        y : None
            Ignored.

        Returns
        -------
        float
            Higher is better; 0 is a perfect reconstruction.
        """
        return float(np.mean(self.score_samples(X), dtype=np.float64))

    def _infer(self, method, X):
        from skfashion.networks.training import infer

        dtype = X.dtype if X.dtype.kind == "f" else np.float32
        return infer(self._network, method, X).astype(dtype, copy=False)

    # Validation

    def _validate_rows(self, X, *, reset):
        return validate_data(self, X, reset=reset, dtype=FLOATS_AND_BYTES, order="C")

    def _validate_targets(self, X, *, reset):
        """Rows that are to be reconstructed."""
        X = self._validate_rows(X, reset=reset)
        _check_targets(X, self.loss, self.rescale)
        return X

    def _validate_held_out(self, X_val):
        try:
            return self._validate_targets(X_val, reset=False)
        except ValueError as error:
            raise ValueError(f"X_val is not like X: {error}") from error

    @contextmanager
    def _unchanged_on_error(self):
        """All of a fit or nothing of it."""
        before = self.__dict__.copy()
        try:
            yield
        except BaseException:
            self.__dict__.clear()
            self.__dict__.update(before)
            raise

    # What scikit-learn and pickle ask

    def __sklearn_is_fitted__(self):
        return "_network" in vars(self)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags

    def __getstate__(self):
        """Weights as arrays in the place of Keras models: small, and readable on any backend."""
        state = super().__getstate__()
        if self.__sklearn_is_fitted__():
            from skfashion.networks.variables import get_values

            state = {k: v for k, v in state.items() if k not in ("_network", "encoder_", "decoder_")}
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
            self._network = builder._build_network(self.n_features_in_, self._seed)
            self.encoder_, self.decoder_ = self._network.models
            set_values(self._network.variables, weights)


def _interned(state):
    """A dict whose keys are the same objects as the names in the code, so that the next pickle has the same bytes."""
    return {sys.intern(name): value for name, value in state.items()}


def _check_targets(X, loss, rescale):
    """log_loss takes probabilities only."""
    if loss != "log_loss":
        return
    low, high = X.min() / (rescale or 1), X.max() / (rescale or 1)
    if low < 0 or high > 1:
        raise ValueError(
            f"loss='log_loss' needs values in [0, 1] but X / rescale spans [{low:.4g}, {high:.4g}]; "
            "pass rescale (255 for bytes), scale X, or use loss='squared_error'."
        )
