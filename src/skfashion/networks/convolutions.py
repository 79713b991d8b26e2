"""Convolutional encoders and decoders, made of plain matrix products.

Without pooling, a stage's kernel is as large as its stride, 2 x 2: each block of pixels becomes one vector, and one
dense layer, the same at every position, makes features of it. With pooling, kernels overlap: the pixels around each
pixel become one vector. Keras' own convolutions are slow on jax's CPU backend, their gradient most of all; these run at
the speed of any backend's matrix products (benchmarks/conv_ae.py).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, prod, sqrt
from typing import NamedTuple

import keras

from skfashion._utils.checks import is_count
from skfashion.engine.seeding import draw_seed
from skfashion.networks.architectures import dense_layer, keras_activation
from skfashion.networks.initializers import plain_model, uniform
from skfashion.networks.layers import OverlapAdd, Patches, Pooling

STRIDE = 2
KERNEL_SIZE = 3  # of the convolutions before a pooling


class Grid(NamedTuple):
    """The size of an image or of a map of features."""

    height: int
    width: int
    channels: int

    @property
    def strides(self):
        """Height and width of a block of pixels; 1 along a side of one pixel."""
        return min(STRIDE, self.height), min(STRIDE, self.width)

    def halved(self, channels):
        """Return the grid after a stage."""
        down, across = self.strides
        return Grid(ceil(self.height / down), ceil(self.width / across), channels)


@dataclass(frozen=True)
class Stages:
    """The stages between an image and a map of features. Each halves height and width, rounded up.

    Parameters
    ----------
    image_shape : tuple of int
        (height, width) or (height, width, channels).
    filters : sequence of int
        Features of each stage.
    activation : str, callable or None
        Activation of each stage.
    dropout : float
        Share of each stage's features that is dropped in training.
    pooling : {"max", "average"} or None
        Kind of pooling that halves an image; None: kernels of 2 x 2 pixels halve it.
    kernel_sizes : sequence of int or None
        Height and width of each stage's kernel, with pooling; None is 3.
    """

    image_shape: tuple[int, ...]
    filters: Sequence[int]
    activation: str | Callable | None = "relu"
    dropout: float = 0.0
    pooling: str | None = None
    kernel_sizes: Sequence[int] | None = None

    def __post_init__(self):
        _check_sizes("filters", self.filters)
        if self.kernel_sizes is not None:
            _check_sizes("kernel_sizes", self.kernel_sizes)
            if len(self.kernel_sizes) != len(self.filters):
                raise ValueError(
                    f"kernel_sizes={self.kernel_sizes!r} must be as many as filters={self.filters!r}, one a stage."
                )

    @property
    def grids(self):
        """The image, and the map after each stage."""
        found = [Grid(*self.image_shape, *([1] if len(self.image_shape) == 2 else []))]
        for channels in self.filters:
            found.append(found[-1].halved(int(channels)))
        return found

    def encode(self, rows):
        """Connect rows of pixels to the last map."""
        x = keras.layers.Reshape(tuple(self.grids[0]))(rows)
        for i, (before, after) in enumerate(pairwise(self.grids), start=1):
            if self.pooling:
                x = Patches(self._kernel_size(i))(x)
                x = self._convolution(i, before, after, after.channels, self.activation)(x)
                x = Pooling(self.pooling, before.strides, name=f"pooling_{i}")(x)
            else:
                x = dense_layer(after.channels, self.activation, name=f"stage_{i}")(_side_by_side(x, before))
            x = self._dropped(x, i)
        return x

    def decode(self, x, output_activation):
        """Connect the last map to rows of pixels."""
        for i, (before, after) in reversed(list(enumerate(pairwise(self.grids), start=1))):
            x = self._dropped(x, i)
            activation = output_activation if i == 1 else self.activation
            if self.pooling:  # repeat each pixel, and let it add a patch to its surroundings
                x = _cropped(keras.layers.UpSampling2D(before.strides)(x), before)
                x = self._convolution(i, before, after, self._kernel_size(i) ** 2 * before.channels, None)(x)
                x = keras.layers.Activation(keras_activation(activation))(OverlapAdd(self._kernel_size(i))(x))
            else:  # each pixel becomes a block
                width = prod(before.strides) * before.channels
                x = _apart(dense_layer(width, activation, name=f"stage_{i}")(x), before)
        return keras.layers.Flatten()(x)

    def _convolution(self, i, before, after, width, activation):
        """Return the dense layer of a stage with pooling, with the weights of a convolution (Glorot & Bengio 2010)."""
        limit = sqrt(6 / (self._kernel_size(i) ** 2 * (before.channels + after.channels)))
        return dense_layer(width, activation, name=f"stage_{i}", initializer=uniform(limit))

    def _dropped(self, x, i):
        return keras.layers.Dropout(self.dropout, seed=draw_seed(), name=f"dropout_{i}")(x) if self.dropout else x

    def _kernel_size(self, i):
        return KERNEL_SIZE if self.kernel_sizes is None else self.kernel_sizes[i - 1]


def conv_encoder(stages, n_outputs, *, output_activation=None, output_alpha=0.0, name):
    """Build a convolutional encoder.

    Parameters
    ----------
    stages : Stages
        The stages before the output, which is a dense layer.
    n_outputs : int
        Width of the output.
    output_activation : str, callable or None
        Activation of the output.
    output_alpha : float
        Strength of the L2 penalty on the output's weights: see `dense`.
    name : str
        Name of the model.

    Returns
    -------
    keras.Model
        From (n_samples, n_pixels) to (n_samples, n_outputs).
    """
    inputs = keras.Input((prod(stages.image_shape),), name=f"{name}_input")
    output = dense_layer(n_outputs, output_activation, name="output", alpha=output_alpha)
    return plain_model(inputs, output(keras.layers.Flatten()(stages.encode(inputs))), name)


def conv_decoder(n_inputs, stages, *, output_activation=None, name):
    """Build the mirror image of `conv_encoder`: from (n_samples, n_inputs) to (n_samples, n_pixels)."""
    last = stages.grids[-1]
    inputs = keras.Input((int(n_inputs),), name=f"{name}_input")
    activation = stages.activation if len(stages.filters) else output_activation
    x = dense_layer(prod(last), activation, name="spread")(inputs)
    x = stages.decode(keras.layers.Reshape(tuple(last))(x), output_activation)
    return plain_model(inputs, x, name)


def _check_sizes(name, sizes):
    if not all(is_count(n) for n in sizes):
        raise ValueError(f"{name}={sizes!r} must be integers of at least 1, one a stage.")


def _side_by_side(x, grid):
    """Make each block of pixels the features of one position: half the height and width, four times the channels."""
    down, across = grid.strides
    after = grid.halved(down * across * grid.channels)
    below, beside = after.height * down - grid.height, after.width * across - grid.width
    if below or beside:
        x = keras.layers.ZeroPadding2D(((0, below), (0, beside)))(x)
    x = keras.layers.Reshape((after.height, down, after.width, across * grid.channels))(x)
    return keras.layers.Reshape(tuple(after))(keras.layers.Permute((1, 3, 2, 4))(x))


def _apart(x, grid):
    """Make the features of each position a block of pixels of `grid`."""
    down, across = grid.strides
    after = grid.halved(1)
    x = keras.layers.Reshape((after.height, after.width, down, across * grid.channels))(x)
    x = keras.layers.Permute((1, 3, 2, 4))(x)
    return _cropped(keras.layers.Reshape((after.height * down, after.width * across, grid.channels))(x), grid)


def _cropped(x, grid):
    """Return the upper left part, of the size of `grid`."""
    below, beside = x.shape[1] - grid.height, x.shape[2] - grid.width
    return keras.layers.Cropping2D(((0, below), (0, beside)))(x) if below or beside else x
