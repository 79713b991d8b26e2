"""Exact and near copies among images, by their pixels."""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from skfashion._utils.equal_rows import firsts_of_equal_rows
from skfashion.inspection._outlines import MAX_SIDE, outlines, value_range

TINY = 1e-6  # distance of images with equal outlines: only equal pixels have 0
MAX_DISTANCE = 0.08  # of copies; benchmarks/duplicates.md has the reason
MAX_BRIGHTNESS_DIFFERENCE = 0.1  # between the means of two copies, on the scale from black to white
N_COMPONENTS = 12  # of the search; a difference in a projection is never larger than the whole difference
N_CANDIDATES = 16  # nearest images that are compared with each image
N_ROWS_OF_AXES = 10_000  # images that the components are found from
BATCH = 4096  # images


class Copies(NamedTuple):
    """Groups of images that are copies of one another.

    Attributes
    ----------
    rows : ndarray of shape (n_grouped,)
        Positions of the images in groups: group by group, and in the order of X within a group.
    groups : ndarray of shape (n_grouped,)
        Number of the group of each, from 0.
    distances : ndarray of shape (n_grouped,)
        Distance of each to the first of its group.
    """

    rows: np.ndarray
    groups: np.ndarray
    distances: np.ndarray

    @property
    def n_groups(self) -> int:
        """The number of groups."""
        return int(self.groups[-1]) + 1 if len(self.groups) else 0

    @property
    def n_copies(self) -> int:
        """The number of images that are copies of the first of their group."""
        return len(self.rows) - self.n_groups

    @property
    def n_exact(self) -> int:
        """The number of copies with equal pixels."""
        return int(np.count_nonzero(self.distances == 0)) - self.n_groups

    def __str__(self):
        if not self.n_copies:
            return "No image is a copy of another."
        copies = (
            f"{self.n_copies:,} images are copies of others" if self.n_copies > 1 else "1 image is a copy of another"
        )
        return f"{copies}, in {self.n_groups:,} group{'s' * (self.n_groups > 1)}"


def find_copies(X, *, image_shape: Sequence[int] | None = None, max_distance: float = MAX_DISTANCE) -> Copies:
    """Find the groups of images that are copies of one another, exact or nearly so.

    The distance of two images is 0 if their pixels are equal. Else it is the root mean square difference of their
    pixels after both are averaged to at most 16 x 16 pixels and brought to the mean 0 and the standard deviation 1.
    So a distance of 0.08 is 8 % of the contrast of an image, and a correlation of 0.997. Images that are compressed,
    resized or brightened a little keep a small distance; parts of images and turned images do not. Copies differ by at
    most 0.1 in their mean brightness, on a scale from 0 for black to 1 for white.

    The images are taken in the order of X. An image that is in no group yet begins one, with all copies of it that are
    in no group. So every image of a group is a copy of its first.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        Images as rows of pixels. Bytes are pixels from 0 to 255; the range of other numbers is that of X.
    image_shape : sequence of int or None, default=None
        (height, width) or (height, width, channels). Rows without a shape, or of images with a side of fewer than
        16 pixels, are searched for equal rows only: too few values make different images seem alike.
    max_distance : float, default=0.08
        Largest distance of a copy to the first of its group.

    Returns
    -------
    Copies
        The groups.

    Notes
    -----
    The images are compared with their 16 nearest in 12 principal components of their averaged pixels. If more than
    that are so near there, some copies can be missed.

    Examples
    --------
    >>> from skfashion import load_fashion_mnist_sample
    >>> from skfashion.inspection import find_copies
    >>> X, _ = load_fashion_mnist_sample(return_X_y=True)
    >>> X = X[:100].copy()
    >>> X[50] = 0.95 * X[3]
    >>> find_copies(X, image_shape=(28, 28)).rows
    array([ 3, 50])
    """
    distinct, firsts = _distinct_rows(X)
    pairs, distances = _no_pairs()
    if image_shape is not None and min(image_shape[:2]) >= MAX_SIDE:
        pairs, distances = _near_pairs(X, distinct, image_shape, max_distance)
    return _grouped(len(X), firsts, pairs, distances)


def _distinct_rows(X):
    """Return the first position of each distinct row, and for each row the first position of its equals."""
    firsts = firsts_of_equal_rows(X)
    return np.flatnonzero(firsts == np.arange(len(X))), firsts


def _no_pairs():
    return np.empty((0, 2), np.intp), np.empty(0)


def _near_pairs(X, distinct, image_shape, max_distance):
    """Return the pairs of distinct rows that are near copies, the first one first, and their distances."""
    make = _OutlinesOf(X, distinct, image_shape)
    points, n_values = _projections(make)
    tree = cKDTree(points)
    radius = max_distance * sqrt(n_values)
    found = [_no_pairs()]
    for start in range(0, len(points), BATCH):
        places = np.arange(start, min(start + BATCH, len(points)))
        k = min(N_CANDIDATES + 1, len(points))
        _, others = tree.query(points[places], k=np.arange(1, k + 1), distance_upper_bound=radius, workers=-1)
        pairs = np.column_stack([np.repeat(places, k), others.ravel()])
        pairs = pairs[(pairs[:, 1] < len(points)) & (pairs[:, 0] != pairs[:, 1])]  # absent ones have the position n
        parts = np.array_split(np.sort(pairs, axis=1), len(pairs) // BATCH + 1)
        found += [make.verified(part, max_distance) for part in parts]
    pairs, distances = (np.concatenate(parts) for parts in zip(*found, strict=True))
    pairs, kept = np.unique(pairs, axis=0, return_index=True)
    return distinct[pairs], distances[kept]


class _OutlinesOf:
    """The outlines of distinct rows, which are made when they are needed: all of them would take too much memory."""

    def __init__(self, X, distinct, image_shape):
        self.X, self.distinct, self.scale = X, distinct, (image_shape, *value_range(X))

    def __call__(self, places):
        """Return the outlines, shape (n, n_values), and the mean brightness, shape (n,), of the rows at places."""
        return outlines(self.X[self.distinct[places]], *self.scale)

    def verified(self, pairs, max_distance):
        """Return the pairs of places that are near copies, and their distances."""
        (a, brightness_a), (b, brightness_b) = self(pairs[:, 0]), self(pairs[:, 1])
        distances = np.sqrt(np.mean((a - b) ** 2, axis=1)) if len(pairs) else np.empty(0)
        are_copies = (distances <= max_distance) & (abs(brightness_a - brightness_b) <= MAX_BRIGHTNESS_DIFFERENCE)
        return pairs[are_copies], np.maximum(distances[are_copies], TINY)


def _projections(make):
    """Return the principal components of all outlines, and the number of values of an outline."""
    n = len(make.distinct)
    sampled, _ = make(np.unique(np.linspace(0, n - 1, N_ROWS_OF_AXES).astype(np.intp)))
    _, axes = np.linalg.eigh(sampled.T @ sampled)  # (n_values, n_values), the largest last
    axes = axes[:, -N_COMPONENTS:]
    parts = [make(np.arange(start, min(start + BATCH, n)))[0] @ axes for start in range(0, n, BATCH)]
    return np.concatenate(parts), sampled.shape[1]


def _grouped(n_rows, firsts, pairs, distances):
    """Make groups: each row in turn that is in none takes the copies that are in none."""
    near: dict[int, list[tuple[int, float]]] = {}
    for (a, b), distance in zip(pairs.tolist(), distances.tolist(), strict=True):
        near.setdefault(a, []).append((b, distance))
        near.setdefault(b, []).append((a, distance))
    leader, distance_to_leader = np.full(n_rows, -1), np.zeros(n_rows)
    for row in np.flatnonzero(firsts == np.arange(n_rows)).tolist():
        if leader[row] < 0:
            leader[row] = row
            for other, distance in near.get(row, []):
                if leader[other] < 0:
                    leader[other], distance_to_leader[other] = row, distance
    leader, distance_to_leader = leader[firsts], distance_to_leader[firsts]  # equal rows are in one group
    is_grouped = (np.bincount(leader, minlength=n_rows) > 1)[leader]
    rows = np.flatnonzero(is_grouped)
    rows = rows[np.argsort(leader[rows], kind="stable")]
    _, groups = np.unique(leader[rows], return_inverse=True)
    return Copies(rows, groups, distance_to_leader[rows])
