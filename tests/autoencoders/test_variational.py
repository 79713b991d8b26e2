import numpy as np
import pytest
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfashion import DenseVAE

quick = {"max_iter": 3, "random_state": 0}
BUSY = {"hidden_layer_sizes": (8,), "dropout": 0.2, "noise": 0.1, "alpha": 0.1, "early_stopping": True}


@parametrize_with_checks(
    [
        DenseVAE(max_iter=3),
        DenseVAE(max_iter=2, beta=4.0, beta_warmup=1, **BUSY),
        DenseVAE(max_iter=2, noise_variance=0.5, rescale=9.0),
    ]
)
def test_scikit_learns_whole_suite(estimator, check):
    check(estimator)


@pytest.mark.filterwarnings("ignore:X (has|does not have valid) feature names")  # the checks themselves mix the two
@pytest.mark.parametrize(
    "check",
    [
        estimator_checks.check_param_validation,
        estimator_checks.check_set_output_transform_pandas,
        estimator_checks.check_transformer_get_feature_names_out,
        estimator_checks.check_dataframe_column_names_consistency,
    ],
    ids=lambda check: check.__name__,
)
def test_checks_that_the_suite_leaves_out(check):
    check("DenseVAE", DenseVAE(max_iter=2))


# A linear network is probabilistic PCA


@pytest.fixture(scope="module")
def linear():
    """Rows of a linear-Gaussian model, and a linear VAE that has learned them."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2000, 3)) @ rng.normal(size=(3, 10)) + 0.5 * rng.normal(size=(2000, 10))
    X -= X.mean(axis=0)
    vae = DenseVAE(3, max_iter=150, n_iter_no_change=150, batch_size=500, warm_start=True, random_state=0)
    for learning_rate_init in (3e-2, 1e-2, 3e-3, 1e-3):  # falling, as noisy gradients need it to come to rest
        vae.set_params(learning_rate_init=learning_rate_init).fit(X)
    return X, vae


@pytest.mark.once
def test_the_bound_reaches_the_likelihood_of_probabilistic_pca(linear):
    X, vae = linear
    assert vae.score(X) == pytest.approx(PCA(3).fit(X).score(X), abs=0.05)  # nats


@pytest.mark.once
def test_the_noise_is_that_of_probabilistic_pca(linear):
    X, vae = linear
    assert vae.noise_variance_ == pytest.approx(PCA(3).fit(X).noise_variance_, rel=0.02)


def test_the_bounds_are_below_the_likelihood_and_the_importance_weighted_one_is_tighter(linear):
    X, vae = linear
    weights, offset = (layer.numpy() for layer in vae.decoder_.trainable_variables)
    covariance = weights.T @ weights + vae.noise_variance_ * np.eye(10)
    centred = X - offset
    _, log_determinant = np.linalg.slogdet(2 * np.pi * covariance)
    squares = np.einsum("ij,ij->i", centred, np.linalg.solve(covariance, centred.T).T)
    likelihood = -0.5 * (squares + log_determinant).mean()
    elbo = vae.score_samples(X, n_draws=64).mean()
    tighter = vae.score_samples(X, n_draws=64, importance_weighted=True).mean()
    assert elbo < tighter < likelihood + 0.01
    assert likelihood - tighter < 0.25 * (likelihood - elbo) + 0.01


# What it is


def test_transform_is_the_mean_of_the_posterior(images):
    vae = DenseVAE(3, **quick).fit(images)
    mean, log_variance = vae.posterior(images)
    np.testing.assert_array_equal(vae.transform(images), mean)
    assert mean.shape == log_variance.shape == (300, 3)
    assert log_variance.max() < 1


def test_the_encoder_gives_means_and_log_variances(images):
    vae = DenseVAE(3, hidden_layer_sizes=(5,), **quick).fit(images)
    assert vae.encoder_.output_shape == (None, 6)
    assert vae.decoder_.input_shape == (None, 3)


def test_the_score_does_not_depend_on_the_company_of_a_row(images):
    vae = DenseVAE(3, **quick).fit(images)
    scores = vae.score_samples(images)
    assert scores.std() > 1e-3 * abs(scores.mean())
    np.testing.assert_allclose(vae.score_samples(images[::-1])[::-1], scores, rtol=1e-5)
    np.testing.assert_allclose(vae.score_samples(images[7:8]), scores[7:8], rtol=1e-5)


@pytest.mark.once
def test_samples_follow_from_their_seed_and_look_like_the_data(images):
    vae = DenseVAE(
        3, output_activation="logistic", rescale=255.0, learning_rate_init=1e-2, max_iter=150, random_state=0
    )
    vae.fit(np.uint8(255 * images))
    first, again, other = (vae.sample(50, random_state=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.shape == (50, 784)
    assert abs(first.mean() - 255 * images.mean()) < 30  # in the units of the data


def test_terms_of_the_loss_have_curves(images):
    vae = DenseVAE(3, beta=2.0, **quick).fit(images)
    total = (np.array(vae.reconstruction_curve_) + 2.0 * np.array(vae.kl_curve_)) / 784
    np.testing.assert_allclose(vae.loss_curve_, total, rtol=1e-4)
    assert min(vae.kl_curve_) > 0
    vae.set_params(warm_start=True).partial_fit(images)
    assert len(vae.kl_curve_) == len(vae.loss_curve_) == 4


def test_warm_up_starts_without_the_kl_term(images):
    vae = DenseVAE(3, beta=2.0, beta_warmup=1000, **quick).fit(images)
    np.testing.assert_allclose(vae.loss_curve_, np.array(vae.reconstruction_curve_) / 784, rtol=0.01)
    short = DenseVAE(3, beta=2.0, beta_warmup=1, **quick).fit(images)
    total = (np.array(short.reconstruction_curve_) + 2.0 * np.array(short.kl_curve_)) / 784
    np.testing.assert_allclose(short.loss_curve_[1:], total[1:], rtol=1e-4)


@pytest.mark.once
def test_a_greater_beta_keeps_the_codes_nearer_to_the_prior(images):
    kl = [DenseVAE(3, beta=beta, max_iter=30, random_state=0).fit(images).kl_curve_[-1] for beta in (0.1, 1.0, 30.0)]
    assert kl[0] > kl[1] > kl[2]


def test_a_fixed_noise_variance_stays(images):
    assert DenseVAE(3, noise_variance=0.25, **quick).fit(images).noise_variance_ == 0.25
    assert DenseVAE(3, loss="log_loss", **quick).fit(images).noise_variance_ is None


@pytest.mark.once
def test_the_learned_noise_variance_is_the_mean_squared_error(images):
    vae = DenseVAE(3, max_iter=300, learning_rate_init=1e-4, random_state=0).fit(images)
    mean, log_variance = vae.posterior(images)
    draw = np.random.default_rng(0).normal(size=mean.shape)
    x_hat = vae.inverse_transform(mean + np.exp(0.5 * log_variance) * draw)
    assert vae.noise_variance_ == pytest.approx(np.mean((images - x_hat) ** 2), rel=0.05)


def test_fits_are_reproducible(images):
    fits = [DenseVAE(3, beta_warmup=2, max_iter=3, random_state=seed).fit(images) for seed in (0, 0, 1)]
    np.testing.assert_array_equal(fits[0].transform(images), fits[1].transform(images))
    assert fits[0].score(images) == fits[1].score(images) != fits[2].score(images)


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ({"beta": -1.0}, "'beta' parameter"),
        ({"beta_warmup": -1}, "'beta_warmup' parameter"),
        ({"noise_variance": 0.0}, "'noise_variance' parameter"),
        ({"n_components": 0}, "'n_components' parameter"),
        ({"code_activation": "relu"}, "'code_activation' parameter"),
    ],
)
def test_parameters_out_of_range_are_named_and_nothing_is_fitted(images, params, problem):
    vae = clone(DenseVAE()).set_params(**params)
    with pytest.raises(ValueError, match=problem):
        vae.fit(images)
    assert not hasattr(vae, "n_iter_")


def test_what_needs_a_fit_says_so(images):
    for call in (lambda vae: vae.posterior(images), lambda vae: vae.sample(), lambda vae: vae.noise_variance_):
        with pytest.raises(NotFittedError):
            call(DenseVAE())


def test_wrong_input_is_an_error(images):
    vae = DenseVAE(3, **quick).fit(images)
    with pytest.raises(ValueError, match="Z has 2 columns but n_components=3"):
        vae.inverse_transform(np.zeros((1, 2)))
    with pytest.raises(ValueError, match="n_samples=0 must be"):
        vae.sample(0)
    with pytest.raises(ValueError, match="n_draws=0 must be"):
        vae.score_samples(images, n_draws=0)
    with pytest.raises(ValueError, match="Input X contains NaN"):
        vae.posterior(np.full((1, 784), np.nan))
