"""The deep clusterer as a scikit-learn estimator. Subclasses add an objective."""

import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, ClusterMixin, TransformerMixin, clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.frozen import FrozenEstimator
from sklearn.utils import check_random_state, metadata_routing
from sklearn.utils._param_validation import HasMethods, Interval
from sklearn.utils.validation import check_is_fitted

from skfashion._utils.interrupts import put_off_interrupts
from skfashion._utils.validation import validate_data, validate_params
from skfashion.autoencoders import BaseAutoencoder, BaseVariationalAutoencoder, DenseAE
from skfashion.estimators import (
    FLOATS_AND_BYTES,
    FitInterrupted,
    check_codes,
    check_single_precision,
    unchanged_on_error,
)
from skfashion.metrics import mean_agreement


@dataclass(eq=False, repr=False)
class BaseDeepClusterer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, ClusterMixin, BaseEstimator, ABC):
    """Base of the deep clusterers: everything but the objective.

    An autoencoder is trained first, and its codes are clustered. Then the encoder and the clusters are trained
    together, towards targets if there are any, which are computed from all rows before each `update_interval` epochs.
    `DEC` describes the parameters and attributes.
    """

    n_clusters: int = 8
    _: KW_ONLY
    autoencoder: BaseAutoencoder | None = None
    batch_size: int = 256
    learning_rate_init: float = 1e-3
    max_iter: int = 100
    tol: float = 1e-3
    update_interval: int = 1
    n_init: int = 1
    reset_interval: int | None = None
    reset_strength: float = 0.2
    warm_start: bool = False
    callbacks: Sequence | None = None
    verbose: int = 0
    random_state: int | np.random.RandomState | None = None

    _parameter_constraints: ClassVar[dict] = {
        "n_clusters": [Interval(Integral, 1, None, closed="left")],
        "autoencoder": [HasMethods(["fit", "transform", "build_encoder", "build_decoder"]), None],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "learning_rate_init": [Interval(Real, 0, None, closed="neither")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, 1, closed="left")],
        "update_interval": [Interval(Integral, 1, None, closed="left")],
        "n_init": [Interval(Integral, 1, None, closed="left")],
        "reset_interval": [Interval(Integral, 1, None, closed="left"), None],
        "reset_strength": [Interval(Real, 0, 1, closed="both")],
        "warm_start": ["boolean"],
        "callbacks": ["array-like", None],
        "verbose": ["verbose"],
        "random_state": ["random_state"],
    }
    __metadata_request__inverse_transform: ClassVar = {"Z": metadata_routing.UNUSED}  # Z is data, not metadata

    # The network

    @abstractmethod
    def build_clustering_network(self, encoder, decoder, **options):
        """Build the objective: a `ClusteringNetwork` of these Keras models and options."""

    targets_of: ClassVar[Callable | None] = None
    """Function of the soft clusters of all rows; it returns their targets, both of shape (n_samples, n_clusters)."""

    @abstractmethod
    def _clusters_of(self, codes, seed):
        """Cluster codes, shape (n_samples, n_components); return the arguments of the network's `set_clusters`."""

    def build_network(self, sizes, seed):
        """Build the autoencoder's models and the objective."""
        (n_features,) = sizes
        autoencoder = self._autoencoder()
        options = autoencoder._network_options(n_features, seed)
        return self.build_clustering_network(*autoencoder._build_models(n_features), **options)

    def _autoencoder(self):
        """Return an unfitted copy of the autoencoder."""
        if self.autoencoder is None:
            return self._default_autoencoder()
        is_frozen = isinstance(self.autoencoder, FrozenEstimator)
        return clone(self.autoencoder.estimator if is_frozen else self.autoencoder)

    def _trained_autoencoder(self, X, seed):
        """Return a copy of the autoencoder that is trained on X, or the one that was frozen after its training."""
        if isinstance(self.autoencoder, FrozenEstimator):
            return self.autoencoder.fit(X, None).estimator  # this only checks that it is fitted
        return self._autoencoder().set_params(random_state=seed).fit(X)

    @staticmethod
    def _default_autoencoder():
        return DenseAE(10, hidden_layer_sizes=(500, 500, 2000))

    def _blueprint(self):
        """Return an unfitted copy with the parameters that the network depends on."""
        autoencoder = self._autoencoder().set_params(callbacks=None, random_state=None)
        return type(self)(**self._network_parameters() | {"autoencoder": autoencoder})

    def _network_parameters(self):
        return {"n_clusters": int(self.n_clusters), "autoencoder": self.autoencoder}

    # Fitting

    def fit(self, X, y=None):
        """Train the autoencoder, cluster its codes, and train both together.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training rows. float32, float64 and uint8 are kept as they are; a `numpy.memmap` is read batch by batch.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or X is out of its range, or if a loss is no longer finite.
        KeyboardInterrupt
            On Ctrl-C. Whole epochs of the clustering are kept; before its first one, the estimator stays as it was.

        Warns
        -----
        ConvergenceWarning
            If clusters still change after `max_iter` epochs.
        """
        from skfashion.deep._run import schedule_of

        with unchanged_on_error(self), put_off_interrupts():
            validate_params(self)
            continues = self.warm_start and self.__sklearn_is_fitted__()
            self._check_autoencoder()
            X = self._validate_rows(X, reset=not continues)
            schedule = schedule_of(self)  # its errors come before the pretraining
            if self.n_clusters > len(X):
                raise ValueError(f"n_clusters={self.n_clusters} must be <= n_samples={len(X)}; pass more rows.")
            is_interrupted = self._continue(X, schedule) if continues else self._start(X, schedule)
            if is_interrupted:
                raise FitInterrupted(f"Training was interrupted; {type(self).__name__} is as after whole epochs.")
        if not self.converged_:
            warnings.warn(
                f"{type(self).__name__}: more than a share tol={self.tol} of the labels still changed after "
                f"max_iter={self.max_iter} epochs; raise max_iter or tol.",
                ConvergenceWarning,
                stacklevel=2,
            )
        return self

    def _check_autoencoder(self):
        autoencoder = self._autoencoder()
        if isinstance(autoencoder, BaseVariationalAutoencoder):
            raise ValueError(
                f"autoencoder is a {type(autoencoder).__name__}, whose codes are distributions; pass DenseAE, ConvAE "
                "or another subclass of BaseAutoencoder."
            )

    def _start(self, X, schedule):
        """Fit `n_init` times; keep the fit that agrees most with the others."""
        rng = check_random_state(self.random_state)
        runs = [self._run(X, schedule, int(rng.randint(2**31 - 1))) for _ in range(self.n_init)]
        partitions = [run.labels for run in runs]
        best = runs[int(np.argmax(mean_agreement(partitions)))] if len(runs) > 1 else runs[0]
        self._network, self.loss_curve_ = best.network, best.pretraining_curve
        self.clustering_loss_curve_, self.label_change_curve_ = [], []
        return self._remember(best.result, best.labels)

    def _run(self, X, schedule, seed):
        """Pretrain, cluster and train once."""
        from skfashion.deep._run import pretrained

        run = pretrained(self, X, seed)
        self._network = run.network  # callbacks may use it during the training
        return run.trained(X, schedule, resumable=self.warm_start)

    def _continue(self, X, schedule):
        from skfashion.deep._run import Run

        self._network.check_same_architecture(self._blueprint()._network_parameters())
        run = Run(self._network, self.loss_curve_).trained(X, schedule, resumable=True)
        return self._remember(run.result, run.labels)

    def _remember(self, result, labels):
        """Write the attributes of a fit; return whether it was interrupted."""
        self.n_iter_ = self._network.n_epochs
        self.clustering_loss_curve_ = self.clustering_loss_curve_ + result.curves.training["loss"]
        self.label_change_curve_ = self.label_change_curve_ + result.curves.training["label_change"]
        self.labels_ = labels
        self.converged_ = result.is_stopped or self.label_change_curve_[-1] <= self.tol
        return result.is_interrupted

    # Use

    def predict(self, X):
        """Return the cluster of each row.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows in the units of the training data.

        Returns
        -------
        ndarray of shape (n_samples,)
            Clusters.
        """
        return self.predict_proba(X).argmax(axis=1)

    def predict_proba(self, X):
        """Return soft clusters by Student's t kernel around the centres.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows in the units of the training data.

        Returns
        -------
        ndarray of shape (n_samples, n_clusters)
            Shares, which sum to 1 in each row.
        """
        return self._apply("assign", X)

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
            Rows in the units of the training data.
        """
        check_is_fitted(self)
        return self._infer("decode", check_codes(Z, self._n_features_out))

    @property
    def cluster_centers_(self):
        """Centres of the clusters among the codes, shape (n_clusters, n_components)."""
        check_is_fitted(self)
        from skfashion.engine.variables import get_values

        (centers,) = get_values([self._network.network.centers])
        return centers

    @property
    def _n_features_out(self):
        return self._network.network.decoder.input_shape[-1]

    def _apply(self, method, X):
        check_is_fitted(self)
        return self._infer(method, self._validate_rows(X, reset=False))

    def _infer(self, method, X):
        from skfashion.engine.rows import Rows

        return self._network.apply(method, Rows(X), X.dtype if X.dtype.kind == "f" else np.float32)

    def __sklearn_is_fitted__(self):
        return "_network" in vars(self)

    def _validate_rows(self, X, *, reset):
        return check_single_precision(validate_data(self, X, reset=reset, dtype=FLOATS_AND_BYTES, order="C"), "X")

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
