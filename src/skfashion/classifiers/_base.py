"""The neural network as a scikit-learn classifier. Subclasses add an architecture."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from numbers import Real
from typing import ClassVar

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import column_or_1d

from skfashion._utils.missing import known_labels, refuse_missing
from skfashion._utils.validation import validate_data
from skfashion.classifiers._weights import check_weights, weighted, weights_of_classes
from skfashion.estimators import FLOATS_AND_BYTES, NetworkEstimator, TrainingParameters, check_single_precision


@dataclass(kw_only=True, eq=False, repr=False)
class BaseClassifier(ClassifierMixin, NetworkEstimator, ABC):
    """Base of the classifiers: everything but the architecture.

    A subclass is a dataclass (``@dataclass(kw_only=True, eq=False, repr=False)``) that adds its own parameters and
    overrides `build_model`. `DenseClassifier` describes the parameters and attributes.
    """

    output_alpha: float = 1e-3
    class_weight: dict | str | None = None
    tol: float = 3e-3
    n_iter_no_change: int = 3
    early_stopping: bool = True
    validation_fraction: float = 0.2

    _parameter_constraints: ClassVar[dict] = {
        **TrainingParameters._parameter_constraints,
        "output_alpha": [Interval(Real, 0, None, closed="left")],
        "class_weight": [StrOptions({"balanced"}), dict, None],
    }

    @abstractmethod
    def build_model(self, n_features: int, n_classes: int):
        """Build the Keras model from rows, shape (n, n_features), to logits, shape (n, n_classes)."""

    def build_network(self, sizes, seed):
        """Build the model and its objective."""
        from skfashion.networks.classifier import ClassifierNetwork
        from skfashion.networks.network import check_model

        n_features, n_classes = sizes
        name = f"{type(self).__name__}.build_model"
        model = check_model(self.build_model(n_features, n_classes), name, n_features, n_classes)
        return ClassifierNetwork(model, **self._network_options(n_features, seed))

    def _sizes(self):
        return self.n_features_in_, len(self.classes_)

    @property
    def model_(self):
        """The Keras model from rescaled rows to logits."""
        return self._fitted_network().model

    # Fitting

    def fit(self, X, y, sample_weight=None, *, X_val=None, y_val=None):
        """Learn to classify.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training rows. float32, float64 and uint8 are kept as they are until their batch is due.
        y : array-like of shape (n_samples,)
            Their classes.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows in the loss, at least 0. Only their proportions matter; rows of weight 0 are left out.
            Rows that are held out of X keep theirs in the loss that is watched.
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
            If a parameter, X or y is out of its range, or if the loss is no longer finite.
        KeyboardInterrupt
            On Ctrl-C. Whole epochs are kept; before the end of the first one, the estimator stays as it was.
        """

        def read_rows(continues):
            X_checked, y_checked = self._validate_labelled(X, y, reset=not continues)
            if not continues:
                self.classes_ = np.unique(y_checked)
            places = self._places(y_checked)
            of_rows, of_classes = self._weights(sample_weight, X_checked, places)
            rows = self._rows(X_checked, places, of_rows, of_classes)
            return rows, self._held_out_rows(X_val, y_val, of_classes)

        return self._fit(read_rows)

    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """Train for one epoch on X, starting from where the last call ended.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows to train on.
        y : array-like of shape (n_samples,)
            Their classes.
        classes : array-like of shape (n_classes,), default=None
            All classes that there will be; to be passed to the first call.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows in the loss: see `fit`.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter, X or y is out of its range, or if the loss is no longer finite.
        """

        def read_rows(continues):
            if self.class_weight == "balanced":
                raise ValueError(
                    "class_weight='balanced' needs all rows, which partial_fit does not see; pass a dict, such as "
                    "dict(zip(classes, compute_class_weight('balanced', classes=classes, y=y_all)))."
                )
            X_checked, y_checked = self._validate_labelled(X, y, reset=not continues)
            self._check_classes(classes, continues)
            if not continues:
                self.classes_ = np.unique(classes)
            places = self._places(y_checked)
            return self._rows(X_checked, places, *self._weights(sample_weight, X_checked, places)), None

        return self._fit(read_rows, is_partial=True)

    def _check_classes(self, classes, continues):
        if not continues and classes is None:
            raise ValueError("classes must be passed on the first call to partial_fit; pass np.unique(y_all).")
        if continues and classes is not None and not np.array_equal(np.unique(classes), self.classes_):
            raise ValueError(f"classes={classes!r} are not those of the first call, {self.classes_}; leave it out.")

    def _places(self, y):
        """Return the place of the class of each row in `classes_`."""
        y = column_or_1d(y)
        places = np.minimum(np.searchsorted(self.classes_, y), len(self.classes_) - 1)
        unknown = np.unique(y[self.classes_[places] != y])
        if len(unknown):
            raise ValueError(
                f"y has classes {unknown.tolist()} which the network does not know, but only {self.classes_.tolist()}; "
                "leave their rows out, or have all classes in the y of the first fit (with warm_start=False)."
            )
        return places.astype(np.int32)

    def _weights(self, sample_weight, X, places):
        """Return the weights of the rows and those of the classes, or None for equal ones."""
        of_rows = None if sample_weight is None else check_weights(sample_weight, X)
        return of_rows, weights_of_classes(self.class_weight, self.classes_, places, of_rows)

    def _rows(self, X, places, of_rows, of_classes):
        """Return rows with the places of their classes as targets, and without those of weight 0."""
        from skfashion.engine.rows import Rows

        X, places, weights = weighted(X, places, of_rows, of_classes)
        return Rows(X, targets=places, weights=weights)

    def _held_out_rows(self, X_val, y_val, of_classes):
        if (X_val is None) != (y_val is None):
            raise ValueError("X_val and y_val belong together: pass both or neither.")
        if X_val is None:
            return None
        try:
            X_val, y_val = self._validate_labelled(X_val, y_val, reset=False)
            return self._rows(X_val, self._places(y_val), None, of_classes)
        except ValueError as error:
            raise ValueError(f"X_val and y_val are not like X and y: {error}") from error

    def _network_parameters(self):
        """Return the parameters that the network depends on: not the weights of rows."""
        return {name: value for name, value in super()._network_parameters().items() if name != "class_weight"}

    def _split_places(self, rows, order, n_held_out):
        """Hold out the same share of each class."""
        by_class = order[np.argsort(rows.targets[order], kind="stable")]
        chosen = np.int64((np.arange(n_held_out) + 0.5) * len(rows) / n_held_out)  # evenly among the classes
        return np.delete(by_class, chosen), by_class[chosen]

    def _curves(self, curves):
        return super()._curves(curves) | {
            "accuracy_curve_": curves.training.get("accuracy", []),
            "validation_accuracy_curve_": curves.validation.get("accuracy"),
        }

    # Use

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
        P = self._apply("predict_proba", X)
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
        if y is not None:
            refuse_missing(known_labels(y, "y")[0], "y", "leave these rows out: a classifier learns from labelled rows")
        X, y = validate_data(self, X, y, reset=reset, dtype=FLOATS_AND_BYTES, order="C")
        check_classification_targets(y)
        return check_single_precision(X, "X"), y
