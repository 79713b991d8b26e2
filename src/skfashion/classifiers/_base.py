"""The neural network as a scikit-learn classifier; architectures are added in subclasses."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from numbers import Real
from typing import ClassVar

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils._param_validation import Interval
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d

from skfashion.estimators import NetworkEstimator, TrainingParameters


@dataclass(kw_only=True, eq=False, repr=False)
class ClassifierParameters(TrainingParameters):
    """Part of the constructor of the classifiers; `DenseClassifier` describes the parameters."""

    output_alpha: float = 1e-3
    tol: float = 3e-3
    n_iter_no_change: int = 3
    early_stopping: bool = True
    validation_fraction: float = 0.2

    _parameter_constraints: ClassVar[dict] = {
        **TrainingParameters._parameter_constraints,
        "output_alpha": [Interval(Real, 0, None, closed="left")],
    }


class BaseClassifier(ClassifierMixin, ClassifierParameters, NetworkEstimator, ABC):
    """Base of the classifiers: everything but the architecture.

    A subclass is a dataclass (``@dataclass(kw_only=True, eq=False, repr=False)``) that adds its own parameters and
    overrides `build_model`. The parameters and attributes here are described in `DenseClassifier`.
    """

    _model_names: ClassVar = ("model_",)

    @abstractmethod
    def build_model(self, n_features: int, n_classes: int):
        """Build the Keras model from rows, shape (n, n_features), to logits, shape (n, n_classes)."""

    def _build_network(self, sizes, seed):
        from skfashion.networks.classifier import ClassifierNetwork

        n_features, n_classes = sizes
        model = self.build_model(n_features, n_classes)
        return ClassifierNetwork(model, **self._network_options(n_features, (), seed))

    # Fitting

    def fit(self, X, y, *, X_val=None, y_val=None):
        """Learn to classify.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training rows. float32, float64 and uint8 are kept as they are until their batch is due.
        y : array-like of shape (n_samples,)
            Their classes.
        X_val : array-like of shape (n_val, n_features), default=None
            Held-out rows, which `early_stopping` watches instead of splitting X.
        y_val : array-like of shape (n_val,), default=None
            Their classes.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter, X or y is out of its range, or if the loss ceases to be finite.
        KeyboardInterrupt
            On Ctrl-C. The epochs that were over are kept, as if `max_iter` had been their number; if there were none,
            the estimator is as it was before.
        """
        from skfashion.engine.rows import Rows

        with self._unchanged_on_error():
            self._validate_params()
            go_on = self.warm_start and self.__sklearn_is_fitted__()
            X, y = self._validate_labelled(X, y, reset=not go_on)
            if not go_on:
                self.classes_ = np.unique(y)
            rows, validation = Rows(X, y=self._numbered(y)), self._validate_held_out(X_val, y_val)
            self._go_on() if go_on else self._start_anew(X.shape[1], len(self.classes_))
            return self._train(*self._split(rows, validation), max_iter=self.max_iter, keep_optimizer=self.warm_start)

    def partial_fit(self, X, y, classes=None):
        """Train for one epoch on X, going on from where the last call stopped.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows to train on.
        y : array-like of shape (n_samples,)
            Their classes.
        classes : array-like of shape (n_classes,), default=None
            All classes that there will be; to be passed to the first call.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter, X or y is out of its range, or if the loss ceases to be finite.
        """
        from skfashion.engine.rows import Rows

        with self._unchanged_on_error():
            self._validate_params()
            go_on = self.__sklearn_is_fitted__()
            X, y = self._validate_labelled(X, y, reset=not go_on)
            if not go_on and classes is None:
                raise ValueError("classes must be passed on the first call to partial_fit; pass np.unique(y_all).")
            if go_on and classes is not None and not np.array_equal(np.unique(classes), self.classes_):
                raise ValueError(f"classes={classes!r} are not those of the first call, {self.classes_}; leave it out.")
            if not go_on:
                self.classes_ = np.unique(classes)
            rows = Rows(X, y=self._numbered(y))
            self._go_on() if go_on else self._start_anew(X.shape[1], len(self.classes_))
            return self._train(rows, None, max_iter=1, keep_optimizer=True)

    def _start_curves(self):
        self.accuracy_curve_, self.validation_accuracy_curve_ = [], None

    def _remember(self, curves):
        self.accuracy_curve_ = self.accuracy_curve_ + curves.training["accuracy"]
        if curves.validation:
            self.validation_accuracy_curve_ = (self.validation_accuracy_curve_ or []) + curves.validation["accuracy"]

    # Using what was learned

    def predict(self, X):
        """Predict the class of each row.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows in the units of the training data.

        Returns
        -------
        ndarray of shape (n_samples,)
            The likeliest of `classes_`.
        """
        likeliest = np.argmax(self.predict_proba(X), axis=1)
        return self.classes_[likeliest]

    def predict_proba(self, X):
        """Estimate the probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows in the units of the training data.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Probabilities in the order of `classes_`, in X's own floating dtype (float32 for uint8).
        """
        check_is_fitted(self)
        P = self._answer("predict_proba", X)
        return P / P.sum(axis=1, keepdims=True)  # to the precision of X's dtype

    def predict_log_proba(self, X):
        """Compute the natural logarithm of `predict_proba`.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows in the units of the training data.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Nats; minus infinity where the probability is 0 in single precision.
        """
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    # Validation

    def _validate_labelled(self, X, y, *, reset):
        X, y = self._validate_rows_and_targets(X, y, reset=reset)
        check_classification_targets(y)
        return X, y

    def _validate_held_out(self, X_val, y_val):
        from skfashion.engine.rows import Rows

        if (X_val is None) != (y_val is None):
            raise ValueError("X_val and y_val belong together: pass both or neither.")
        if X_val is None:
            return None
        try:
            X_val, y_val = self._validate_labelled(X_val, y_val, reset=False)
            return Rows(X_val, y=self._numbered(y_val))
        except ValueError as error:
            raise ValueError(f"X_val and y_val are not like X and y: {error}") from error

    def _numbered(self, y):
        """The place of each class in `classes_`."""
        y = column_or_1d(y)
        places = np.minimum(np.searchsorted(self.classes_, y), len(self.classes_) - 1)
        unknown = np.unique(y[self.classes_[places] != y])
        if len(unknown):
            raise ValueError(
                f"y has classes {unknown.tolist()} which the network does not know, but only {self.classes_.tolist()}; "
                "leave their rows out, or have all classes in the y of the first fit (with warm_start=False)."
            )
        return places.astype(np.int32)
