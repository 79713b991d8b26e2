"""Views of rows: copies of images with small changes, as features, and the neighbours of each row."""

from dataclasses import dataclass

import numpy as np

from skfashion._utils.neighbor_graph import nearest_neighbors

ROWS_AT_ONCE = 2000  # of images that are changed together


@dataclass(frozen=True)
class Views:
    """Copies of all rows, and their neighbours.

    Parameters
    ----------
    copies : ndarray of shape (n_copies, n_rows, n_features), float32
        Features of the unchanged rows, then of changed ones.
    neighbors : ndarray of shape (n_rows, n_neighbors)
        Places of the nearest neighbours of each row.
    """

    copies: np.ndarray
    neighbors: np.ndarray

    def pairs(self, n_pairs, seed):
        """Return random copies of different rows, and one of a partner of each: a neighbour or, as often, the row.

        Both have the shape (n_pairs, n_features).
        """
        rng = np.random.default_rng(seed)
        rows = rng.permutation(len(self.neighbors))[:n_pairs]
        neighbors = self.neighbors[rows, rng.integers(self.neighbors.shape[1], size=n_pairs)]
        partners = np.where(rng.random(n_pairs) < 0.5, neighbors, rows)
        first, second = rng.integers(len(self.copies), size=(2, n_pairs))
        return self.copies[first, rows], self.copies[second, partners]

    def mapped(self, function) -> "Views":
        """Return the views with a function of each copy's features."""
        return Views(np.stack([function(copy) for copy in self.copies]), self.neighbors)


def make_views(X, describe, augment, *, n_copies, n_neighbors, n_jobs, rng) -> Views:
    """Make the views of rows.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_pixels)
        Rows.
    describe : callable
        Returns the features of rows, shape (n_rows, n_features), float32.
    augment : callable or None
        ``augment(rows, seed)`` returns changed rows; None: there is only the unchanged copy.
    n_copies, n_neighbors : int
        Number of copies, the unchanged one included, and of neighbours.
    n_jobs : int or None
        Number of parallel jobs for the neighbours.
    rng : numpy.random.RandomState
        Source of the changes.
    """
    features = describe(X)
    _, neighbors = nearest_neighbors(unit_rows(features), min(n_neighbors, len(X) - 1), n_jobs=n_jobs, rng=rng)
    copies = [features]
    if augment is not None:
        seeds = rng.randint(2**31 - 1, size=n_copies - 1).tolist()
        copies += [describe(_changed(X, augment, seed)) for seed in seeds]
    return Views(np.stack(copies), neighbors)


def unit_rows(features):
    """Return rows of length 1, except rows of zeros."""
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    return features / np.maximum(lengths, np.finfo(features.dtype).tiny)


def _changed(X, augment, seed):
    """Return the rows changed by `augment`, float32; bytes become numbers from 0 to 1."""
    from skfashion.engine.backend import import_keras

    keras = import_keras()
    generator, changed = keras.random.SeedGenerator(seed), np.empty(X.shape, np.float32)
    for start in range(0, len(X), ROWS_AT_ONCE):
        rows = np.float32(X[start : start + ROWS_AT_ONCE])
        if X.dtype.kind in "iu":
            rows /= np.float32(255)
        changed[start : start + ROWS_AT_ONCE] = keras.ops.convert_to_numpy(augment(rows, generator))
    return changed
