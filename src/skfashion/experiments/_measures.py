"""Scores of classifiers on held-out images, with or without reducers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import hmean
from sklearn.base import clone
from sklearn.metrics import f1_score

VALIDATION_FRACTION = 0.2  # of the training images, as in paper A


@dataclass(frozen=True)
class Data:
    """Images and their classes."""

    X: np.ndarray  # (n_samples, 784), uint8
    y: np.ndarray  # (n_samples,)
    X_test: np.ndarray
    y_test: np.ndarray

    def standardised(self, X, seed: int) -> np.ndarray:
        """Standardise pixels by the mean and the deviation of all pixels of the images to train on."""
        train, _ = self.split(seed)
        seen = self.X[train]
        return (X - np.float32(seen.mean())) / np.float32(seen.std())

    def standardised_split(self, seed: int):
        """Return the images to train on, standardised, and their classes."""
        train, _ = self.split(seed)
        return self.standardised(self.X[train], seed), self.y[train]

    def split(self, seed: int):
        """Draw the indices of the images to train on, and of those to validate on."""
        order = np.random.default_rng(seed).permutation(len(self.X))
        n_val = round(VALIDATION_FRACTION * len(order))
        return order[n_val:], order[:n_val]


def fitted(estimator, X, memory) -> Any:
    """Fit a copy of the estimator to rows without classes."""
    return memory.cache(_fit)(clone(estimator), X)


def _fit(estimator, X):
    return estimator.fit(X)


def fitted_classifier(classifier, X, data: Data, seed: int, memory) -> Any:
    """Train a copy of the classifier on four fifths of the rows X; the last fifth stops the training."""
    return memory.cache(_fit_classifier)(clone(classifier), X, data.y, *data.split(seed))


def _fit_classifier(classifier, X, y, train, validation):
    return classifier.fit(X[train], y[train], X_val=X[validation], y_val=y[validation])


def measure_classifier(classifier, data: Data, seed: int, memory) -> dict[str, float]:
    """Train on the standardised pixels. The accuracy is that of the best epoch on the validation images, as in paper A.

    Everything else is measured with the weights that early stopping has restored.
    """
    X, X_test = (data.standardised(X, seed) for X in (data.X, data.X_test))
    return _values(classifier, X, X_test, data, seed, memory)


def measure_classifier_on_codes(pipeline, data: Data, seed: int, memory) -> dict[str, float]:
    """Do the same on the codes of a reducer, which is fitted to the images to train on without classes."""
    Z, Z_test = codes(pipeline[:-1], data, seed, memory)
    return {"n_components": Z.shape[1], **_values(pipeline[-1], Z, Z_test, data, seed, memory)}


def codes(reducer, data: Data, seed: int, memory):
    """Fit a reducer to the standardised images to train on, and reduce all training and test images.

    In double precision: in single precision, the variance of 458 components is rounded to less than 99 %.
    """
    X, _ = data.standardised_split(seed)
    trained = fitted(reducer, np.float64(X), memory)
    return [np.float32(trained.transform(data.standardised(X, seed))) for X in (data.X, data.X_test)]


def _values(classifier, X, X_test, data, seed, memory):
    trained = fitted_classifier(classifier, X, data, seed, memory)
    return {
        "accuracy": max(trained.validation_accuracy_curve_),
        **held_out_scores(trained, X, X_test, data, seed),
        "n_parameters": trained.model_.count_params(),
        "n_epochs": trained.n_iter_,
    }


def held_out_scores(trained, X, X_test, data: Data, seed: int) -> dict[str, float]:
    """Score a trained classifier on the validation and the test images."""
    _, validation = data.split(seed)
    of_test = trained.predict(X_test)
    return {
        "f1": combined_f1(data.y[validation], trained.predict(X[validation])),
        "test_accuracy": float(np.mean(of_test == data.y_test)),
        "test_f1": combined_f1(data.y_test, of_test),
    }


def combined_f1(y, predicted) -> float:
    """Combine the F1 scores of the classes by their harmonic mean, as paper A does."""
    return float(hmean(f1_score(y, predicted, average=None)))


def measure_codes(built: Mapping[str, Any], data: Data, seed: int, memory) -> dict[str, float]:
    """Train a copy of ``built["classifier"]`` on the codes of each of ``built["reducers"]``.

    The reducers see the images to train on, without classes. The codes of a reducer are standardised by one mean and
    one deviation.
    """
    train, _ = data.split(seed)
    values = {}
    for name, reducer in built["reducers"].items():
        trained_reducer = fitted(reducer, data.X[train], memory)
        Z, Z_test = trained_reducer.transform(data.X), trained_reducer.transform(data.X_test)
        mean, deviation = Z[train].mean(), Z[train].std()
        Z, Z_test = (np.float32((codes - mean) / deviation) for codes in (Z, Z_test))
        trained = fitted_classifier(built["classifier"], Z, data, seed, memory)
        values[f"accuracy_{name}"] = max(trained.validation_accuracy_curve_)
        values[f"test_accuracy_{name}"] = float(np.mean(trained.predict(Z_test) == data.y_test))
    return values
