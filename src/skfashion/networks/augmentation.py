"""Random changes of images in training: seeded, for a whole batch at once, compiled with the training step.

Shifts, scales, flips and blurs are linear in the rows and in the columns of an image: two small matrices per image.
Rotations are not, and are interpolated after them.
"""

from dataclasses import dataclass
from functools import partial
from math import inf, nextafter, pi
from numbers import Real

import keras
from keras import ops

MIN_BLUR = 1e-3  # in pixels: smaller blurs change nothing


@dataclass(frozen=True)
class ImageAugmentation:
    """Random changes of each image of a batch; 0 leaves out a kind of change.

    Parameters
    ----------
    image_shape : tuple of int
        (height, width) or (height, width, channels).
    shift : float
        Largest shift in either direction along each axis, in pixels. Zeros fill the gap.
    scale : float
        The image is scaled about its centre by a factor between 1 - scale and 1 + scale; in [0, 1).
    flip : float
        Probability that left and right are exchanged.
    brightness : float
        Values are multiplied by a factor between 1 - brightness and 1 + brightness, and stay within the range of their
        image; in [0, 1].
    blur : float
        Largest standard deviation of a Gaussian blur, in pixels.
    rotation : float
        Largest angle in either direction, about the centre, in degrees. Zeros fill the corners.
    gamma : float
        Values, as shares of the range of their image, are raised to a power between exp(-gamma) and exp(gamma).

    Examples
    --------
    >>> import numpy as np
    >>> from keras.random import SeedGenerator
    >>> from skfashion.networks.augmentation import ImageAugmentation
    >>> mirrored = ImageAugmentation((1, 3), flip=1.0)(np.float32([[1, 2, 3]]), SeedGenerator(0))
    >>> mirrored.tolist()
    [[3.0, 2.0, 1.0]]
    """

    image_shape: tuple[int, ...]
    shift: float = 0.0
    scale: float = 0.0
    flip: float = 0.0
    brightness: float = 0.0
    blur: float = 0.0
    rotation: float = 0.0
    gamma: float = 0.0

    def __post_init__(self):
        for name, (below, rule) in _BOUNDS.items():
            value = getattr(self, name)
            if not (isinstance(value, Real) and 0 <= float(value) < below):
                raise ValueError(f"augment has {name}={value!r}, which must be {rule}.")

    def __call__(self, rows, seed):
        """Change rows of pixels, shape (n_rows, n_pixels); `seed` is a `keras.random.SeedGenerator`."""
        n_rows, n_pixels = ops.shape(rows)[0], rows.shape[1]
        height, width = self.image_shape[:2]
        x = ops.reshape(rows, (-1, height, width, n_pixels // (height * width)))
        down, across = self._matrices(n_rows, seed)
        if down is not None:
            x = ops.einsum("nij,njwc->niwc", down, x)
            x = ops.einsum("nkw,nhwc->nhkc", across, x)
        if self.rotation:
            x = self._rotated(x, n_rows, seed)
        x = ops.reshape(x, (-1, n_pixels))
        if self.gamma:
            x = self._with_gamma(x, n_rows, seed)
        return self._brightened(x, n_rows, seed) if self.brightness else x

    def _matrices(self, n_rows, seed):
        """Return the matrices for rows and for columns of the images, (n_rows, side, side) each, or None twice."""
        uniform = partial(keras.random.uniform, (n_rows, 1), seed=seed)
        matrices = self._warps(uniform) if self.shift or self.scale or self.flip else (None, None)
        if self.blur:
            deviation = uniform(MIN_BLUR, MIN_BLUR + self.blur)
            blurs = [_gaussian(side, deviation) for side in self.image_shape[:2]]
            matrices = [b if m is None else ops.matmul(b, m) for b, m in zip(blurs, matrices, strict=True)]
        return matrices

    def _warps(self, uniform):
        """Return matrices that shift, scale and flip."""
        factor = uniform(1 - self.scale, 1 + self.scale)
        sign = 1 - 2 * ops.cast(uniform(0.0, 1.0) < self.flip, "float32")
        down, across = (uniform(-1.0, 1.0) * self.shift for _ in range(2))
        height, width = self.image_shape[:2]
        return _interpolation(height, 1 / factor, down), _interpolation(width, sign / factor, across)

    def _rotated(self, x, n_rows, seed):
        angle = keras.random.uniform((n_rows,), -1.0, 1.0, seed=seed) * (self.rotation * pi / 180)
        cos, sin, zeros = ops.cos(angle), ops.sin(angle), ops.zeros(n_rows)
        middle, across = ((side - 1) / 2 for side in self.image_shape[:2])
        of_column = [cos, -sin, across - cos * across + sin * middle]
        of_row = [sin, cos, middle - sin * across - cos * middle]
        maps = ops.stack([*of_column, *of_row, zeros, zeros], axis=1)
        return ops.image.affine_transform(x, maps, data_format="channels_last")

    def _with_gamma(self, x, n_rows, seed):
        power = ops.exp(keras.random.uniform((n_rows, 1), -self.gamma, self.gamma, seed=seed))
        lowest = ops.min(x, axis=1, keepdims=True)
        extent = ops.max(x, axis=1, keepdims=True) - lowest
        shares = (x - lowest) / ops.where(extent > 0, extent, 1.0)
        return lowest + extent * shares**power

    def _brightened(self, x, n_rows, seed):
        factor = keras.random.uniform((n_rows, 1), 1 - self.brightness, 1 + self.brightness, seed=seed)
        return ops.clip(factor * x, ops.min(x, axis=1, keepdims=True), ops.max(x, axis=1, keepdims=True))


_BOUNDS = {
    "shift": (inf, "a number of pixels, at least 0"),
    "scale": (1, "in [0, 1)"),
    "flip": (nextafter(1, 2), "a probability, in [0, 1]"),
    "brightness": (nextafter(1, 2), "in [0, 1]"),
    "blur": (inf, "a number of pixels, at least 0"),
    "rotation": (nextafter(180, 181), "an angle in degrees, in [0, 180]"),
    "gamma": (inf, "at least 0"),
}
DEFAULTS = {
    "shift": 2.0,
    "scale": 0.1,
    "flip": 0.5,
    "brightness": 0.2,
    "blur": 0.7,
    "rotation": 10.0,
    "gamma": 0.3,
}


def named_augmentation(augment, image_shape):
    """Return the function that `augment`, a parameter of our estimators, stands for, or None.

    A function stands for itself; for names of changes, `image_shape` is called to return the shape of the images.
    """
    if augment is None or callable(augment):
        return augment
    names = [augment] if isinstance(augment, str) else list(augment)
    if unknown := [name for name in names if not (isinstance(name, str) and name in DEFAULTS)]:
        raise ValueError(f"augment has {unknown[0]!r}; choose from {', '.join(DEFAULTS)}, or pass a function.")
    strengths = augment if isinstance(augment, dict) else {name: DEFAULTS[name] for name in names}
    return ImageAugmentation(image_shape(), **strengths)


def _interpolation(side, slope, shift):
    """Return matrices that interpolate linearly at (place - centre - shift) * slope + centre for each place."""
    places, centre = ops.arange(side, dtype="float32"), (side - 1) / 2
    sources = (places - centre - shift) * slope + centre  # (n_rows, side)
    return ops.maximum(1 - ops.abs(sources[:, :, None] - places), 0.0)


def _gaussian(side, deviation):
    """Return matrices that average around each place, weighted by a Gaussian of each row's deviation."""
    places = ops.arange(side, dtype="float32")
    weights = ops.exp(-0.5 * ops.square((places[:, None] - places) / deviation[:, :, None]))  # (n_rows, side, side)
    return weights / ops.sum(weights, axis=2, keepdims=True)
