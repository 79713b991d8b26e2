import numpy as np
import pytest
import scipy.integrate
import scipy.stats
from keras import ops

from skfashion.networks import losses

X = np.array([[0.0, 0.5, 1.0], [0.2, 0.4, 0.6]], np.float32)
X_HAT = np.array([[0.5, 0.5, 0.5], [0.2, 0.9, 0.6]], np.float32)


def test_squared_error_in_closed_form():
    np.testing.assert_allclose(_of(losses.squared_error, X, X_HAT), [(0.25 + 0 + 0.25) / 3, 0.25 / 3], rtol=1e-6)


def test_log_loss_in_closed_form():
    entropy = -(X * np.log(X_HAT) + (1 - X) * np.log(1 - X_HAT)).mean(axis=1)
    np.testing.assert_allclose(_of(losses.log_loss, X, X_HAT), entropy, rtol=1e-5)
    assert _of(losses.log_loss, X, X_HAT)[0] == pytest.approx(np.log(2), rel=1e-6)  # a fair coin costs one bit


def test_log_loss_is_finite_where_certainty_was_wrong():
    loss = _of(losses.log_loss, np.ones((1, 1), np.float32), np.zeros((1, 1), np.float32))
    assert loss[0] == pytest.approx(-np.log(1e-7), rel=1e-5)


def test_l2_penalty_in_closed_form():
    assert _of(lambda *kernels: losses.l2_penalty(kernels), X, X_HAT) == pytest.approx(
        0.5 * (np.sum(X**2) + np.sum(X_HAT**2)), rel=1e-6
    )


def test_gaussian_kl_of_the_prior_is_zero():
    assert _of(losses.gaussian_kl, np.zeros((1, 3), np.float32), np.zeros((1, 3), np.float32))[0] == 0


def test_gaussian_kl_matches_the_integral():
    mean, log_variance = np.float32([[0.7]]), np.float32([[-0.4]])
    z = np.linspace(-12, 12, 200_001)
    posterior = scipy.stats.norm(0.7, np.exp(-0.2))
    integral = scipy.integrate.trapezoid(posterior.pdf(z) * (posterior.logpdf(z) - scipy.stats.norm.logpdf(z)), z)
    assert _of(losses.gaussian_kl, mean, log_variance)[0] == pytest.approx(integral, rel=1e-5)


def test_gaussian_log_likelihood_is_that_of_scipy():
    expected = scipy.stats.norm(X_HAT, np.sqrt(0.3)).logpdf(X).sum(axis=1)
    variance = np.float32(0.3)
    np.testing.assert_allclose(_of(losses.gaussian_log_likelihood, X, X_HAT, variance), expected, rtol=1e-5)


def test_bernoulli_log_likelihood_is_that_of_scipy():
    ones = np.rint(X)
    expected = scipy.stats.bernoulli(X_HAT).logpmf(ones).sum(axis=1)
    np.testing.assert_allclose(_of(losses.bernoulli_log_likelihood, ones, X_HAT), expected, rtol=1e-5)


def _of(formula, *arrays):
    """A formula of tensors, for arrays."""
    return ops.convert_to_numpy(formula(*map(ops.convert_to_tensor, arrays)))


# Clusters of codes

CODES, CENTERS = np.float32([[0, 0], [3, 4]]), np.float32([[0, 0], [3, 0]])


def test_student_t_assignments_are_those_of_the_formula():
    kernel = np.array([[1, 1 / 10], [1 / 26, 1 / 17]])
    expected = kernel / kernel.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(losses.student_t_assignments(CODES, CENTERS, np), expected, rtol=1e-6)
    np.testing.assert_allclose(_of(losses.student_t_assignments, CODES, CENTERS), expected, rtol=1e-6)


def test_the_target_distribution_is_that_of_the_formula_and_sharper():
    q = np.float32([[0.6, 0.4], [0.9, 0.1], [0.5, 0.5]])
    weights = np.array([[0.36 / 2, 0.16 / 1], [0.81 / 2, 0.01 / 1], [0.25 / 2, 0.25 / 1]])
    p = losses.target_distribution(q)
    np.testing.assert_allclose(p, weights / weights.sum(axis=1, keepdims=True), rtol=1e-6)
    assert p[1, 0] > q[1, 0]


def test_equal_assignments_have_no_divergence_and_others_that_of_scipy():
    p, q = np.float32([[0.5, 0.5], [1, 0]]), np.float32([[0.5, 0.5], [0.25, 0.75]])
    np.testing.assert_allclose(_of(losses.assignment_divergence, p, q), [0, np.log(4)], atol=1e-6)


def test_the_divergence_is_finite_where_a_wanted_cluster_has_no_share():
    divergence = _of(losses.assignment_divergence, np.float32([[1, 0]]), np.float32([[0, 1]]))
    np.testing.assert_allclose(divergence, [np.log(1e12)], rtol=1e-6)


def test_half_the_squared_distance_is_that_of_the_formula():
    np.testing.assert_allclose(_of(losses.half_squared_distance, CODES, CENTERS), [0, 8])


def test_softmax_log_loss_in_closed_form():
    logits = np.log(np.float32([[1, 3], [2, 2]]))
    loss = _of(losses.softmax_log_loss, np.int32([1, 0]), logits)
    np.testing.assert_allclose(loss, -np.log([3 / 4, 1 / 2]), rtol=1e-6)


def test_log_loss_is_finite_where_a_certain_one_was_a_zero():
    loss = _of(losses.log_loss, np.zeros((1, 1), np.float32), np.ones((1, 1), np.float32))
    assert loss[0] == pytest.approx(-np.log(2**-23), rel=1e-5)  # the float32 below 1


def test_the_divergence_of_several_gaussians_for_each_row_is_a_sum_over_the_last_axis():
    mean = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    np.testing.assert_allclose(_of(losses.gaussian_kl, mean, np.zeros_like(mean)), (mean**2).sum(axis=2) / 2, rtol=1e-6)
