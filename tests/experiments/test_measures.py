import numpy as np
import pytest
from joblib import Memory
from sklearn.decomposition import PCA
from sklearn.metrics import f1_score

from skfashion import DenseClassifier
from skfashion.experiments._measures import fit_classifier, fitted, measure_classifier, measure_codes


@pytest.fixture
def memory(tmp_path):
    return Memory(tmp_path, verbose=0)


def test_a_fifth_of_the_training_images_validates(data):
    train, validation = data.split(0)
    assert (len(train), len(validation)) == (240, 60)
    assert sorted([*train, *validation]) == list(range(300))
    assert not np.array_equal(validation, data.split(1)[1])


def test_pixels_are_standardised_by_two_numbers_of_the_training_images(data):
    X = data.standardised(data.X)
    assert X.dtype == np.float32
    assert X.mean() == pytest.approx(0, abs=1e-4)
    assert X.std() == pytest.approx(1, abs=1e-4)
    np.testing.assert_allclose(data.standardised(data.X_test), (data.X_test - data.X.mean()) / data.X.std(), atol=1e-4)


def test_a_classifier_is_measured_on_images_that_it_was_not_trained_on(data, memory):
    classifier = DenseClassifier((16,), batch_size=16, max_iter=4, random_state=0)
    figures = measure_classifier(classifier, data, 0, memory)
    fitted_one = fit_classifier(classifier, data, 0, memory)
    of_test = fitted_one.predict(data.standardised(data.X_test))
    assert figures["test_accuracy"] == np.mean(of_test == data.y_test)
    assert figures["test_f1"] == f1_score(data.y_test, of_test, average="macro")
    assert figures["accuracy"] == max(fitted_one.validation_accuracy_curve_)
    hits = figures["accuracy"] * 60
    assert hits == pytest.approx(round(hits), abs=1e-4)
    assert not hasattr(classifier, "classes_")  # what was handed in is as it was


def test_codes_of_each_reducer_go_to_a_classifier(data, memory):
    classifier = DenseClassifier((16,), batch_size=16, max_iter=30, random_state=0)
    reducers = {f"pca_{n}": PCA(n, random_state=0) for n in (1, 30)}
    figures = measure_codes({**reducers, "classifier": classifier}, data, 0, memory)
    assert set(figures) == {"accuracy_pca_1", "accuracy_pca_30"}
    assert figures["accuracy_pca_30"] > figures["accuracy_pca_1"] + 0.2


def test_what_was_fitted_is_remembered(data, memory, monkeypatch):
    first = fitted(PCA(2, random_state=0), data, memory)
    monkeypatch.setattr(PCA, "fit", None)
    np.testing.assert_array_equal(fitted(PCA(2, random_state=0), data, memory).components_, first.components_)
