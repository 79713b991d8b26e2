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


def measure_classifier(classifier, data: Data, seed: int, memory) -> dict[str, float]:
    """Train on four fifths of the training images; the accuracy of the best epoch on the fifth, as paper A has it.

    Everything else is measured with the weights that early stopping has restored.
    """
    fitted = fit_classifier(classifier, data, seed, memory)
    _, validation = data.split(seed)
    predicted, of_test = (fitted.predict(data.standardised(X)) for X in (data.X[validation], data.X_test))
    return {
        "accuracy": max(fitted.validation_accuracy_curve_),
        "f1": float(f1_score(data.y[validation], predicted, average="macro")),
        "test_accuracy": float(np.mean(of_test == data.y_test)),
        "test_f1": float(f1_score(data.y_test, of_test, average="macro")),
        "n_parameters": fitted.model_.count_params(),
        "n_epochs": fitted.n_iter_,
    }


def fitted(estimator, data: Data, memory) -> Any:
    """The estimator fitted to the training images, bytes and no classes."""
    return memory.cache(_fit)(clone(estimator), data.X)


def _fit(estimator, X):
    return estimator.fit(X)


def fit_classifier(classifier, data: Data, seed: int, memory) -> Any:
    """The classifier trained on four fifths of the standardised training images, and stopped by the fifth."""
    return memory.cache(_fit_classifier)(clone(classifier), data, seed)


def _fit_classifier(classifier, data, seed):
    train, validation = data.split(seed)
    X = data.standardised(data.X)
    return classifier.fit(X[train], data.y[train], X_val=X[validation], y_val=data.y[validation])


def measure_codes(built: Mapping[str, Any], data: Data, seed: int, memory) -> dict[str, float]:
    """Train a copy of ``built["classifier"]`` on the codes of each of the reducers, which see no class.

    Codes are brought to mean 0 and deviation 1, all of a reducer's by the same two numbers. Figures are the accuracies
    of the best epoch on the validation images, by the reducers' names.
    """
    train, validation = data.split(seed)
    figures = {}
    for name, reducer in built.items():
        if name == "classifier":
            continue
        Z = clone(reducer).fit(data.X[train]).transform(data.X)
        mean, deviation = Z[train].mean(), Z[train].std()
        Z = np.float32((Z - mean) / deviation)
        classifier = clone(built["classifier"])
        classifier.fit(Z[train], data.y[train], X_val=Z[validation], y_val=data.y[validation])
        figures[f"accuracy_{name}"] = max(classifier.validation_accuracy_curve_)
    return figures
