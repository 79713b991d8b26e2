import numpy as np
import pytest
from sklearn import config_context
from sklearn.decomposition import PCA
from sklearn.metrics import get_scorer
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils import compute_class_weight

from skfashion import DenseClassifier
from skfashion.classifiers._weights import check_weights, weighted, weights_of_classes

CLASSES = np.array(["a", "b", "c"])
PLACES = np.array([0, 0, 0, 1, 2, 2])


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    X = rng.random((60, 4)).astype(np.float32)
    return X, CLASSES[np.int64(3 * X[:, 0])], rng.random(60)


def classifier(**parameters):
    parameters = {"batch_size": 16, "max_iter": 3, "tol": 0.0, "early_stopping": False, "random_state": 0, **parameters}
    return DenseClassifier((8,), **parameters)


def probabilities(fitted, X):
    return fitted.predict_proba(X)


def test_balanced_weights_are_those_of_scikit_learn():
    expected = compute_class_weight("balanced", classes=CLASSES, y=CLASSES[PLACES])
    np.testing.assert_allclose(weights_of_classes("balanced", CLASSES, PLACES, None), expected)


def test_balanced_weights_count_rows_by_their_weights():
    repeated = np.repeat(PLACES, [1, 2, 1, 3, 1, 1])
    expected = weights_of_classes("balanced", CLASSES, repeated, None)
    found = weights_of_classes("balanced", CLASSES, PLACES, np.array([1.0, 2, 1, 3, 1, 1]))
    np.testing.assert_allclose(found, expected)


def test_a_dict_leaves_other_classes_at_one():
    assert weights_of_classes({"b": 5}, CLASSES, PLACES, None).tolist() == [1, 5, 1]


def test_weights_have_a_mean_of_one_and_rows_of_weight_zero_are_left_out():
    X, places, weights = weighted(np.arange(6), PLACES, np.array([2.0, 0, 2, 2, 2, 2]), np.array([1.0, 4, 0]))
    assert (X.tolist(), places.tolist()) == ([0, 2, 3], [0, 0, 1])
    np.testing.assert_allclose(weights, [0.5, 0.5, 2])


@pytest.mark.parametrize(
    ("weights", "problem"),
    [
        ([1, -2, 1], "sample_weight has -2 in row 1"),
        ([0, 0, 0], "0 in all rows|at least one non-zero"),
        ([1, 1], "sample_weight.shape"),
    ],
)
def test_impossible_weights_are_refused(weights, problem):
    with pytest.raises(ValueError, match=problem):
        check_weights(weights, np.zeros((3, 2)))


@pytest.mark.parametrize("early_stopping", [True, False])
def test_rows_of_weight_zero_change_nothing(data, early_stopping):
    X, y, weights = data
    weights[::3] = 0
    options = {"early_stopping": early_stopping, "max_iter": 5}
    one = classifier(**options).fit(X, y, sample_weight=weights)
    kept = weights > 0
    other = classifier(**options).fit(X[kept], y[kept], sample_weight=weights[kept])
    np.testing.assert_array_equal(probabilities(one, X), probabilities(other, X))
    assert one.validation_loss_curve_ == other.validation_loss_curve_


def test_equal_weights_are_none(data):
    X, y, _ = data
    one, other = classifier().fit(X, y, np.full(60, 7.0)), classifier().fit(X, y)
    np.testing.assert_allclose(probabilities(one, X), probabilities(other, X), rtol=1e-5)
    np.testing.assert_allclose(one.loss_curve_, other.loss_curve_, rtol=1e-5)


def test_the_loss_and_the_accuracy_are_weighted_means(data):
    X, y, weights = data
    frozen = {"learning_rate_init": 1e-30, "output_alpha": 0.0, "max_iter": 1}
    fitted = classifier(**frozen).fit(X, y, weights)
    P = fitted.predict_proba(X)
    of_class = P[np.arange(60), np.searchsorted(CLASSES, y)]
    assert fitted.loss_curve_[0] == pytest.approx(np.average(-np.log(of_class), weights=weights), rel=1e-5)
    assert fitted.accuracy_curve_[0] == pytest.approx(np.average(fitted.predict(X) == y, weights=weights), rel=1e-5)


def test_a_weight_of_two_is_a_row_twice_in_one_batch(data):
    X, y, _ = data
    options = {"batch_size": 128, "shuffle": False, "learning_rate": "constant"}
    times = np.where(np.arange(60) % 2, 2, 1)
    one = classifier(**options).fit(X, y, sample_weight=times)
    other = classifier(**options).fit(np.repeat(X, times, axis=0), np.repeat(y, times))
    np.testing.assert_allclose(probabilities(one, X), probabilities(other, X), rtol=1e-4)


def test_weights_of_classes_are_those_of_their_rows(data):
    X, y, weights = data
    one = classifier(class_weight={"b": 3.0}).fit(X, y, weights)
    other = classifier().fit(X, y, np.where(y == "b", 3 * weights, weights))
    np.testing.assert_array_equal(probabilities(one, X), probabilities(other, X))


def test_held_out_rows_given_have_the_weights_of_their_classes(data):
    X, y, _ = data
    options = {"early_stopping": True, "max_iter": 1, "learning_rate_init": 1e-30, "class_weight": {"b": 3.0}}
    fitted = classifier(**options).fit(X, y, X_val=X[:20], y_val=y[:20])
    losses = -np.log(fitted.predict_proba(X[:20])[np.arange(20), np.searchsorted(CLASSES, y[:20])])
    expected = np.average(losses, weights=np.where(y[:20] == "b", 3, 1))
    assert fitted.validation_loss_curve_[0] == pytest.approx(expected, rel=1e-5)


def test_a_part_of_the_rows_is_weighted_too(data):
    X, y, weights = data
    weights[::3] = 0
    kept = weights > 0
    one = classifier().partial_fit(X, y, CLASSES, sample_weight=weights)
    other = classifier().partial_fit(X[kept], y[kept], CLASSES, sample_weight=weights[kept])
    np.testing.assert_array_equal(probabilities(one, X), probabilities(other, X))


def test_balance_cannot_be_known_from_a_part_of_the_rows(data):
    with pytest.raises(ValueError, match="class_weight='balanced' needs all rows, which partial_fit does not see"):
        classifier(class_weight="balanced").partial_fit(*data[:2], CLASSES)


def test_the_weights_of_classes_may_change_when_a_fit_continues(data):
    X, y, _ = data
    fitted = classifier(warm_start=True).fit(X, y)
    assert fitted.set_params(class_weight="balanced").fit(X, y).n_iter_ == 6


def test_weights_are_routed_through_a_pipeline_in_a_search(data):
    X, y, weights = data
    with config_context(enable_metadata_routing=True):
        net = classifier().set_fit_request(sample_weight=True)
        accuracy = get_scorer("accuracy").set_score_request(sample_weight=False)
        search = GridSearchCV(make_pipeline(PCA(2), net), {"denseclassifier__alpha": [0.0]}, scoring=accuracy, cv=3)
        search.fit(X, y, sample_weight=weights)
        pipe = make_pipeline(PCA(2), classifier()).fit(X, y)
    expected = classifier().fit(search.best_estimator_[0].transform(X), y, weights)
    np.testing.assert_array_equal(
        search.predict_proba(X), expected.predict_proba(search.best_estimator_[0].transform(X))
    )
    assert not np.array_equal(pipe.predict_proba(X), search.predict_proba(X))
