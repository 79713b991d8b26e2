"""The networks that `benchmarks.epochs` and `benchmarks.transform` measure, and the bare matrix products in them."""

import itertools
from dataclasses import dataclass

import numpy as np

BATCH_SIZE = 256


@dataclass(frozen=True)
class Network:
    """A dense autoencoder with a decoder that mirrors the encoder."""

    widths: tuple[int, ...]  # from the input to the code
    n_rows: int
    n_epochs: int = 4  # timed at once

    @property
    def name(self):
        return "-".join(map(str, self.widths)) + (", mirrored" if len(self.widths) > 2 else f"-{self.widths[0]}")

    @property
    def hidden(self):
        return self.widths[1:-1]

    @property
    def n_components(self):
        return self.widths[-1]

    @property
    def all_widths(self):
        """Return the widths from the input to the output."""
        return *self.widths, *reversed(self.widths[:-1])

    def images(self):
        """Load n training images of Fashion-MNIST, float32 in [0, 1]."""
        from skfashion import fetch_fashion_mnist

        return fetch_fashion_mnist().data[: self.n_rows].astype(np.float32) / 255


NETWORKS = {
    "shallow": Network((784, 84), 60_000),
    "middle": Network((784, 256, 64, 10), 60_000),
    "deep": Network((784, 1500, 1000, 500, 10), 12_800, n_epochs=8),
}


def products_of_an_epoch(network):
    """Return a function that computes only the matrix products of an epoch's training steps, on jax.

    For each layer: the forward product, the product for the gradient of the weights, and, except for the first layer,
    the product for the gradient of its input. Any training must do at least this. The batches are prepared, and
    compiled loops of 16 steps run over them.
    """
    import jax

    widths = network.all_widths
    rng = np.random.default_rng(0)
    weights = [rng.standard_normal(shape, np.float32) / 30 for shape in itertools.pairwise(widths)]
    weights = jax.device_put(weights)
    batches = jax.device_put(network.images()[: 16 * BATCH_SIZE].reshape(16, BATCH_SIZE, -1))

    def step(i, gradients):
        inputs = [batches[i]]
        for W in weights:
            inputs.append(inputs[-1] @ W)
        g, gradients = inputs.pop(), []
        for W, x in zip(reversed(weights), reversed(inputs), strict=True):
            gradients.append(x.T @ g)
            if len(gradients) < len(weights):
                g = g @ W.T
        return gradients

    run = jax.jit(lambda n_steps: jax.lax.fori_loop(0, n_steps, step, list(reversed(weights))))
    n_steps = -(-network.n_rows // BATCH_SIZE)

    def epoch():
        gradients = [run(min(16, n_steps - start)) for start in range(0, n_steps, 16)]
        jax.block_until_ready(gradients)

    return epoch


def products_of_transform(network, batch_size):
    """Return a function that only multiplies all rows by the encoder's weights on jax, from numpy to numpy."""
    import jax

    widths = network.widths
    weights = [np.zeros(shape, np.float32) for shape in itertools.pairwise(widths)]

    @jax.jit
    def encode(rows, weights):
        for W in weights:
            rows = rows @ W
        return rows

    X, weights = network.images(), jax.device_put(weights)
    codes = np.empty((len(X), network.n_components), np.float32)

    def run():
        results = [encode(X[start : start + batch_size], weights) for start in range(0, len(X), batch_size)]
        for start, result in zip(range(0, len(X), batch_size), results, strict=True):
            codes[start : start + batch_size] = result
        return codes

    return run
