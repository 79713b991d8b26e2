"""The autoencoder as a scikit-learn transformer. Subclasses add an architecture."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from typing import ClassVar

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import metadata_routing
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skfashion.estimators import ACTIVATIONS, NetworkEstimator, TrainingParameters, check_codes


@dataclass(eq=False, repr=False)
class BaseAutoencoder(ClassNamePrefixFeaturesOutMixin, TransformerMixin, NetworkEstimator, ABC):
    """Base of the autoencoders: everything but the architecture.

    A subclass is a dataclass (``@dataclass(kw_only=True, eq=False, repr=False)``) that adds its own parameters and
    overrides `build_encoder` and `build_decoder`. `DenseAE` describes the parameters and attributes.
    """

    n_components: int = 2
    _: KW_ONLY
    code_activation: str | Callable | None = None
    output_activation: str | Callable | None = None
    loss: str = "squared_error"
    noise: float = 0.0

    _parameter_constraints: ClassVar[dict] = {
        **TrainingParameters._parameter_constraints,
        "n_components": [Interval(Integral, 1, None, closed="left")],
        "code_activation": [ACTIVATIONS, callable, None],
        "output_activation": [ACTIVATIONS, callable, None],
        "loss": [StrOptions({"squared_error", "log_loss"})],
        "noise": [Interval(Real, 0, None, closed="left")],
    }
    __metadata_request__inverse_transform: ClassVar = {"Z": metadata_routing.UNUSED}  # Z is data, not metadata

    @abstractmethod
    def build_encoder(self, n_features: int, n_outputs: int):
        """Build the Keras model from rows, shape (n, n_features), to codes, shape (n, n_outputs)."""

    @abstractmethod
    def build_decoder(self, n_features: int):
        """Build the Keras model from codes, shape (n, n_components), to rows, shape (n, n_features)."""

    @property
    def reconstruction_activation(self):
        """Activation of the decoder's output: `output_activation`, or if it is None, what the loss needs."""
        if self.output_activation is None and self.loss == "log_loss":
            return "logistic"
        return self.output_activation

    def build_network(self, sizes, seed):
        """Build the encoder, the decoder and their objective."""
        from skfashion.networks.autoencoder import AutoencoderNetwork

        (n_features,) = sizes
        return AutoencoderNetwork(*self._build_models(n_features), **self._network_options(n_features, seed))

    def _build_models(self, n_features):
        """Build the encoder and the decoder; refuse what the network cannot use."""
        from skfashion.networks.network import check_model

        name, n_values = type(self).__name__, self._n_code_values
        encoder = check_model(self.build_encoder(n_features, n_values), f"{name}.build_encoder", n_features, n_values)
        decoder = self.build_decoder(n_features)
        return encoder, check_model(decoder, f"{name}.build_decoder", self.n_components, n_features)

    @property
    def _n_code_values(self):
        """Number of values that the encoder gives to a row."""
        return self.n_components

    def _network_options(self, n_features, seed):
        return super()._network_options(n_features, seed) | {"loss": self.loss, "noise": self.noise}

    def _sizes(self):
        return (self.n_features_in_,)

    @property
    def encoder_(self):
        """The Keras model from rescaled rows to codes."""
        return self._fitted_network().encoder

    @property
    def decoder_(self):
        """The Keras model from codes to rescaled rows."""
        return self._fitted_network().decoder

    @property
    def _n_features_out(self):
        return self._network.blueprint.n_components

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
            If a parameter or X is out of its range, or if the loss is no longer finite.
        KeyboardInterrupt
            On Ctrl-C. Whole epochs are kept; before the end of the first one, the estimator stays as it was.
        """
        return self._fit(lambda continues: self._read_rows(X, X_val, reset=not continues))

    def partial_fit(self, X, y=None):
        """Train for one epoch on X, starting from where the last call ended.

        The state of the optimiser is kept between the calls, and pickled. A model that was fitted without
        ``warm_start`` keeps its weights only. `early_stopping` is for `fit` alone, as in MLPClassifier.

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
            If a parameter or X is out of its range, or if the loss is no longer finite.
        """
        return self._fit(lambda continues: self._read_rows(X, None, reset=not continues), is_partial=True)

    def _read_rows(self, X, X_val, *, reset):
        from skfashion.engine.rows import Rows

        rows = Rows(self._validate_targets(X, reset=reset))
        if X_val is None:
            return rows, None
        try:
            return rows, Rows(self._validate_targets(X_val, reset=False))
        except ValueError as error:
            raise ValueError(f"X_val is not like X: {error}") from error

    def _validate_targets(self, X, *, reset):
        """Validate rows that are to be reconstructed."""
        X = self._validate_rows(X, reset=reset)
        check_targets(X, self.loss, self.rescale)
        return X

    # Use

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
        return self._apply("encode", X)

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
        return self._infer("decode", check_codes(Z, self._n_features_out))

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
        check_targets(X, self._network.blueprint.loss, self._network.blueprint.rescale)
        return -self._infer("loss_rows", X)

    def score(self, X, y=None):
        """Return the mean of `score_samples` over the rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows in the units of the training data.
        y : None
            Ignored.

        Returns
        -------
        float
            Higher is better.
        """
        return float(np.mean(self.score_samples(X), dtype=np.float64))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def check_targets(X, loss, rescale):
    """Refuse values that are no probabilities, if the loss is log_loss."""
    if loss != "log_loss":
        return
    low, high = X.min() / (rescale or 1), X.max() / (rescale or 1)
    if low < 0 or high > 1:
        raise ValueError(
            f"loss='log_loss' needs values in [0, 1] but X / rescale spans [{low:.4g}, {high:.4g}]; "
            "pass rescale (255 for bytes), scale X, or use loss='squared_error'."
        )
