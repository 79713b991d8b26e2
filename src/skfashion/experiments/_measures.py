"""From estimators to figures: a partition beside the classes, a classifier on held-out images."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.metrics import adjusted_rand_score, f1_score, normalized_mutual_info_score

from skfashion import metrics

VALIDATION_SHARE = 0.2  # of the training images, as in paper A


@dataclass(frozen=True)
class Data:
    """Images and their classes: rows of bytes, and the numbers of the classes."""

    X: np.ndarray  # (n_samples, 784), uint8
    y: np.ndarray  # (n_samples,)
    X_test: np.ndarray
    y_test: np.ndarray

    def standardised(self, X) -> np.ndarray:
        """Pixels less the mean of all training pixels, over their deviation: one number each."""
        return (X - np.float32(self.X.mean())) / np.float32(self.X.std())

    def split(self, seed: int):
        """Places of the training images to train on, and of those to validate on."""
        order = np.random.default_rng(seed).permutation(len(self.X))
        n_val = round(VALIDATION_SHARE * len(order))
        return order[n_val:], order[:n_val]


def measure_partition(pipeline, data: Data, seed: int, memory) -> dict[str, float]:
    """Cluster the training images."""
    return score_partition(data.y, pipeline.fit_predict(data.X))


def score_partition(y, labels) -> dict[str, float]:
    """Compare a partition with the classes, by purity and by one-to-one scores; the two are never mixed."""
    return {
        "purity": metrics.purity_score(y, labels),
        "hungarian_accuracy": metrics.hungarian_accuracy_score(y, labels),
        "adjusted_rand": float(adjusted_rand_score(y, labels)),
        "normalized_mutual_info": float(normalized_mutual_info_score(y, labels)),
    }


def fitted(estimator, X, memory) -> Any:
    """The estimator fitted to rows without classes."""
    return memory.cache(_fit)(clone(estimator), X)


def _fit(estimator, X):
    return estimator.fit(X)


def fitted_classifier(classifier, X, data: Data, seed: int, memory) -> Any:
    """The classifier trained on four fifths of the training images, given as rows X, and stopped by the fifth."""
    return memory.cache(_fit_classifier)(clone(classifier), X, data.y, *data.split(seed))


def _fit_classifier(classifier, X, y, train, validation):
    return classifier.fit(X[train], y[train], X_val=X[validation], y_val=y[validation])


def measure_classifier(classifier, data: Data, seed: int, memory) -> dict[str, float]:
    """Train on the standardised pixels; the accuracy of the best epoch on the validation images, as paper A has it.

    Everything else is measured with the weights that early stopping has restored.
    """
    trained = fitted_classifier(classifier, data.standardised(data.X), data, seed, memory)
    _, validation = data.split(seed)
    predicted, of_test = (trained.predict(data.standardised(X)) for X in (data.X[validation], data.X_test))
    return {
        "accuracy": max(trained.validation_accuracy_curve_),
        "f1": float(f1_score(data.y[validation], predicted, average="macro")),
        "test_accuracy": float(np.mean(of_test == data.y_test)),
        "test_f1": float(f1_score(data.y_test, of_test, average="macro")),
        "n_parameters": trained.model_.count_params(),
        "n_epochs": trained.n_iter_,
    }


def measure_codes(built: Mapping[str, Any], data: Data, seed: int, memory) -> dict[str, float]:
    """Train a copy of ``built["classifier"]`` on the codes of each of ``built["reducers"]``.

    The reducers see the images to train on, and no class. Codes are brought to mean 0 and deviation 1, all of a
    reducer's by the same two numbers.
    """
    train, _ = data.split(seed)
    figures = {}
    for name, reducer in built["reducers"].items():
        trained_reducer = fitted(reducer, data.X[train], memory)
        Z, Z_test = trained_reducer.transform(data.X), trained_reducer.transform(data.X_test)
        mean, deviation = Z[train].mean(), Z[train].std()
        Z, Z_test = (np.float32((codes - mean) / deviation) for codes in (Z, Z_test))
        trained = fitted_classifier(built["classifier"], Z, data, seed, memory)
        figures[f"accuracy_{name}"] = max(trained.validation_accuracy_curve_)
        figures[f"test_accuracy_{name}"] = float(np.mean(trained.predict(Z_test) == data.y_test))
    return figures
