"""The objectives of networks that learn from pairs of rows: an encoder, and many heads of clusters."""

import keras
import numpy as np
from keras import ops

from skfashion.engine.variables import set_values
from skfashion.networks.network import Network
from skfashion.networks.pair_losses import PAIR_LOSSES, disagreement, size_divergence


class PairNetwork(Network):
    """Base of the networks that learn from pairs. A batch is the first rows of the pairs, and the second ones."""

    def pair(self, batch, weights):
        """Return both rows of all pairs, shape (2 * n_rows, n_features), and the weights of the pairs."""
        rows, partners = batch
        if weights is None:
            weights = ops.ones(ops.shape(rows)[0])
        return ops.concatenate([self.scale(rows), self.scale(partners)]), weights


class ContrastiveNetwork(PairNetwork):
    """An encoder whose codes, after a linear map, bring pairs together and others apart.

    Parameters
    ----------
    encoder : keras.Model
        From rows to hidden features, shape (n_rows, n_hidden).
    projector : keras.Model
        From hidden features to codes, shape (n_rows, n_components).
    loss : {"spectral", "simclr", "vicreg"}
        Loss of the pairs.
    **options
        Options of `Network`.
    """

    term_names = ("contrastive",)

    def __init__(self, encoder, projector, *, loss, **options):
        super().__init__([encoder, projector], **options)
        self.encoder = encoder
        self.projector = projector
        self.loss = loss

    @property
    def settings(self):
        return self.loss, *super().settings

    def hidden(self, rows):
        """Return hidden features, shape (n_rows, n_hidden)."""
        return self.run(self.encoder, self.scale(rows), training=False)

    def encode(self, rows):
        """Return codes, shape (n_rows, n_components)."""
        return self.run(self.projector, self.hidden(rows), training=False)

    def terms(self, batch, weights=None):
        training = weights is not None
        x, weights = self.pair(batch, weights)
        hidden = self.run(self.encoder, x, training=training)
        first, second = ops.split(self.run(self.projector, hidden, training=training), 2)
        return {"contrastive": PAIR_LOSSES[self.loss](first, second, weights)}


FIRST_BALANCE = 0.1  # share of the weight of the sizes that a rise begins with


class HeadsNetwork(PairNetwork):
    """Many linear maps from features to soft clusters, each trained on its own by SCAN's loss.

    Parameters
    ----------
    heads : keras.Model
        From rows to the logits of all heads, shape (n_rows, n_heads * n_clusters).
    n_heads : int
        Number of heads.
    balance : float
        Weight of the clusters' sizes at the end.
    **options
        Options of `Network`.
    """

    term_names = ("disagreement", "imbalance")

    def __init__(self, heads, n_heads, *, balance, **options):
        super().__init__([heads], **options)
        self.heads = heads
        self.n_heads = n_heads
        self.balance = float(balance)
        self.n_clusters = heads.output_shape[-1] // n_heads
        shapes = {"means": heads.input_shape[-1], "deviations": heads.input_shape[-1], "sizes": self.n_clusters}
        self._constants = [keras.Variable(np.ones(n, np.float32), trainable=False, name=k) for k, n in shapes.items()]
        self._rise = keras.Variable(np.array([1, 0], np.float32), trainable=False, name="rise")  # share done; of a row

    @property
    def own_variables(self):
        return [*self._constants, self._rise]

    @property
    def settings(self):
        return self.n_heads, self.balance, *super().settings

    def start(self, means, deviations, sizes, n_rising):
        """Take the mean and the deviation of each feature, and the shares of rows that clusters are drawn to.

        The weight of the sizes rises over `n_rising` rows of training; 0: it is the whole from the start.
        """
        rise = [0, 1 / n_rising] if n_rising else [1, 0]
        set_values(self.own_variables, [np.asarray(value, np.float32) for value in (means, deviations, sizes, rise)])

    def scale(self, rows):
        means, deviations, _ = self._constants
        return (ops.cast(rows, "float32") - means.value) / deviations.value

    def assign(self, rows):
        """Return the soft clusters of all heads, shape (n_rows, n_heads, n_clusters)."""
        return self._soft_clusters(self.scale(rows), training=False)

    def terms(self, batch, weights=None):
        training = weights is not None
        x, weights = self.pair(batch, weights)
        P, Q = ops.split(self._soft_clusters(x, training=training), 2)
        if training:
            done, share = self._rise[0], self._rise[1]
            self._rise.assign(ops.stack([ops.minimum(done + share * ops.sum(weights), 1), share]))
        imbalance = (self._imbalance(P, weights) + self._imbalance(Q, weights)) / 2
        return {
            "disagreement": ops.sum(disagreement(P, Q), axis=1),
            "imbalance": ops.broadcast_to(imbalance, ops.shape(weights)),
        }

    def total(self, terms, *, training):
        balance = self.balance * FIRST_BALANCE ** (1 - self._rise[0]) if training else self.balance
        return terms["disagreement"] + balance * terms["imbalance"]

    def _imbalance(self, P, weights):
        """Return the divergence of the clusters' shares from the wanted sizes, a sum over the heads."""
        shares = ops.sum(weights[:, None, None] * P, axis=0) / ops.sum(weights)  # (n_heads, n_clusters)
        return ops.sum(size_divergence(shares, self._constants[2].value))

    def _soft_clusters(self, x, training):
        logits = self.run(self.heads, x, training=training)
        logits = ops.reshape(logits, (-1, self.n_heads, self.n_clusters))
        return ops.exp(logits - ops.logsumexp(logits, axis=2, keepdims=True))  # Keras' softmax warns of one cluster
