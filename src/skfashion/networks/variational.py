"""The objective of variational autoencoders. Kingma & Welling 2014."""

import keras
import numpy as np
from keras import ops

from skfashion.networks.losses import bernoulli_log_likelihood, gaussian_log_likelihood
from skfashion.networks.network import Network

MOMENTUM = 0.9  # of the learned noise variance: a running mean of the squared error over some ten batches
LOG_VARIANCE_RANGE = (-20.0, 10.0)  # the encoder's outputs are clipped to it, so that exp does not overflow
HELD_OUT_SEED = 0  # the same draws for held-out rows in every epoch: their loss is a function of the weights


class VariationalNetwork(Network):
    """An encoder to Gaussians over codes, and a decoder.

    Parameters
    ----------
    encoder : keras.Model
        From rows to means and logarithms of variances, side by side, shape (n_rows, 2 * n_components).
    decoder : keras.Model
        From codes to means of rows.
    prior : Prior
        Distribution of the codes.
    loss : {"squared_error", "log_loss"}
        Gaussian or Bernoulli likelihood.
    beta : float
        Weight of the KL term.
    beta_warmup : float
        Epochs over which the weight rises from 0 to `beta`.
    noise_variance : float or None
        Variance of the Gaussian likelihood, in rescaled units. None: it is learned as the value of the greatest
        likelihood, which is the mean squared error.
    **options
        Options of `Network`. Outputs of the decoder are multiplied by `rescale`.
    """

    term_names = ("reconstruction", "kl")

    def __init__(self, encoder, decoder, prior, *, loss, beta=1.0, beta_warmup=0, noise_variance=None, **options):
        super().__init__([encoder, decoder], **options)
        self.encoder = encoder
        self.decoder = decoder
        self.prior = prior
        self.loss = loss
        self.beta = float(beta)
        self.beta_warmup = float(beta_warmup)
        self.fixed_noise_variance = noise_variance
        self.n_components = encoder.output_shape[-1] // 2
        # Sums of squared errors and of their weights; the epochs trained, and one row as a share of an epoch.
        self._counts = keras.Variable(np.zeros(4, np.float32), trainable=False, name="counts")

    @property
    def own_variables(self):
        return [self._counts, *self.prior.variables]

    @property
    def settings(self):
        likelihood = self.loss, self.fixed_noise_variance
        prior = type(self.prior), *self.prior.settings
        return *likelihood, *prior, self.beta, self.beta_warmup, *super().settings

    def prepare(self, n_rows):
        """Store the number of rows of an epoch, for the warm-up."""
        counts = np.array(ops.convert_to_numpy(self._counts.value))
        counts[3] = 1 / n_rows
        self._counts.assign(counts)

    @property
    def noise_variance(self):
        """Variance of the Gaussian likelihood, a scalar tensor; 1 before the first step."""
        if self.fixed_noise_variance is not None:
            return ops.convert_to_tensor(np.float32(self.fixed_noise_variance))
        squares, weight = self._counts[0], self._counts[1]
        return ops.where(weight > 0, ops.maximum(squares / ops.maximum(weight, 1e-7), 1e-7), 1.0)

    # Inference

    def posterior(self, rows):
        """Return means and logarithms of variances of the codes, shape (n_rows, 2 * n_components)."""
        return ops.concatenate(self._posterior(self.scale(rows), training=False), axis=1)

    def encode(self, rows):
        """Return the posterior means, shape (n_rows, n_components)."""
        return self._posterior(self.scale(rows), training=False)[0]

    def decode(self, codes):
        """Return the means of rows in the units of the training data, shape (n_rows, n_features)."""
        x = self.run(self.decoder, ops.cast(codes, "float32"), training=False)
        return x if self.rescale is None else x * self.rescale

    def log_likelihood(self, rows_and_codes):
        """Return the logarithm of p(row | code) in nats for a pair of rows and codes, shape (n_rows,)."""
        rows, codes = rows_and_codes
        x_hat = self.run(self.decoder, ops.cast(codes, "float32"), training=False)
        return self._log_likelihood(self.scale(rows), x_hat)

    # Training

    def terms(self, batch, weights=None):
        training = weights is not None
        x, corrupted = self.target_and_input(batch, training)
        mean, log_variance = self._posterior(corrupted, training)
        if training:
            reconstruction = self._train_reconstruction(x, mean, log_variance, weights)
        else:
            reconstruction = self._held_out_reconstruction(x, mean, log_variance)
        return {"reconstruction": reconstruction, "kl": self.prior.kl(mean, log_variance)}

    def total(self, terms, *, training):
        """Combine the terms to nats a feature, since the losses of autoencoders are means over the features."""
        n_features = self.decoder.output_shape[-1]
        beta = self._beta_now() if training else self.beta
        return (terms["reconstruction"] + beta * terms["kl"]) / n_features

    def _posterior(self, x, training):
        codes = self.run(self.encoder, x, training=training)
        return codes[:, : self.n_components], ops.clip(codes[:, self.n_components :], *LOG_VARIANCE_RANGE)

    def _train_reconstruction(self, x, mean, log_variance, weights):
        """Return minus the log-likelihood at one draw a row, after the noise variance was updated by the batch."""
        draw = keras.random.normal(ops.shape(mean), seed=self.seed_generator)
        x_hat = self.run(self.decoder, mean + ops.exp(0.5 * log_variance) * draw, training=True)
        square = ops.sum(weights * ops.mean(ops.square(x - x_hat), axis=1)) / ops.sum(weights)
        squares, weight, epochs, share = (self._counts[i] for i in range(4))
        self._counts.assign(
            ops.stack(
                [
                    MOMENTUM * squares + (1 - MOMENTUM) * ops.stop_gradient(square),
                    MOMENTUM * weight + (1 - MOMENTUM),
                    epochs + share * ops.sum(weights),
                    share,
                ]
            )
        )
        return -self._log_likelihood(x, x_hat)

    def _held_out_reconstruction(self, x, mean, log_variance):
        """Return minus the log-likelihood, a mean of two draws of opposite sign for each place in a batch."""
        draw = keras.random.normal(ops.shape(mean), seed=HELD_OUT_SEED)
        codes = [mean + ops.exp(0.5 * log_variance) * d for d in (draw, -draw)]
        x_hats = [self.run(self.decoder, z, training=False) for z in codes]
        return -sum(self._log_likelihood(x, x_hat) for x_hat in x_hats) / len(x_hats)

    def _log_likelihood(self, x, x_hat):
        if self.loss == "log_loss":
            return bernoulli_log_likelihood(x, x_hat)
        return gaussian_log_likelihood(x, x_hat, self.noise_variance)

    def _beta_now(self):
        if not self.beta_warmup:
            return self.beta
        return self.beta * ops.minimum(self._counts[2] / self.beta_warmup, 1.0)
