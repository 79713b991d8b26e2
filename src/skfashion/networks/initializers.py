"""Initial weights of dense layers.

jax compiles a program for each shape of random numbers, which can take as long as half of a first fit. So weights are
the beginning of a flat array that has one of few sizes. Their values are the same as without, except on jax before 0.5,
where numbers depend on how many are drawn.
"""

from math import prod, sqrt

import keras

from skfashion.engine.seeding import draw_seed

SMALLEST, GROWTH = 1024, 4  # sizes: 1,024, 4,096, 16,384, ...


class DrawnInBlocks(keras.initializers.Initializer):
    """A uniform initialiser whose draws have few sizes.

    Parameters
    ----------
    plain : keras.initializers.RandomInitializer
        The initialiser of Keras with the same values.
    limit : callable
        Return the largest weight for a shape, (n_inputs, n_outputs).
    """

    def __init__(self, plain, limit):
        self.plain = plain
        self.limit = limit

    def __call__(self, shape, dtype=None):
        n_weights, size = prod(shape), SMALLEST
        while size < n_weights:
            size *= GROWTH
        limit = self.limit(shape)
        block = keras.random.uniform((size,), -limit, limit, dtype, seed=self.plain.seed)
        return keras.ops.reshape(block[:n_weights], shape)


def glorot_uniform():
    """Return the initialiser of Glorot & Bengio (2010), eq. 16."""
    plain = keras.initializers.GlorotUniform(seed=draw_seed())
    return DrawnInBlocks(plain, lambda shape: sqrt(3 * (1 / (sum(shape) / 2))))


def small_uniform():
    """Return a uniform initialiser of at most 1 / sqrt(n_inputs)."""
    plain = keras.initializers.VarianceScaling(1 / 3, "fan_in", "uniform", seed=draw_seed())
    return DrawnInBlocks(plain, lambda shape: sqrt(3 * (1 / 3 / shape[0])))


def uniform(limit):
    """Return a uniform initialiser of at most `limit`."""
    plain = keras.initializers.RandomUniform(-limit, limit, seed=draw_seed())
    return DrawnInBlocks(plain, lambda _: limit)


def plain_model(inputs, outputs, name):
    """Return a model of layers that are built, with initialisers of Keras' own: a saved one is read without us."""
    model = keras.Model(inputs, outputs, name=name)
    for layer in model.layers:
        if isinstance(getattr(layer, "kernel_initializer", None), DrawnInBlocks):
            layer.kernel_initializer = layer.kernel_initializer.plain
    return model
