"""The shape of images that are stored as rows of pixels."""

from math import isqrt, prod

from skfashion._utils.checks import is_count

MIN_PIXELS = 64  # of an image: 8 x 8


def resolve_image_shape(image_shape, n_features):
    """Return the shape of the images in rows of `n_features` pixels, as a tuple; None is a square grey image."""
    if image_shape is None:
        if not is_square(n_features):
            raise ValueError(
                f"image_shape=None is for square grey images but X has {n_features} columns; "
                "pass image_shape=(height, width) or (height, width, channels)."
            )
        return isqrt(n_features), isqrt(n_features)
    shape = tuple(image_shape)
    if len(shape) not in (2, 3) or not all(is_count(n) for n in shape):
        raise ValueError(f"image_shape={image_shape!r} must be (height, width) or (height, width, channels).")
    if prod(shape) != n_features:
        raise ValueError(
            f"image_shape={shape} has {prod(shape)} pixels but X has {n_features} columns; "
            "pass image_shape=(height, width) or (height, width, channels)."
        )
    return tuple(map(int, shape))


def shape_of_rows(image_shape, n_features):
    """Return `resolve_image_shape`, or (1, n_features) for short rows that are not square and have no shape given."""
    if image_shape is None and n_features < MIN_PIXELS and not is_square(n_features):
        return 1, n_features
    return resolve_image_shape(image_shape, n_features)


def is_square(n_features):
    """Return True if rows of so many pixels can be square grey images."""
    return isqrt(n_features) ** 2 == n_features
