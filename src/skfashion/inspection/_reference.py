"""Facts about training images that a saved model takes with it, to judge new images by."""

import base64
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from skfashion.inspection._centres import Centres
from skfashion.inspection._likeness import MIN_ROWS, Likeness, Space
from skfashion.inspection._outlines import n_outline_values

MAX_MEANS = 1_000_000  # numbers; with more, a model would mainly hold the means of its clusters


class Reference(NamedTuple):
    """The centres of the clusters of known images, and the measure of likeness to these images.

    Attributes
    ----------
    centres : Centres or None
        None if it came from JSON, and they were too many to be saved.
    likeness : Likeness or None
        None for fewer than 10 images.
    """

    centres: Centres | None
    likeness: Likeness | None

    @classmethod
    def of(cls, X, Z, labels, *, image_shape: Sequence[int] | None = None) -> "tuple[Reference, np.ndarray | None]":
        """Return the reference of images, and the score of each: how far it is from the others.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
            Images as rows of pixels.
        Z : ndarray of shape (n_samples, n_components)
            Rows that were clustered.
        labels : ndarray of shape (n_samples,)
            Cluster of each image.
        image_shape : sequence of int or None, default=None
            (height, width) or (height, width, channels).

        Returns
        -------
        reference : Reference
        scores : ndarray of shape (n_samples,) or None
            Scores of `Likeness`. None for fewer than 10 images.
        """
        likeness, scores = Likeness.of(X, Z, image_shape=image_shape) or (None, None)
        return cls(Centres.of(Z, labels), likeness), scores

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold; arrays are in base64.

        Returns
        -------
        dict
            Likeness and centres.
        """
        likeness, centres = self.likeness, self.centres
        if centres is not None and centres.means.size > MAX_MEANS:
            centres = None
        return {
            "centres": centres
            and {
                "names": centres.names.tolist(),
                "means": _encoded(centres.means),
                "radii": centres.radii.tolist(),
            },
            "likeness": likeness
            and {
                "codes": _space_to_json(likeness.codes),
                "outlines": likeness.outlines and _space_to_json(likeness.outlines),
                "range": list(likeness.range),
                "limit": likeness.limit,
            },
        }

    @classmethod
    def from_json(
        cls, said: dict[str, Any], *, n_components: int, image_shape: Sequence[int] | None = None
    ) -> "Reference":
        """Read what `to_json` has returned.

        Parameters
        ----------
        said : dict
            The reference.
        n_components : int
            Number of columns of the rows that the model clusters.
        image_shape : sequence of int or None, default=None
            (height, width) or (height, width, channels) of the images that the model takes.

        Raises
        ------
        ValueError
            If it makes no sense, or is of rows with another number of columns, or of images of another shape.
        """
        try:
            centres = _centres(said["centres"], n_components)
            return cls(centres, _likeness(said["likeness"], n_components, image_shape))
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise ValueError("the reference for new images makes no sense") from error


def _centres(said, n_components):
    if said is None:
        return None
    names = np.array(said["names"])
    if names.ndim != 1 or names.dtype.kind not in "iufU" or not (names[1:] > names[:-1]).all():
        raise ValueError("the clusters are not in ascending order")
    return Centres(names, _decoded(said["means"], len(names), n_components), _numbers(said["radii"], len(names)))


def _likeness(said, n_components, image_shape):
    if said is None:
        return None
    n_values = None if image_shape is None else n_outline_values(image_shape)
    seen = None if said["outlines"] is None else _space(said["outlines"], n_values)
    low, high = _numbers(said["range"], 2).tolist()
    (limit,) = _numbers([said["limit"]], 1)
    return Likeness(_space(said["codes"], n_components), seen, (low, high), float(limit))


def _space_to_json(space):
    shape = list(space.rows.shape)
    return {"shape": shape, "rows": _encoded(space.rows), "median": space.median, "spread": space.spread}


def _space(said, n_values=None):
    n_rows, n_said = map(int, said["shape"])
    rows = _decoded(said["rows"], n_rows, n_said if n_values is None else n_values)
    median, spread = _numbers([said["median"], said["spread"]], 2).tolist()
    if len(rows) < MIN_ROWS or spread <= 0:
        raise ValueError(f"{len(rows)} rows with a spread of {spread} show nothing")
    return Space(rows, median, spread)


def _encoded(array):
    return base64.b64encode(np.ascontiguousarray(array, "<f4").tobytes()).decode()


def _decoded(text, *shape):
    array = np.frombuffer(base64.b64decode(text, validate=True), "<f4").reshape(shape).astype(np.float32)
    return _finite(array)


def _numbers(values, n):
    array = np.array(values, np.float64)
    if array.shape != (n,):
        raise ValueError(f"{n} numbers are expected, not {values!r:.80}")
    return _finite(array)


def _finite(array):
    if not np.isfinite(array).all():
        raise ValueError("numbers are not finite")
    return array
