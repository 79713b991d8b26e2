"""Layers that turn convolutions into matrix products: fast on every backend, compiled loops of jax included.

Images are arrays of shape (n_samples, height, width, channels).
"""

import keras
from keras import ops


class _PatchLayer(keras.layers.Layer):
    """Base of the layers that have a kernel size."""

    def __init__(self, kernel_size, **options):
        super().__init__(**options)
        self.kernel_size = int(kernel_size)

    def get_config(self):
        return super().get_config() | {"kernel_size": self.kernel_size}


class Patches(_PatchLayer):
    """The pixels around each pixel as its features, zeros outside the image: a dense layer of them is a convolution.

    Parameters
    ----------
    kernel_size : int
        Height and width of a patch. Its features are ordered by column, row and channel.
    """

    def call(self, x):
        _, height, width, _ = x.shape
        x = ops.pad(x, ((0, 0), *[_margin(self.kernel_size)] * 2, (0, 0)))
        x = ops.concatenate([x[:, i : i + height] for i in range(self.kernel_size)], axis=-1)
        return ops.concatenate([x[:, :, j : j + width] for j in range(self.kernel_size)], axis=-1)


class OverlapAdd(_PatchLayer):
    """The inverse direction of `Patches`: each pixel becomes the sum of the values that patches have for its place.

    Parameters
    ----------
    kernel_size : int
        Height and width of a patch; the input has the patches' features, ordered as `Patches` orders them.
    """

    def call(self, x):
        size, (_, height, width, n_features) = self.kernel_size, x.shape
        before, _ = _margin(size)
        n_channels = n_features // size  # of a column of pixels
        columns = [x[..., j * n_channels : (j + 1) * n_channels] for j in range(size)]
        x = sum(_shifted(column, 2, before - j, width) for j, column in enumerate(columns))
        n_channels //= size
        rows = [x[..., i * n_channels : (i + 1) * n_channels] for i in range(size)]
        return sum(_shifted(row, 1, before - i, height) for i, row in enumerate(rows))


class Pooling(keras.layers.Layer):
    """The largest or the average value of each block of pixels; the last pixels are repeated to fill the last blocks.

    Parameters
    ----------
    kind : {"max", "average"}
        Value of a block.
    strides : tuple of int
        Height and width of a block, 1 or 2 each.
    """

    def __init__(self, kind, strides=(2, 2), **options):
        super().__init__(**options)
        self.kind = kind
        self.strides = tuple(strides)

    def call(self, x):
        for axis, stride in enumerate(self.strides, start=1):
            if stride == 2:
                first, second = _pairs(x, axis)
                x = ops.maximum(first, second) if self.kind == "max" else 0.5 * (first + second)
        return x

    def get_config(self):
        return super().get_config() | {"kind": self.kind, "strides": self.strides}


def _margin(kernel_size):
    """Return the number of zeros before and after that keep an image's size."""
    return (kernel_size - 1) // 2, kernel_size // 2


def _shifted(x, axis, by, length):
    """Shift an array to lower indices by so many pixels, or to higher ones if negative; zeros fill the gap."""
    before, after = max(-by, 0), max(by, 0)
    x = ops.pad(x, [(before, after) if i == axis else (0, 0) for i in range(4)])
    return x[:, after : after + length] if axis == 1 else x[:, :, after : after + length]


def _pairs(x, axis):
    """Return the first and the second of each two pixels along an axis; the last is repeated if it has no second."""
    if x.shape[axis] % 2:
        last = x[:, -1:] if axis == 1 else x[:, :, -1:]
        x = ops.concatenate([x, last], axis=axis)
    x = ops.reshape(x, (-1, *x.shape[1:axis], x.shape[axis] // 2, 2, *x.shape[axis + 1 :]))
    return (x[:, :, 0], x[:, :, 1]) if axis == 1 else (x[:, :, :, 0], x[:, :, :, 1])
