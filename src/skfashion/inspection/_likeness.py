"""Likeness of rows to a sample of known rows: the odd ones among them, and new ones that are unlike them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sklearn.neighbors import NearestNeighbors

from skfashion.inspection._outlines import outlines, value_range

MIN_ROWS = 10  # fewer do not show what is usual
MAX_ROWS = 500  # of the sample; a smaller one misses more, a larger one makes saved models larger
MAX_NUMBERS = 128_000  # of the sample: half a megabyte
NEIGHBORS = 0.02  # share of the sample: a few foreign images must not be each other's only neighbours
MIN_NEIGHBORS, MAX_NEIGHBORS = 3, 10
USUAL = 0.95  # of the rows have scores below 1 in each space
EXPECTED_SHARE = 0.01  # of images like the known ones that are called unlike them
MAX_VALUE = 1e18  # the squares of greater values do not fit float32
BATCH = 4096  # rows


class Space(NamedTuple):
    """A sample of rows, and the usual distances to it.

    Attributes
    ----------
    rows : ndarray of shape (n_sampled, n_values), float32
        The sample.
    median : float
        Median of the mean distance of rows to their nearest neighbours in the sample.
    spread : float
        Difference between the 0.95 quantile of these distances and their median.
    """

    rows: np.ndarray
    median: float
    spread: float

    def scores(self, rows_at, n_rows, places=None) -> np.ndarray:
        """Return how far rows are from the sample.

        Parameters
        ----------
        rows_at : callable
            Function that returns the rows of a slice: all outlines at once would take too much memory.
        n_rows : int
            Number of rows.
        places : ndarray of shape (n_sampled,) or None, default=None
            Positions of the sample among the rows; each of them is left out of its own neighbours.

        Returns
        -------
        ndarray of shape (n_rows,)
            Scores: 0 is usual, and 1 is at the 0.95 quantile.
        """
        k = min(MAX_NEIGHBORS, max(MIN_NEIGHBORS, round(NEIGHBORS * len(self.rows))))
        search = NearestNeighbors(n_neighbors=k + 1, algorithm="brute").fit(self.rows)
        starts = range(0, n_rows, BATCH)
        near = np.concatenate([search.kneighbors(rows_at(slice(i, i + BATCH)))[0] for i in starts])  # (n_rows, k + 1)
        distances = near[:, :-1].mean(axis=1)
        if places is not None:
            distances[places] = near[places, 1:].mean(axis=1)
        return (distances - self.median) / self.spread

    @classmethod
    def of(cls, rows_at, n_rows, places) -> "tuple[Space, np.ndarray]":
        """Take some rows as the sample.

        Parameters
        ----------
        rows_at : callable
            Function that returns the rows at places, or of a slice.
        n_rows : int
            Number of rows.
        places : ndarray of int
            Places of the sample among the rows.

        Returns
        -------
        space : Space
            The sample with the usual distances.
        scores : ndarray of shape (n_rows,)
            Score of each row.
        """
        sample = np.asarray(rows_at(places), np.float32)
        distances = cls(sample, 0.0, 1.0).scores(rows_at, n_rows, places)
        median, usual = np.quantile(distances, (0.5, USUAL))
        spread = float(usual - median) or float(median) or 1.0  # equal rows, or all but a few are
        return cls(sample, float(median), spread), (distances - median) / spread


class Likeness(NamedTuple):
    """A measure of how far images are from known ones.

    The score of an image is the larger one of two: one for the rows that were clustered, and one for the outlines of
    the images. Codes of a reducer can be the same for very different images, since a reducer keeps only what tells the
    images apart that it has seen. Outlines are the pixels averaged to at most 16 x 16, with equal contrast.

    In each space, it is the mean distance to the nearest neighbours in a sample of known images: minus the median of
    the known images, over the difference between their 0.95 quantile and their median. So 0 is usual, and five of a
    hundred known images have more than 1.

    Attributes
    ----------
    codes : Space
        Sample of the rows that were clustered.
    outlines : Space or None
        Sample of the outlines; None if the rows are no images.
    range : tuple of float
        Values of black and white.
    limit : float
        Images with a higher score are unlike the known ones: one of a hundred known images is.
    """

    codes: Space
    outlines: Space | None
    range: tuple[float, float]
    limit: float

    @classmethod
    def of(cls, X, Z, *, image_shape: Sequence[int] | None = None) -> "tuple[Likeness, np.ndarray] | None":
        """Learn from images what is usual.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
            Images as rows of pixels.
        Z : ndarray of shape (n_samples, n_components)
            Rows that were clustered.
        image_shape : sequence of int or None, default=None
            (height, width) or (height, width, channels); None leaves out the outlines.

        Returns
        -------
        likeness : Likeness
            The measure.
        scores : ndarray of shape (n_samples,)
            Score of each image, itself excluded. The function returns None for fewer than 10 images.
        """
        if len(X) < MIN_ROWS:
            return None
        rng, low_high = np.random.RandomState(0), value_range(X)
        codes, scores = Space.of(_codes_at(Z), len(Z), _sample(rng, *Z.shape))
        seen = None
        if image_shape is not None:
            outlines_at = _outlines_at(X, image_shape, low_high)
            places = _sample(rng, len(X), outlines_at(slice(1)).shape[1])
            seen, scores_of_outlines = Space.of(outlines_at, len(X), places)
            scores = np.maximum(scores, scores_of_outlines)
        limit = float(np.quantile(scores, 1 - EXPECTED_SHARE, method="higher"))
        return cls(codes, seen, low_high, limit), scores

    def scores(self, X, Z, *, image_shape: Sequence[int] | None = None) -> np.ndarray:
        """Return the scores of new images, shape (n_samples,).

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
            Images as rows of pixels, on the scale of the known ones.
        Z : ndarray of shape (n_samples, n_components)
            The same images as the clusterer sees them.
        image_shape : sequence of int or None, default=None
            As in `of`.

        Returns
        -------
        ndarray of shape (n_samples,)
            Scores; those above `limit` are of images unlike the known ones.
        """
        scores = self.codes.scores(_codes_at(Z), len(Z))
        if self.outlines is None or image_shape is None:
            return scores
        return np.maximum(scores, self.outlines.scores(_outlines_at(X, image_shape, self.range), len(X)))


def _codes_at(Z):
    return lambda places: np.clip(Z[places], -MAX_VALUE, MAX_VALUE).astype(np.float32)


def _outlines_at(X, image_shape, low_high):
    return lambda places: outlines(X[places], image_shape, *low_high)[0]


def _sample(rng, n_rows, n_values):
    """Draw the positions of a sample of rows that is not too large to be saved."""
    n = min(n_rows, MAX_ROWS, max(MAX_NUMBERS // n_values, 2 * MIN_ROWS))
    return np.sort(rng.choice(n_rows, n, replace=False))
