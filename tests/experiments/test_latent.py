import numpy as np
import pytest

from skfashion.experiments import _latent
from skfashion.experiments._latent import (
    Judge,
    distance_to_nearest,
    lines,
    precision_and_recall,
    random_points,
    smoothness,
)

rng = np.random.default_rng(0)
Z = rng.multivariate_normal([5, -3], [[4, 1.5], [1.5, 1]], 2000).astype(np.float32)


def test_points_of_the_box_fill_it():
    points = random_points(Z, "box", np.random.default_rng(0))
    np.testing.assert_allclose(points.min(axis=0), Z.min(axis=0), atol=0.05)
    np.testing.assert_allclose(points.max(axis=0), Z.max(axis=0), atol=0.05)
    assert abs(np.corrcoef(points.T)[0, 1]) < 0.05


def test_points_of_the_gaussian_have_the_codes_mean_and_covariance():
    points = random_points(Z, "gaussian", np.random.default_rng(0))
    np.testing.assert_allclose(points.mean(axis=0), Z.mean(axis=0), atol=0.1)
    np.testing.assert_allclose(np.cov(points.T), np.cov(Z.T), atol=0.2)


def test_points_of_the_prior_are_standard_normal():
    points = random_points(Z, "prior", np.random.default_rng(0))
    np.testing.assert_allclose(points.mean(axis=0), 0, atol=0.05)
    np.testing.assert_allclose(np.cov(points.T), np.eye(2), atol=0.05)


def test_the_distance_is_to_the_nearest_image():
    real = np.array([[0, 0, 0, 0], [255, 255, 255, 255]], dtype=np.uint8)
    assert distance_to_nearest(np.array([[51, 51, 51, 51]]), real) == pytest.approx(0.2)
    assert distance_to_nearest(np.array([[0, 0, 0, 255]]), real) == pytest.approx(0.5)


def test_lines_are_straight_and_lead_from_code_to_code():
    along = lines(lambda points: points, Z, np.random.default_rng(0))
    assert along.shape == (_latent.N_LINES, _latent.N_STEPS + 1, 2)
    np.testing.assert_allclose(np.diff(along, n=2, axis=1), 0, atol=1e-4)
    ends = along[:, [0, -1]].reshape(-1, 2)
    nearest = np.abs(ends[:, None] - Z).sum(axis=2).min(axis=1)
    np.testing.assert_allclose(nearest, 0, atol=1e-4)


def test_even_steps_are_smooth_and_a_single_leap_is_not():
    even = np.linspace(0, 1, 21)[None, :, None]
    leap = np.float64(np.arange(21) > 9)[None, :, None]
    assert smoothness(even) == pytest.approx(1)
    assert smoothness(leap) == pytest.approx(1 / 20)
    assert smoothness(np.concatenate([even, leap])) == pytest.approx((1 + 1 / 20) / 2)


def test_a_line_leads_from_one_code_to_another():
    two = np.float32([[0, 0], [1, 1]])
    along = lines(lambda points: points, two, np.random.default_rng(0))
    assert (along[:, 0] != along[:, -1]).all()


def test_where_nothing_changes_it_is_smooth():
    still = np.ones((1, 21, 4))
    leap = np.float64(np.arange(21) > 9)[None, :, None] * np.ones(4)
    assert smoothness(still) == 1
    assert smoothness(np.concatenate([still, leap])) == pytest.approx((1 + 1 / 20) / 2)


def test_precision_and_recall_of_known_clouds():
    real = rng.standard_normal((300, 2))
    far = real + 100
    half = np.concatenate([real[:150] + 1e-3, far[:150]])
    assert precision_and_recall(real, real) == (1.0, 1.0)
    assert precision_and_recall(real, far) == (0.0, 0.0)
    far_from_0 = np.float32(1000 + np.array([real, real + 100]))  # differences are far smaller than the numbers
    assert precision_and_recall(*far_from_0) == (0.0, 0.0)
    precision, recall = precision_and_recall(real, half)
    assert precision == pytest.approx(0.5, abs=0.01)
    assert recall > 0.8  # a thinner cloud has wider balls
    one_place = real[:1] + 1e-3 * rng.standard_normal((300, 2))
    precision, recall = precision_and_recall(real, one_place)
    assert precision == 1
    assert recall < 0.05


class _Certain:
    """Is certain of bright images."""

    def predict_proba(self, X):
        p = np.where(X.mean(axis=1) > 0, 0.95, 0.5)
        return np.stack([p, 1 - p], axis=1)


def test_an_image_is_recognised_if_its_class_is_certain(data):
    bright, dark = np.full((3, 784), 255, np.uint8), np.zeros((1, 784), np.uint8)
    assert Judge(_Certain(), data, 0).recognises(np.concatenate([bright, dark])) == 0.75


def test_features_are_what_the_last_layer_is_given(data):
    from skfashion import DenseClassifier

    X = data.standardised(data.X, 0)
    classifier = DenseClassifier((7,), max_iter=1, random_state=0).fit(X, data.y)
    features = Judge(classifier, data, 0).features(data.X)
    W, b = classifier.model_.get_weights()[-2:]
    logits = features @ W + b
    np.testing.assert_allclose(
        classifier.predict_proba(X), np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True), atol=1e-5
    )
