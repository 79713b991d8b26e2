"""The objectives of autoencoders whose codes form clusters."""

import keras
import numpy as np
from keras import ops

from skfashion.engine.variables import get_values, set_values
from skfashion.networks.autoencoder import AutoencoderNetwork
from skfashion.networks.losses import (
    RECONSTRUCTION_LOSSES,
    assignment_divergence,
    half_squared_distance,
    student_t_assignments,
)
from skfashion.networks.priors import GaussianMixture
from skfashion.networks.variational import VariationalNetwork


class ClusteringNetwork(AutoencoderNetwork):
    """Base of the autoencoders with centres of clusters among their codes.

    An affine map lies between the encoder and the codes, and its inverse between them and the decoder. It is not
    trained. A batch is rows with targets, shape (n_rows, n_clusters), that were computed from all rows.

    Parameters
    ----------
    encoder, decoder : keras.Model
        From rows to codes and back.
    n_clusters : int
        Number of centres.
    gamma : float or None
        Weight of the clustering loss; that of the reconstruction is 1. None trains without the reconstruction.
    **options
        Options of `AutoencoderNetwork`.
    """

    term_names = ("reconstruction", "clustering")
    has_trained_centers = True

    def __init__(self, encoder, decoder, n_clusters, *, gamma, **options):
        super().__init__(encoder, decoder, **options)
        self.gamma = None if gamma is None else float(gamma)
        n_components = encoder.output_shape[-1]
        shape = n_clusters, n_components
        self.centers = keras.Variable(np.zeros(shape, np.float32), trainable=self.has_trained_centers, name="centers")
        zeros, unit = np.zeros(n_components, np.float32), np.eye(n_components, dtype=np.float32)
        values = {"mean": zeros, "whitening": unit, "inverse": unit}
        self._whitening = [keras.Variable(value, trainable=False, name=name) for name, value in values.items()]

    @property
    def own_variables(self):
        return [self.centers, *self._whitening]

    @property
    def settings(self):
        return self.gamma, *super().settings

    def start(self, other, *clusters):
        """Take the weights of a trained autoencoder, and clusters of its codes: see `set_clusters`."""
        copy_weights(other, self)
        self.set_clusters(*clusters)

    def set_clusters(self, centers, counts, whitening=None):
        """Replace the centres, and the map to whitened codes if there is one: a mean, a matrix and its inverse.

        `counts`, shape (n_clusters,), are the numbers of the codes of the centres.
        """
        if whitening is not None:
            set_values(self._whitening, [np.asarray(value, np.float32) for value in whitening])
        self.centers.assign(centers)

    def plain_codes(self, rows):
        """Return the codes of the encoder, which are not whitened, shape (n_rows, n_components)."""
        return super().encode(rows)

    def encode(self, rows):
        """Return whitened codes, shape (n_rows, n_components)."""
        return self._whitened(self.plain_codes(rows))

    def decode(self, codes):
        """Return rows in the units of the training data, shape (n_rows, n_features)."""
        return super().decode(self._unwhitened(ops.cast(codes, "float32")))

    def _whitened(self, codes):
        mean, matrix, _ = self._whitening
        return ops.matmul(codes - mean.value, matrix.value)

    def _unwhitened(self, codes):
        mean, _, inverse = self._whitening
        return ops.matmul(codes, inverse.value) + mean.value

    def assign(self, rows):
        """Return soft clusters, shape (n_rows, n_clusters)."""
        return student_t_assignments(self.encode(rows), self.centers.value)

    def terms(self, batch, weights=None):
        rows, targets = batch
        training = weights is not None
        x, corrupted = self.target_and_input(rows, training)
        codes = self._whitened(self.run(self.encoder, corrupted, training=training))
        clustering = self._clustering(codes, targets, weights)
        if self.gamma is None:  # the decoder stays as it is
            return {"reconstruction": ops.zeros_like(clustering), "clustering": clustering}
        x_hat = self.run(self.decoder, self._unwhitened(codes), training=training)
        return {"reconstruction": RECONSTRUCTION_LOSSES[self.loss](x, x_hat), "clustering": clustering}

    def total(self, terms, *, training):
        weight = 1.0 if self.gamma is None else self.gamma
        return terms["reconstruction"] + weight * terms["clustering"]

    def _clustering(self, codes, targets, weights):
        """Return the clustering loss of each row, shape (n_rows,)."""
        raise NotImplementedError


class SharpenedNetwork(ClusteringNetwork):
    """Soft clusters that approach sharper ones: DEC (Xie et al. 2016) and IDEC (Guo et al. 2017)."""

    def _clustering(self, codes, targets, weights):
        return assignment_divergence(targets, student_t_assignments(codes, self.centers.value))


class CenteredNetwork(ClusteringNetwork):
    """Codes that approach the centre of their cluster: DCN (Yang et al. 2017).

    Each batch moves the centres to the running means of their codes (eq. 8): no gradient reaches them. Targets have a 1
    in the column of a row's cluster.
    """

    has_trained_centers = False

    def __init__(self, encoder, decoder, n_clusters, **options):
        super().__init__(encoder, decoder, n_clusters, **options)
        self._counts = keras.Variable(np.zeros(n_clusters, np.float32), trainable=False, name="counts")

    @property
    def own_variables(self):
        return [*super().own_variables, self._counts]

    def set_clusters(self, centers, counts, whitening=None):
        super().set_clusters(centers, counts, whitening)
        self._counts.assign(counts)

    def _clustering(self, codes, targets, weights):
        if weights is not None:
            self._move_centers(ops.stop_gradient(codes), targets * weights[:, None])
        centers = ops.stop_gradient(ops.matmul(targets, self.centers.value))
        return half_squared_distance(codes, centers)

    def _move_centers(self, codes, members):
        """Move each centre to the mean of its codes so far, by the codes of a batch; `members` has shape (n, k)."""
        added = ops.sum(members, axis=0)  # (n_clusters,)
        counts = self._counts.value + added
        moves = ops.matmul(ops.transpose(members), codes) - added[:, None] * self.centers.value
        self.centers.assign(self.centers.value + moves / ops.maximum(counts, 1)[:, None])
        self._counts.assign(counts)


class MixtureNetwork(VariationalNetwork):
    """A variational autoencoder whose prior is a mixture of Gaussians, one for each cluster: VaDE (Jiang et al. 2017).

    Its objective is minus the ELBO of eq. 12; the terms of the codes and clusters are `GaussianMixture.kl`.
    """

    def __init__(self, encoder, decoder, n_clusters, **options):
        shape = n_clusters, decoder.input_shape[-1]
        prior = GaussianMixture(np.full(n_clusters, 1 / n_clusters), np.zeros(shape), np.ones(shape))
        super().__init__(encoder, decoder, prior, **options)

    @property
    def centers(self):
        """Means of the clusters, a variable of shape (n_clusters, n_components)."""
        return self.prior.means

    def start(self, other, *clusters):
        """Take the weights of a trained network, its noise variance, and clusters of its codes: see `set_clusters`."""
        copy_weights(other, self)
        set_values([self._counts], get_values([other._counts]))
        self.set_clusters(*clusters)

    def set_clusters(self, weights, means, variances):
        """Replace the parameters of the prior."""
        self.prior.assign(weights, means, variances)

    def plain_codes(self, rows):
        """Return the means of the codes, shape (n_rows, n_components)."""
        return self.encode(rows)

    def assign(self, rows):
        """Return soft clusters of the means of the codes, shape (n_rows, n_clusters)."""
        return self.prior.responsibilities(self.encode(rows))


def copy_weights(source, target):
    """Copy the weights of the encoder and the decoder of a network to those of another."""
    for theirs, mine in ((source.encoder, target.encoder), (source.decoder, target.decoder)):
        set_values(mine.variables, get_values(theirs.variables))


def soft_reset(model, fresh, strength):
    """Mix a share `strength` of the weights of a fresh model into each layer but the last one. Miklautz et al. 2025."""
    layers = [layer for layer in model.layers if layer.trainable_variables][:-1]
    for layer in layers:
        values = get_values(layer.trainable_variables)
        others = get_values(fresh.get_layer(layer.name).trainable_variables)
        mixed = [(1 - strength) * value + strength * other for value, other in zip(values, others, strict=True)]
        set_values(layer.trainable_variables, mixed)
