"""Priors of the codes of variational autoencoders.

Methods take the module of their arrays as `xp`: `keras.ops` in training, numpy for sums in double precision.
"""

import math
from abc import ABC, abstractmethod
from typing import Any

import keras
import numpy as np
from keras import ops

from skfashion.networks.losses import gaussian_kl

LOG_2_PI = math.log(2 * math.pi)


class Prior(ABC):
    """Distribution of codes of shape (n_components,)."""

    @property
    def variables(self) -> list:
        """Keras variables of the prior: they are trained with the network."""
        return []

    @property
    def settings(self) -> tuple:
        """Values that the methods depend on, other than the variables: priors with other values are compiled apart."""
        return ()

    @abstractmethod
    def kl(self, mean, log_variance, xp=ops):
        """Return the divergence of N(mean, exp(log_variance)) from the prior, or a bound above, shape (n_samples,)."""

    @abstractmethod
    def log_density(self, codes, xp=ops):
        """Return the log-density of codes in nats, shape (n_samples,)."""

    @abstractmethod
    def sample(self, n_samples, random_state) -> np.ndarray:
        """Draw codes from a numpy RandomState, shape (n_samples, n_components)."""


class StandardNormal(Prior):
    """The prior N(0, I). Kingma & Welling 2014."""

    def __init__(self, n_components):
        self.n_components = n_components

    def kl(self, mean, log_variance, xp=ops):
        return gaussian_kl(mean, log_variance, xp)

    def log_density(self, codes, xp=ops):
        return -0.5 * (xp.sum(xp.square(codes), axis=1) + self.n_components * LOG_2_PI)

    def sample(self, n_samples, random_state):
        return random_state.standard_normal((n_samples, self.n_components))


class GaussianMixture(Prior):
    """Mixture of Gaussians with diagonal covariances, trained with the network. Jiang et al. 2017 (VaDE).

    Parameters
    ----------
    weights : array-like of shape (n_clusters,)
        Initial weights of the components; they sum to 1.
    means, variances : array-like of shape (n_clusters, n_components)
        Initial means and variances.
    """

    def __init__(self, weights, means, variances):
        self.log_weights = keras.Variable(np.float32(np.log(weights)), name="log_weights")
        self.means = keras.Variable(np.float32(means), name="means")
        self.log_variances = keras.Variable(np.float32(np.log(variances)), name="log_variances")

    @property
    def variables(self):
        return [self.log_weights, self.means, self.log_variances]

    def assign(self, weights, means, variances):
        """Replace the parameters."""
        for variable, value in zip(self.variables, (np.log(weights), means, np.log(variances)), strict=True):
            variable.assign(np.float32(value))

    def kl(self, mean, log_variance, xp=ops):
        """Return the bound of Hershey & Olsen (2007), eq. 18, which is exact if the components are far apart.

        It is the last four terms of VaDE's eq. 12, with their sign changed, at the q(c|x) for which they are largest:
        proportional to the weight times exp(-KL(q(z|x) || p(z|c))).
        """
        log_weights, means, log_variances = self._parameters(xp)
        scaled_means = (mean[:, None] - means) / xp.exp(0.5 * log_variances)  # (n_samples, n_clusters, n_components)
        divergences = gaussian_kl(scaled_means, log_variance[:, None] - log_variances, xp)
        return -_logsumexp(log_weights - divergences, xp)

    def log_density(self, codes, xp=ops):
        return _logsumexp(self._log_joint(codes, xp), xp)

    def responsibilities(self, codes, xp=ops):
        """Return p(c|z) of codes z, shape (n_samples, n_clusters). Jiang et al. 2017, eq. 16."""
        log_joint = self._log_joint(codes, xp)
        return xp.exp(log_joint - _logsumexp(log_joint, xp)[:, None])

    def sample(self, n_samples, random_state):
        log_weights, means, log_variances = self._parameters(np)
        clusters = random_state.choice(len(log_weights), n_samples, p=np.exp(log_weights) / np.exp(log_weights).sum())
        draws = random_state.standard_normal((n_samples, means.shape[1]))
        return means[clusters] + np.exp(0.5 * log_variances[clusters]) * draws

    def _log_joint(self, codes, xp):
        """Return the logarithm of p(z, c), shape (n_samples, n_clusters)."""
        log_weights, means, log_variances = self._parameters(xp)
        squares = xp.square(codes[:, None] - means) / xp.exp(log_variances)  # (n_samples, n_clusters, n_components)
        return log_weights - 0.5 * xp.sum(squares + log_variances + LOG_2_PI, axis=-1)

    def _parameters(self, xp):
        log_weights, means, log_variances = (_value(variable, xp) for variable in self.variables)
        return log_weights - _logsumexp(log_weights[None], xp), means, log_variances


def _value(variable, xp) -> Any:
    return np.float64(ops.convert_to_numpy(variable.value)) if xp is np else variable.value


def _logsumexp(x, xp):
    """Return log(sum(exp(x))) of each row, shape (n_rows,)."""
    largest = xp.max(x, axis=1, keepdims=True)
    return largest[:, 0] + xp.log(xp.sum(xp.exp(x - largest), axis=1))
