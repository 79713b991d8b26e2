import numpy as np
import pytest
from scipy.stats import multivariate_normal
from sklearn.datasets import make_blobs
from sklearn.frozen import FrozenEstimator
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfashion import DenseAE, DenseVAE, VaDE, load, save
from skfashion.metrics import hungarian_accuracy_score

SMALL = DenseVAE(2, beta=0.0, max_iter=20, tol=0, batch_size=16, learning_rate_init=1e-2)
pytestmark = pytest.mark.filterwarnings("ignore:.*of the labels still changed:sklearn.exceptions.ConvergenceWarning")


@pytest.mark.once
@parametrize_with_checks(
    [VaDE(3, autoencoder=SMALL, max_iter=5, batch_size=16), VaDE(2, autoencoder=SMALL, max_iter=3, update_interval=2)]
)
def test_scikit_learns_whole_suite(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def blobs():
    return make_blobs(300, 8, centers=4, cluster_std=0.7, random_state=0)


@pytest.fixture(scope="module")
def fitted(blobs):
    return VaDE(4, autoencoder=SMALL, max_iter=10, tol=0, random_state=0).fit(blobs[0])


def parameters_of(model):
    """Return the weights, means and variances of the prior."""
    from keras import ops

    log_weights, means, log_variances = map(ops.convert_to_numpy, model._network.network.prior.variables)
    return np.exp(log_weights) / np.exp(log_weights).sum(), means, np.exp(log_variances)


def test_blobs_are_found_and_new_rows_follow(fitted, blobs):
    X, y = blobs
    assert hungarian_accuracy_score(y, fitted.labels_) > 0.98
    np.testing.assert_array_equal(fitted.predict(X), fitted.labels_)
    assert fitted.transform(X).shape == (300, 2)
    np.testing.assert_allclose(fitted.inverse_transform(fitted.cluster_centers_).shape, (4, 8))


def test_soft_clusters_are_those_of_the_mixture(fitted, blobs):
    Z = fitted.transform(blobs[0][:20])
    joint = [w * multivariate_normal(m, np.diag(v)).pdf(Z) for w, m, v in zip(*parameters_of(fitted), strict=True)]
    np.testing.assert_allclose(fitted.predict_proba(blobs[0][:20]), (joint / np.sum(joint, axis=0)).T, atol=1e-4)


def test_training_raises_the_bound_and_moves_the_mixture(blobs):
    X, _ = blobs
    first, last = (VaDE(4, autoencoder=SMALL, max_iter=n, tol=0, random_state=0).fit(X) for n in (1, 10))
    assert last.clustering_loss_curve_[-1] < last.clustering_loss_curve_[0]
    assert all((a != b).any() for a, b in zip(parameters_of(first), parameters_of(last), strict=True))


def test_the_beta_of_the_autoencoder_is_for_the_pretraining_alone(blobs):
    from skfashion.engine.fitted import FittedNetwork

    network = FittedNetwork(VaDE(4, autoencoder=SMALL)._blueprint(), (8,), 0).network
    assert (network.beta, network.beta_warmup) == (1.0, 0)


def test_the_noise_of_the_pretraining_is_kept(blobs):
    from skfashion.deep._run import pretrained

    autoencoder = DenseVAE(**SMALL.get_params()).set_params(random_state=0).fit(blobs[0])
    run = pretrained(VaDE(4, autoencoder=FrozenEstimator(autoencoder)), blobs[0], 0)
    assert float(run.network.network.noise_variance) == autoencoder.noise_variance_ != 1


def test_a_fit_is_bitwise_repeatable(blobs):
    X, _ = blobs
    first, second = (VaDE(4, autoencoder=SMALL, max_iter=2, random_state=3).fit(X) for _ in range(2))
    np.testing.assert_array_equal(first.transform(X), second.transform(X))
    np.testing.assert_array_equal(first.cluster_centers_, second.cluster_centers_)


def test_a_further_fit_continues_as_if_it_was_never_interrupted(blobs):
    X, _ = blobs
    model = VaDE(4, autoencoder=SMALL, max_iter=1, tol=0, warm_start=True, random_state=0).fit(X).fit(X)
    whole = VaDE(4, autoencoder=SMALL, max_iter=2, tol=0, random_state=0).fit(X)
    assert model.n_iter_ == whole.n_iter_ == 2
    np.testing.assert_array_equal(model.transform(X), whole.transform(X))
    assert model.label_change_curve_ == whole.label_change_curve_


def test_of_several_fits_the_one_that_agrees_with_the_others_is_kept(blobs):
    model = VaDE(4, autoencoder=SMALL, max_iter=2, n_init=3, random_state=0).fit(blobs[0])
    assert hungarian_accuracy_score(blobs[1], model.labels_) > 0.98


def test_it_can_be_saved(fitted, blobs, tmp_path):
    save(fitted, tmp_path / "model.skfashion")
    loaded = load(tmp_path / "model.skfashion")
    np.testing.assert_array_equal(loaded.predict_proba(blobs[0]), fitted.predict_proba(blobs[0]))


class Interrupter:
    """A callback that acts as Ctrl-C in the second epoch."""

    def on_epoch_end(self, epoch, logs):
        if epoch == 1:
            raise KeyboardInterrupt


def test_an_interrupt_keeps_whole_epochs(blobs):
    model = VaDE(4, autoencoder=SMALL, max_iter=5, tol=0, callbacks=[Interrupter()], random_state=0)
    with pytest.raises(KeyboardInterrupt):
        model.fit(blobs[0])
    np.testing.assert_array_equal(model.predict(blobs[0]), model.labels_)


def test_other_autoencoders_are_refused(blobs):
    with pytest.raises(ValueError, match="autoencoder is a DenseAE, whose codes are no distributions; pass DenseVAE"):
        VaDE(4, autoencoder=DenseAE(2)).fit(blobs[0])


def test_the_mixture_begins_with_the_moments_of_the_groups_of_codes():
    codes = np.float32([[0, 0], [2, 0], [100, 0], [102, 0], [100, 0], [102, 0]])
    weights, means, variances = VaDE(2)._clusters_of(codes, seed=0)
    least = 0.01 * codes[:, 0].astype(float).var() / 2 + 1e-6  # a share of the mean variance of the two components
    order = np.argsort(weights)
    np.testing.assert_allclose(weights[order], [1 / 3, 2 / 3], rtol=1e-9)
    np.testing.assert_allclose(means[order], [[1, 0], [101, 0]], atol=1e-9)
    np.testing.assert_allclose(variances[order], [[1 + least, least]] * 2, rtol=1e-6)


def test_equal_codes_have_a_variance_above_0():
    _, means, variances = VaDE(1)._clusters_of(np.full((4, 2), 3, np.float32), seed=0)
    np.testing.assert_allclose(means, [[3, 3]])
    np.testing.assert_allclose(variances, [[1e-6, 1e-6]], rtol=1e-6)
