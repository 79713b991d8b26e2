"""The variational autoencoder as a scikit-learn transformer. Subclasses add an architecture."""

from abc import ABC
from dataclasses import dataclass
from numbers import Integral, Real
from typing import ClassVar

import numpy as np
from scipy.special import logsumexp
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skfashion._utils.checks import check_count
from skfashion.autoencoders._base import BaseAutoencoder, check_targets
from skfashion.autoencoders._draws import draws_of_rows

MAX_ROWS = 10_000  # scored at once, to bound memory


@dataclass(kw_only=True, eq=False, repr=False)
class BaseVariationalAutoencoder(BaseAutoencoder, ABC):
    """Base of the variational autoencoders: everything but the architecture.

    `build_encoder` is asked for ``2 * n_components`` outputs: the means of the codes, then the logarithms of their
    variances. `DenseVAE` describes the parameters and attributes.
    """

    beta: float = 1.0
    beta_warmup: int = 0
    noise_variance: float | str = "learn"

    _parameter_constraints: ClassVar[dict] = {
        **BaseAutoencoder._parameter_constraints,
        "code_activation": [None],
        "beta": [Interval(Real, 0, None, closed="left")],
        "beta_warmup": [Interval(Integral, 0, None, closed="left")],
        "noise_variance": [StrOptions({"learn"}), Interval(Real, 0, None, closed="neither")],
    }

    def build_network(self, sizes, seed):
        """Build the encoder, the decoder and their objective."""
        from skfashion.networks.priors import StandardNormal
        from skfashion.networks.variational import VariationalNetwork

        (n_features,) = sizes
        encoder, decoder = self._build_models(n_features)
        prior = StandardNormal(self.n_components)
        return VariationalNetwork(encoder, decoder, prior, **self._network_options(n_features, seed))

    @property
    def _n_code_values(self):
        return 2 * self.n_components  # a mean and a variance for each component

    def _network_options(self, n_features, seed):
        noise_variance = None if self.noise_variance == "learn" else self.noise_variance
        options = {"beta": self.beta, "beta_warmup": self.beta_warmup, "noise_variance": noise_variance}
        return super()._network_options(n_features, seed) | options

    def _curves(self, curves):
        terms = {f"{name}_curve_": curves.training.get(name, []) for name in ("reconstruction", "kl")}
        return super()._curves(curves) | terms

    @property
    def noise_variance_(self):
        """Variance of the Gaussian likelihood, in rescaled units; None if the likelihood is Bernoulli's."""
        network = self._fitted_network()
        return None if network.loss == "log_loss" else float(network.noise_variance)

    def posterior(self, X):
        """Encode rows as Gaussians over codes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows in the units of the training data.

        Returns
        -------
        mean : ndarray of shape (n_samples, n_components)
            What `transform` returns.
        log_variance : ndarray of shape (n_samples, n_components)
            Natural logarithms of the variances, held between -20 and 10.
        """
        return self._halves(self._apply("posterior", X))

    def _halves(self, both):
        return both[:, : self._n_features_out], both[:, self._n_features_out :]

    def sample(self, n_samples=1, random_state=None):
        """Decode draws from the prior, N(0, I).

        Parameters
        ----------
        n_samples : int, default=1
            Number of draws.
        random_state : int, RandomState or None, default=None
            Source of the draws.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            Means of the likelihood, in the units of the training data; its noise is not added.
        """
        prior = self._fitted_network().prior
        check_count("n_samples", n_samples)
        codes = prior.sample(n_samples, check_random_state(random_state))
        return self.inverse_transform(codes.astype(np.float32))

    def score_samples(self, X, *, n_draws=8, importance_weighted=False):
        """Bound the log-likelihood of each row from below; higher is better.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows in the units of the training data.
        n_draws : int, default=8
            Codes that are drawn for each row, in pairs of opposite sign. The random numbers follow from the row itself:
            its score does not depend on other rows.
        importance_weighted : bool, default=False
            False: the evidence lower bound (ELBO) at ``beta=1``. True: the importance-weighted bound of Burda et al.
            (2016), which rises towards the log-likelihood with `n_draws`.

        Returns
        -------
        ndarray of shape (n_samples,)
            Nats, of the row in rescaled units.

        References
        ----------
        Y. Burda, R. Grosse and R. Salakhutdinov (2016), Importance weighted autoencoders, ICLR.
        """
        check_is_fitted(self)
        check_count("n_draws", n_draws)
        X = self._validate_rows(X, reset=False)
        check_targets(X, self._network.blueprint.loss, self._network.blueprint.rescale)
        starts = range(0, len(X), MAX_ROWS)
        bounds = [self._bound(X[i : i + MAX_ROWS], n_draws, importance_weighted) for i in starts]
        return np.concatenate(bounds).astype(X.dtype if X.dtype.kind == "f" else np.float32)

    def _bound(self, X, n_draws, importance_weighted):
        mean, log_variance = (part.astype(np.float64) for part in self._halves(self._infer("posterior", X)))
        prior = self._network.network.prior
        log_likelihoods, log_ratios = np.empty((2, n_draws, len(X)))  # log_ratios: of the prior to the posterior
        for i, draw in enumerate(draws_of_rows(X, n_draws, mean.shape[1])):
            Z = mean + np.exp(0.5 * log_variance) * draw
            log_likelihoods[i] = self._infer("log_likelihood", X, targets=Z)
            log_posterior = -0.5 * np.sum(log_variance + draw**2 + np.log(2 * np.pi), axis=1)
            log_ratios[i] = prior.log_density(Z, np) - log_posterior
        if importance_weighted:
            return logsumexp(log_likelihoods + log_ratios, axis=0) - np.log(n_draws)
        return log_likelihoods.mean(axis=0) - prior.kl(mean, log_variance, np)
