import numpy as np
import pytest
import sklearn.mixture
from keras import ops
from scipy.stats import multivariate_normal

from skfashion.networks.priors import GaussianMixture, StandardNormal

MEAN, LOG_VARIANCE = np.array([[0.3, -1.0], [2.0, 0.5]]), np.array([[-1.0, 0.2], [0.1, -0.5]])
MIXTURE = ([0.3, 0.7], [[0.0, 1.0], [2.0, -1.0]], [[1.0, 0.5], [0.3, 2.0]])


def _expectation(prior, n_draws=200_000):
    """KL(q || prior) by draws from q."""
    rng, found = np.random.default_rng(0), []
    for mean, log_variance in zip(MEAN, LOG_VARIANCE, strict=True):
        deviation = np.exp(0.5 * log_variance)
        Z = mean + deviation * rng.standard_normal((n_draws, 2))
        log_q = multivariate_normal(mean, np.diag(deviation**2)).logpdf(Z)
        found.append(np.mean(log_q - prior.log_density(Z, np)))
    return np.array(found)


def test_the_divergence_from_the_standard_normal_is_the_expectation():
    prior = StandardNormal(2)
    np.testing.assert_allclose(prior.kl(MEAN, LOG_VARIANCE, np), _expectation(prior), atol=0.01)


def test_the_divergence_from_a_mixture_is_bounded_from_above():
    prior = GaussianMixture(*MIXTURE)
    assert (prior.kl(MEAN, LOG_VARIANCE, np) > _expectation(prior) - 0.01).all()


def test_the_bound_is_exact_where_the_components_are_far_apart():
    weights, means, variances = MIXTURE
    prior = GaussianMixture(weights, means + np.array([[0.0], [20.0]]), variances)
    np.testing.assert_allclose(prior.kl(MEAN, LOG_VARIANCE, np), _expectation(prior), atol=0.01)


def test_a_mixture_of_one_standard_component_is_the_standard_normal():
    mixture, normal = GaussianMixture([1.0], np.zeros((1, 2)), np.ones((1, 2))), StandardNormal(2)
    np.testing.assert_allclose(mixture.kl(MEAN, LOG_VARIANCE, np), normal.kl(MEAN, LOG_VARIANCE, np), rtol=1e-6)
    np.testing.assert_allclose(mixture.log_density(MEAN, np), normal.log_density(MEAN, np), rtol=1e-6)


def test_the_density_of_a_mixture_is_that_of_its_components():
    weights, means, variances = map(np.array, MIXTURE)
    densities = [multivariate_normal(m, np.diag(v)).pdf(MEAN) for m, v in zip(means, variances, strict=True)]
    np.testing.assert_allclose(GaussianMixture(*MIXTURE).log_density(MEAN, np), np.log(weights @ densities), rtol=1e-5)


def test_the_bound_is_vades_with_the_best_clusters():
    """Jiang et al. 2017, eq. 12: sum_c q(c) (KL(q(z) || p(z|c)) + log(q(c) / p(c))), smallest at the best q(c)."""
    weights, means, variances = map(np.array, MIXTURE)
    components = [GaussianMixture([1.0], m[None], v[None]) for m, v in zip(means, variances, strict=True)]
    divergences = np.transpose([component.kl(MEAN, LOG_VARIANCE, np) for component in components])
    best = weights * np.exp(-divergences)
    best /= best.sum(axis=1, keepdims=True)  # (n_samples, n_clusters)
    bound = GaussianMixture(*MIXTURE).kl(MEAN, LOG_VARIANCE, np)
    np.testing.assert_allclose(bound, (best * (divergences + np.log(best / weights))).sum(axis=1), rtol=1e-5)
    other = GaussianMixture(*MIXTURE).responsibilities(MEAN, np)
    assert (bound < (other * (divergences + np.log(other / weights))).sum(axis=1)).all()


def test_responsibilities_are_those_of_scikit_learn():
    weights, means, variances = map(np.array, MIXTURE)
    mixture = sklearn.mixture.GaussianMixture(2, covariance_type="diag")
    mixture.weights_, mixture.means_, mixture.covariances_ = weights, means, variances
    mixture.precisions_cholesky_ = variances**-0.5
    np.testing.assert_allclose(
        GaussianMixture(*MIXTURE).responsibilities(MEAN, np), mixture.predict_proba(MEAN), rtol=1e-5
    )


def test_a_mixture_takes_other_parameters():
    prior, other = GaussianMixture([0.5, 0.5], np.zeros((2, 2)), np.ones((2, 2))), GaussianMixture(*MIXTURE)
    prior.assign(*map(np.array, MIXTURE))
    np.testing.assert_array_equal(prior.log_density(MEAN, np), other.log_density(MEAN, np))


@pytest.mark.parametrize(
    "prior", [StandardNormal(2), GaussianMixture(*MIXTURE)], ids=lambda prior: type(prior).__name__
)
def test_tensors_and_arrays_give_the_same(prior):
    mean, log_variance = (ops.convert_to_tensor(np.float32(array)) for array in (MEAN, LOG_VARIANCE))
    for of_tensors, of_arrays in (
        (prior.kl(mean, log_variance), prior.kl(MEAN, LOG_VARIANCE, np)),
        (prior.log_density(mean), prior.log_density(MEAN, np)),
    ):
        np.testing.assert_allclose(ops.convert_to_numpy(of_tensors), of_arrays, rtol=1e-5)


def test_draws_have_the_moments_of_the_prior():
    weights, means, variances = map(np.array, MIXTURE)
    Z = GaussianMixture(*MIXTURE).sample(200_000, np.random.RandomState(0))
    np.testing.assert_allclose(Z.mean(axis=0), weights @ means, atol=0.02)
    np.testing.assert_allclose(Z.var(axis=0), weights @ (variances + means**2) - (weights @ means) ** 2, rtol=0.02)


class _Wide(StandardNormal):
    def __init__(self, n_components, scale):
        super().__init__(n_components)
        self.scale = scale

    @property
    def settings(self):
        return (self.scale,)

    def kl(self, mean, log_variance, xp=ops):
        return self.scale * super().kl(mean, log_variance, xp)


def test_priors_with_other_settings_are_compiled_apart():
    from skfashion.autoencoders import DenseVAE
    from skfashion.engine.fitted import FittedNetwork
    from skfashion.engine.rows import Rows

    X, divergences = np.random.default_rng(0).random((8, 6), dtype=np.float32), []
    for scale in (1, 100):
        fitted = FittedNetwork(DenseVAE(2), (6,), 0)
        fitted.network.prior = _Wide(2, scale)
        divergences.append(fitted.apply("term_rows", Rows(X))[:, 2])
    np.testing.assert_allclose(divergences[1], 100 * divergences[0], rtol=1e-5)
