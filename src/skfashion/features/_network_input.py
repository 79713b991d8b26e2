"""Images as a pretrained network takes them: its size, its channels, its scale of pixels."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from skfashion._utils.checks import is_count

WHITE = np.float32(255)
DEFAULT_SIDE = 224  # of images for a network that takes any size
COLORS = (1, 3)  # numbers of channels that images and networks may have


class Layout(NamedTuple):
    """Shape of the images that a network takes; None for a side or a number that is free.

    Attributes
    ----------
    height, width : int or None
        Size in pixels.
    n_channels : int
        1 for grey images, 3 for colours.
    channels_first : bool
        True if the channels come before the height, as in torch.
    n_images : int or None
        Number of images in a batch.
    """

    height: int | None
    width: int | None
    n_channels: int
    channels_first: bool
    n_images: int | None

    @classmethod
    def of(cls, shape: Sequence) -> "Layout":
        """Read the shape of an input, (n, channels, height, width) or (n, height, width, channels)."""
        n, *sides = (size if isinstance(size, int) and size > 0 else None for size in shape)
        if len(sides) == 3 and sides[2] in COLORS:
            return cls(sides[0], sides[1], sides[2], False, n)
        if len(sides) == 3 and (sides[0] in COLORS or sides == [None, None, None]):
            return cls(sides[1], sides[2], sides[0] or 3, True, n)
        raise ValueError(
            f"it takes arrays of shape {tuple(shape)}, which are no batches of images with 1 or 3 channels."
        )

    def size_of(self, wanted: Sequence[Any] | None) -> tuple[int, int]:
        """Return the height and the width that images are stretched to."""
        own = self.height, self.width
        if wanted is None:
            return own[0] or DEFAULT_SIDE, own[1] or DEFAULT_SIDE
        size = tuple(wanted)
        if len(size) != 2 or not all(is_count(n) for n in size):
            raise ValueError(f"image_size={wanted!r} must be (height, width).")
        if any(side not in (None, n) for side, n in zip(own, size, strict=True)):
            raise ValueError(f"image_size={wanted!r} must be {own}, the only size that the model takes; leave it out.")
        return int(size[0]), int(size[1])

    def check_channels(self, shape: Sequence[int], model) -> None:
        """Refuse images with other channels than the network takes; grey ones can become coloured."""
        n_channels = (*shape, 1)[2]
        if n_channels not in (1, self.n_channels):
            advice = "pass grey images" if self.n_channels == 1 else "pass grey or RGB images"
            raise ValueError(
                f"image_shape={shape} has {n_channels} channels but {model} takes {self.n_channels}; {advice}."
            )


def to_pixels(X, shape: Sequence[int]) -> np.ndarray:
    """Return rows as images with pixels from 0 to 255, shape (n, height, width, channels), float32.

    Integers are pixels from 0 to 255 already, other numbers are from 0 to 1.
    """
    height, width, n_channels = (*shape, 1)[:3]
    images = X.astype(np.float32).reshape(-1, height, width, n_channels)
    return images if X.dtype.kind in "iu" else images * WHITE


def resize(images, size: Sequence[int]) -> np.ndarray:
    """Stretch images to a size, shape (n, *size, channels).

    Enlarging is bilinear. A smaller image has means of the pixels, weighted by the same triangle, as Pillow has them:
    without them, fine patterns would become noise.
    """
    n, height, width, n_channels = images.shape
    if (height, width) == tuple(size):
        return images
    rows, columns = _weights(height, size[0]), _weights(width, size[1])
    images = rows @ images.reshape(n, height, width * n_channels)  # (n, size[0], width * n_channels)
    return columns @ images.reshape(n, size[0], width, n_channels)


def _weights(n_old, n_new):
    """Return the weights of the old pixels along a side in the new ones, shape (n_new, n_old)."""
    zoom = max(1.0, n_old / n_new)
    places = (np.arange(n_new) + 0.5) * n_old / n_new - 0.5
    weights = np.maximum(0, 1 - np.abs(places[:, None] - np.arange(n_old)) / zoom)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def normalize(images, mean, std) -> np.ndarray:
    """Return (pixels - mean) / std for pixels that are brought from 0 to 255 to 0 to 1.

    Numbers of three channels become their mean for grey images.
    """
    mean, std = (WHITE * np.asarray(value, np.float32) for value in (mean, std))
    if images.shape[-1] == 1:
        mean, std = (value.mean() if value.size == 3 else value for value in (mean, std))
    if any(value.ndim > 1 or value.size not in (1, images.shape[-1]) for value in (mean, std)):
        raise ValueError(f"mean and std must be numbers, or have one for each of {images.shape[-1]} channels.")
    if (std <= 0).any():
        raise ValueError("std must be above 0.")
    with np.errstate(over="ignore"):  # features that are not finite are refused
        return (images - mean) / std


def mean_over_places(outputs, *, channels_first: bool) -> np.ndarray:
    """Return one row for each image: the mean over the places of a map, or over the tokens of a transformer."""
    if outputs.ndim == 4:
        outputs = outputs.mean(axis=(2, 3) if channels_first else (1, 2))
    elif outputs.ndim == 3:  # (n, tokens, features)
        outputs = outputs.mean(axis=1)
    if outputs.ndim != 2:
        raise ValueError(f"its output has the shape {outputs.shape}, which is no row of features for each image.")
    return np.asarray(outputs, np.float32)
