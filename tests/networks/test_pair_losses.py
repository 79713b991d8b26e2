import numpy as np
import pytest
from keras import ops

from skfashion.networks import pair_losses

RNG = np.random.default_rng(0)
A, B = RNG.normal(size=(2, 5, 3)).astype(np.float32)
WEIGHTS = np.float32([1, 1, 1, 1, 0])  # the last row is padding
N = 4


def _of(loss, *arrays):
    return ops.convert_to_numpy(loss(*map(ops.convert_to_tensor, arrays)))


def _mean(loss):
    return np.average(_of(loss, A, B, WEIGHTS), weights=WEIGHTS)


def test_spectral_contrastive_is_its_double_sum():
    apart = np.mean([(A[i] @ B[j]) ** 2 for i in range(N) for j in range(N) if i != j])
    together = np.mean([A[i] @ B[i] for i in range(N)])
    assert _mean(pair_losses.spectral_contrastive) == pytest.approx(apart - 2 * together, rel=1e-5)


def test_simclr_is_the_cross_entropy_of_the_partner_among_all_other_rows():
    rows = np.concatenate([A[:N], B[:N]]).astype(float)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    kernel = np.exp(rows @ rows.T / pair_losses.TEMPERATURE)
    others = kernel.sum(axis=1) - kernel.diagonal()
    expected = np.mean([-np.log(kernel[i, (i + N) % (2 * N)] / others[i]) for i in range(2 * N)])
    assert _mean(pair_losses.normalized_cross_entropy) == pytest.approx(expected, rel=1e-5)


def test_vicreg_is_its_three_terms():
    invariance = np.mean(np.sum((A[:N] - B[:N]) ** 2, axis=1)) / 3
    expected = invariance
    for codes in (A[:N].astype(float), B[:N].astype(float)):
        covariance = np.cov(codes.T)
        variances = covariance.diagonal()
        expected += pair_losses.VARIANCE_WEIGHT / 2 * np.mean(np.maximum(0, 1 - np.sqrt(variances + 1e-4)))
        expected += pair_losses.COVARIANCE_WEIGHT * (np.sum(covariance**2) - np.sum(variances**2)) / 3
    assert _mean(pair_losses.variance_invariance_covariance) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("name", pair_losses.PAIR_LOSSES)
def test_padding_changes_no_loss(name):
    loss = pair_losses.PAIR_LOSSES[name]
    padded = _of(loss, A, B, WEIGHTS)[:N]
    np.testing.assert_allclose(padded, _of(loss, A[:N], B[:N], WEIGHTS[:N]), rtol=1e-5)


def test_disagreement_of_certain_and_of_uniform_heads():
    certain = np.float32([[[1, 0]], [[0, 1]]])  # two rows, one head, two clusters
    uniform = np.full_like(certain, 0.5)
    np.testing.assert_allclose(_of(pair_losses.disagreement, certain, certain), 0, atol=1e-6)
    np.testing.assert_allclose(_of(pair_losses.disagreement, uniform, uniform), np.log(2), rtol=1e-6)
    opposite = _of(pair_losses.disagreement, certain, certain[::-1])
    np.testing.assert_allclose(opposite, -np.log(pair_losses.SMALLEST), rtol=1e-6)


def test_size_divergence_is_zero_for_the_wanted_sizes_in_any_order():
    shares, sizes = np.float32([[0.1, 0.6, 0.3], [0.5, 0.25, 0.25]]), np.float32([0.6, 0.3, 0.1])
    divergence = _of(pair_losses.size_divergence, shares, sizes)
    expected = 0.5 * np.log(0.5 / 0.6) + 0.25 * np.log(0.25 / 0.3) + 0.25 * np.log(0.25 / 0.1)
    np.testing.assert_allclose(divergence, [0, expected], atol=1e-6)
    np.testing.assert_allclose(pair_losses.size_divergence(shares, sizes, np), divergence, atol=1e-6)


def test_size_divergence_from_equal_sizes_is_the_lack_of_entropy():
    shares = np.float32([[0.7, 0.2, 0.1]])
    expected = np.log(3) + np.sum(shares * np.log(shares))
    np.testing.assert_allclose(
        _of(pair_losses.size_divergence, shares, np.full(3, 1 / 3, np.float32)), expected, rtol=1e-5
    )


# Few rows, by hand


ONES = np.ones(2, np.float32)


def test_spectral_contrastive_of_two_pairs():
    A, B = np.float32([[1, 0], [0, 1]]), np.float32([[1, 0], [1, 1]])
    np.testing.assert_array_equal(_of(pair_losses.spectral_contrastive, A, B, ONES), [1 - 2, 0 - 2])


def test_vicreg_of_two_pairs():
    A, B = np.float32([[0, 0], [2, 0]]), np.float32([[0, 0], [2, 2]])
    of_variance = (0 + 1 - np.sqrt(1e-4)) / 2  # of the two components of A, with variances of 2 and 0
    of_covariance = (2**2 + 2**2) / 2  # of B
    of_batch = pair_losses.VARIANCE_WEIGHT / 2 * of_variance + pair_losses.COVARIANCE_WEIGHT * of_covariance
    loss = _of(pair_losses.variance_invariance_covariance, A, B, ONES)
    np.testing.assert_allclose(loss, [of_batch, 2 + of_batch], rtol=1e-6)


def test_a_single_pair_has_nothing_to_repel():
    A, B, weights = np.float32([[3, 0]]), np.float32([[1, 2]]), np.ones(1, np.float32)
    np.testing.assert_array_equal(_of(pair_losses.spectral_contrastive, A, B, weights), [-2 * 3])
    np.testing.assert_allclose(_of(pair_losses.normalized_cross_entropy, A, B, weights), [0], atol=1e-6)


def test_codes_are_scaled_to_length_1_unless_they_are_tiny():
    codes = np.float32([[3e-3, 4e-3], [pair_losses.SMALLEST, 0], [0, 0]])
    np.testing.assert_allclose(_of(pair_losses._unit, codes), [[0.6, 0.8], [np.sqrt(0.5), 0], [0, 0]], rtol=1e-6)


def test_size_divergence_is_finite_where_no_rows_are_wanted_and_exact_for_small_shares():
    wanted, shares = np.array([0.0, 1.0]), np.array([[0.5, 0.5], [0.0, 1.0]])
    expected = [0.5 * np.log(0.5 / pair_losses.SMALLEST**2) + 0.5 * np.log(0.5), 0]
    np.testing.assert_allclose(pair_losses.size_divergence(shares, wanted, np), expected, rtol=1e-12)
    few, equal = np.array([[1e-7, 1 - 1e-7]]), np.array([0.5, 0.5])
    entropy = np.sum(few * np.log(few))
    np.testing.assert_allclose(pair_losses.size_divergence(few, equal, np), np.log(2) + entropy, rtol=1e-12)
