"""Functions that build convolutional encoders and decoders out of plain matrix products.

A stage's kernel is as large as its stride, 2 x 2: neighbouring pixels are laid side by side, and one dense layer, the
same at every position, makes features of them. Keras' strided convolutions, whose kernels overlap, are slow on jax's
processor backend, above all in their gradient; these run at the speed of any backend's matrix products
(benchmarks/conv_ae.py).
"""

from math import ceil
from typing import NamedTuple

import keras

from skfashion.networks.architectures import dense_layer
from skfashion.networks.seeding import draw_seed

STRIDE = 2


class Grid(NamedTuple):
    """The size of an image or of a map of features."""

    height: int
    width: int
    channels: int

    @property
    def strides(self):
        """How many pixels are taken together; along a side of one pixel, one."""
        return min(STRIDE, self.height), min(STRIDE, self.width)

    def halved(self, channels):
        """The grid behind a stage."""
        down, across = self.strides
        return Grid(ceil(self.height / down), ceil(self.width / across), channels)


def grids(image_shape, filters):
    """The image, and the grid behind each stage."""
    found = [Grid(*image_shape, *([1] if len(image_shape) == 2 else []))]
    for channels in filters:
        found.append(found[-1].halved(int(channels)))
    return found


def conv_encoder(image_shape, filters, n_outputs, *, activation, output_activation, dropout, name):
    """Build a convolutional encoder of rows of pixels.

    Parameters
    ----------
    image_shape : tuple of int
        (height, width) or (height, width, channels).
    filters : sequence of int
        Features that each stage makes; each halves height and width, rounded up.
    n_outputs : int
        Width of the output.
    activation, output_activation : str, callable or None
        Activation of the stages and of the output.
    dropout : float
        Share of each stage's features that is dropped while training.
    name : str
        Name of the model.

    Returns
    -------
    keras.Model
        From (n_samples, n_pixels) to (n_samples, n_outputs).
    """
    image, *maps = grids(image_shape, filters)
    inputs = keras.Input((image.height * image.width * image.channels,), name=f"{name}_input")
    x = keras.layers.Reshape(tuple(image))(inputs)
    for i, (before, after) in enumerate(zip([image, *maps], maps, strict=False), start=1):
        x = dense_layer(after.channels, activation, name=f"stage_{i}")(_side_by_side(x, before))
        if dropout:
            x = keras.layers.Dropout(dropout, seed=draw_seed(), name=f"dropout_{i}")(x)
    x = keras.layers.Flatten()(x)
    return keras.Model(inputs, dense_layer(n_outputs, output_activation, name="output")(x), name=name)


def conv_decoder(n_inputs, image_shape, filters, *, activation, output_activation, dropout, name):
    """Build the mirror image of `conv_encoder`: from (n_samples, n_inputs) to (n_samples, n_pixels)."""
    image, *maps = grids(image_shape, filters)
    last = maps[-1] if maps else image
    inputs = keras.Input((int(n_inputs),), name=f"{name}_input")
    n_features = last.height * last.width * last.channels
    x = dense_layer(n_features, activation if maps else output_activation, name="spread")(inputs)
    x = keras.layers.Reshape(tuple(last))(x)
    befores = [image, *maps][:-1]
    for i, before in reversed(list(enumerate(befores, start=1))):
        if dropout:
            x = keras.layers.Dropout(dropout, seed=draw_seed(), name=f"dropout_{i}")(x)
        down, across = before.strides
        last_activation = output_activation if i == 1 else activation
        x = dense_layer(down * across * before.channels, last_activation, name=f"stage_{i}")(x)
        x = _apart(x, before)
    return keras.Model(inputs, keras.layers.Flatten()(x), name=name)


def _side_by_side(x, grid):
    """Blocks of pixels as features of one position: half the height and the width, four times the channels."""
    down, across = grid.strides
    after = grid.halved(down * across * grid.channels)
    below, beside = after.height * down - grid.height, after.width * across - grid.width
    if below or beside:
        x = keras.layers.ZeroPadding2D(((0, below), (0, beside)))(x)
    x = keras.layers.Reshape((after.height, down, after.width, across * grid.channels))(x)
    return keras.layers.Reshape(tuple(after))(keras.layers.Permute((1, 3, 2, 4))(x))


def _apart(x, grid):
    """The way back, to `grid`: features of one position as a block of pixels."""
    down, across = grid.strides
    after = grid.halved(1)
    x = keras.layers.Reshape((after.height, after.width, down, across * grid.channels))(x)
    x = keras.layers.Permute((1, 3, 2, 4))(x)
    x = keras.layers.Reshape((after.height * down, after.width * across, grid.channels))(x)
    below, beside = after.height * down - grid.height, after.width * across - grid.width
    return keras.layers.Cropping2D(((0, below), (0, beside)))(x) if below or beside else x
