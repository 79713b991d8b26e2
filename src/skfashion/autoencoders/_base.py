"""The autoencoder as a scikit-learn transformer; architectures are added in subclasses."""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import check_array, metadata_routing
from sklearn.utils.validation import check_is_fitted

from skfashion.autoencoders._parameters import AutoencoderParameters
from skfashion.estimators import NetworkEstimator, check_single_precision


class BaseAutoencoder(ClassNamePrefixFeaturesOutMixin, TransformerMixin, AutoencoderParameters, NetworkEstimator, ABC):
    """Base of the autoencoders: everything but the architecture.

    A subclass is a dataclass (``@dataclass(kw_only=True, eq=False, repr=False)``) that adds its own parameters and
    overrides `build_encoder` and `build_decoder`. The parameters and attributes here are described in `DenseAE`.
    """

    __metadata_request__inverse_transform: ClassVar = {"Z": metadata_routing.UNUSED}  # Z is data, not metadata
    _model_names: ClassVar = ("encoder_", "decoder_")

    @abstractmethod
    def build_encoder(self, n_features: int, n_outputs: int):
        """Build the Keras model from rows, shape (n, n_features), to codes, shape (n, n_outputs)."""

    @abstractmethod
    def build_decoder(self, n_features: int):
        """Build the Keras model from codes, shape (n, n_components), to rows, shape (n, n_features)."""

    def _build_network(self, sizes, seed):
        (n_features,) = sizes
        encoder, decoder = self.build_encoder(n_features, self._n_code_outputs), self.build_decoder(n_features)
        return self._make_network(encoder, decoder, **self._network_options(n_features, ("loss", "noise"), seed))

    def _make_network(self, encoder, decoder, **options):
        from skfashion.networks.autoencoder import AutoencoderNetwork

        return AutoencoderNetwork(encoder, decoder, **options)

    @property
    def _n_code_outputs(self):
        """Width of the encoder's output."""
        return self.n_components

    @property
    def _n_features_out(self):
        return self._built_with["n_components"]

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
        KeyboardInterrupt
            On Ctrl-C. The epochs that were over are kept, as if `max_iter` had been their number; if there were none,
            the estimator is as it was before.
        """
        from skfashion.engine.rows import Rows

        with self._unchanged_on_error():
            self._validate_params()
            go_on = self.warm_start and self.__sklearn_is_fitted__()
            X = self._validate_targets(X, reset=not go_on)
            if X_val is not None:
                X_val = self._validate_held_out(X_val)
            self._go_on() if go_on else self._start_anew(X.shape[1])
            rows, validation = self._split(Rows(X), None if X_val is None else Rows(X_val))
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
        from skfashion.engine.rows import Rows

        with self._unchanged_on_error():
            self._validate_params()
            go_on = self.__sklearn_is_fitted__()
            X = self._validate_targets(X, reset=not go_on)
            self._go_on() if go_on else self._start_anew(X.shape[1])
            return self._train(Rows(X), None, max_iter=1, keep_optimizer=True)

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
        return self._answer("encode", X)

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
        Z = check_single_precision(check_array(Z, dtype=(np.float64, np.float32), order="C", input_name="Z"), "Z")
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
        check_targets(X, self._network.loss, self._network.rescale)
        return -self._infer("loss_rows", X)

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
            Higher is better.
        """
        return float(np.mean(self.score_samples(X), dtype=np.float64))

    # Validation

    def _validate_targets(self, X, *, reset):
        """Rows that are to be reconstructed."""
        X = self._validate_rows(X, reset=reset)
        check_targets(X, self.loss, self.rescale)
        return X

    def _validate_held_out(self, X_val):
        try:
            return self._validate_targets(X_val, reset=False)
        except ValueError as error:
            raise ValueError(f"X_val is not like X: {error}") from error

    # What scikit-learn and pickle ask

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def check_targets(X, loss, rescale):
    """log_loss takes probabilities only."""
    if loss != "log_loss":
        return
    low, high = X.min() / (rescale or 1), X.max() / (rescale or 1)
    if low < 0 or high > 1:
        raise ValueError(
            f"loss='log_loss' needs values in [0, 1] but X / rescale spans [{low:.4g}, {high:.4g}]; "
            "pass rescale (255 for bytes), scale X, or use loss='squared_error'."
        )
