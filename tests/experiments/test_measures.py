import numpy as np
import pytest
from joblib import Memory
from sklearn.decomposition import PCA
from sklearn.metrics import f1_score

from skfashion import DenseClassifier
from skfashion.experiments._measures import combined_f1, fitted, measure_classifier, measure_codes


def test_a_fifth_of_the_training_images_validates(data):
    train, validation = data.split(0)
    assert (len(train), len(validation)) == (240, 60)
    assert sorted([*train, *validation]) == list(range(300))
    assert not np.array_equal(validation, data.split(1)[1])


def test_pixels_are_standardised_by_two_numbers_of_the_training_images(data):
    train, _ = data.split(3)
    X = data.standardised(data.X[train], 3)
    assert X.dtype == np.float32
    assert X.mean() == pytest.approx(0, abs=1e-4)
    assert X.std() == pytest.approx(1, abs=1e-4)
    mean, deviation = data.X[train].mean(), data.X[train].std()
    np.testing.assert_allclose(data.standardised(data.X_test, 3), (data.X_test - mean) / deviation, atol=1e-4)


def test_a_classifier_is_measured_on_images_that_it_was_not_trained_on(data, memory):
    classifier = DenseClassifier((16,), batch_size=16, max_iter=4, random_state=0)
    values = measure_classifier(classifier, data, 0, memory)
    train, validation = data.split(0)
    X = data.standardised(data.X, 0)
    by_hand = DenseClassifier((16,), batch_size=16, max_iter=4, random_state=0)
    by_hand.fit(X[train], data.y[train], X_val=X[validation], y_val=data.y[validation])
    of_test = by_hand.predict(data.standardised(data.X_test, 0))
    assert values["accuracy"] == max(by_hand.validation_accuracy_curve_)
    assert values["f1"] == combined_f1(data.y[validation], by_hand.predict(X[validation]))
    assert values["test_accuracy"] == np.mean(of_test == data.y_test)
    assert values["test_f1"] == combined_f1(data.y_test, of_test)
    assert not hasattr(classifier, "classes_")  # what was handed in is as it was


def test_the_combined_f1_is_the_harmonic_mean_of_the_classes():
    y, predicted = [0, 0, 0, 1, 1, 1], [0, 0, 0, 0, 1, 1]
    first, second = f1_score(y, predicted, average=None)
    assert combined_f1(y, predicted) == pytest.approx(2 / (1 / first + 1 / second))
    assert combined_f1(y, [0] * 6) == 0


class Watched(PCA):
    """Remembers what it was fitted to."""

    seen = []

    def fit(self, X, y=None):
        self.seen.append((X.copy(), y))
        return super().fit(X, y)


def test_reducers_see_the_images_to_train_on_and_no_class(data):
    Watched.seen.clear()
    classifier = DenseClassifier((16,), batch_size=16, max_iter=3, random_state=0)
    measure_codes({"reducers": {"pca": Watched(2)}, "classifier": classifier}, data, 0, Memory(None))
    ((X, y),) = Watched.seen
    np.testing.assert_array_equal(X, data.X[data.split(0)[0]])
    assert y is None


def test_codes_of_each_reducer_go_to_a_classifier(data, memory):
    classifier = DenseClassifier((16,), batch_size=16, max_iter=30, random_state=0)
    reducers = {f"pca_{n}": PCA(n, random_state=0) for n in (1, 30)}
    values = measure_codes({"reducers": reducers, "classifier": classifier}, data, 0, memory)
    for score in ("accuracy", "test_accuracy"):
        assert values[f"{score}_pca_30"] > values[f"{score}_pca_1"] + 0.2


def test_what_was_fitted_is_remembered(data, memory, monkeypatch):
    first = fitted(PCA(2, random_state=0), data.X, memory)
    monkeypatch.setattr(PCA, "fit", None)
    np.testing.assert_array_equal(fitted(PCA(2, random_state=0), data.X, memory).components_, first.components_)
