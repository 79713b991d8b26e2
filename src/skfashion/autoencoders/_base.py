"""The autoencoder as a scikit-learn transformer; architectures are added in subclasses."""

import math
from typing import ClassVar

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import check_array, metadata_routing
from sklearn.utils.validation import check_is_fitted, validate_data

from skfashion.autoencoders._callbacks import epoch_listeners
from skfashion.autoencoders._holder import NetworkHolder

FLOATS_AND_BYTES = (np.float64, np.float32, np.uint8)  # dtypes that X keeps; the first is what others become


class BaseAutoencoder(ClassNamePrefixFeaturesOutMixin, TransformerMixin, NetworkHolder):
    """Base of the autoencoders: everything but the architecture.

    A subclass is a dataclass (``@dataclass(kw_only=True, eq=False, repr=False)``) that adds its own parameters and
    overrides `build_encoder` and `build_decoder`. The parameters and attributes here are described in `DenseAE`.
    """

    __metadata_request__inverse_transform: ClassVar = {"Z": metadata_routing.UNUSED}  # Z is data, not metadata

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
            self._network.prepare(len(rows))
            curves, optimizer_state = train(self._network, rows, validation, schedule, self._optimizer_state)
        self._optimizer_state = optimizer_state if keep_optimizer else None
        self.n_iter_ += len(curves.loss)
        self.loss_curve_ = self.loss_curve_ + curves.loss
        if validation is not None:
            self.validation_loss_curve_ = (self.validation_loss_curve_ or []) + curves.validation_loss
        self.best_loss_ = schedule.stop.best_loss
        self._remember(curves)
        return self

    def _remember(self, curves):
        """Keep what training has left behind besides the losses."""

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
