"""The images that a report shows a sample of."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Whole(NamedTuple):
    """All images of a report that shows a sample of them.

    Attributes
    ----------
    rows : ndarray of shape (n_sampled,)
        Position of each image of the sample among all images.
    labels : ndarray of shape (n_samples,)
        Cluster of each image.
    y : ndarray of shape (n_samples,) or None
        Classes.
    odd_scores : ndarray of shape (n_samples,) or None
        How far each image is from the others, as `ClusteringReport.odd_scores`.
    is_fit : bool
        True if the estimator was fitted to the sample.
    filenames : sequence of str or None, default=None
        File of each image.
    """

    rows: np.ndarray
    labels: np.ndarray
    y: np.ndarray | None
    odd_scores: np.ndarray | None
    is_fit: bool
    filenames: Sequence[str] | None = None

    def __str__(self):
        n = f"{len(self.rows):,}"
        fitted = f"The clusters come from {n} images; the others were assigned by predict. " if self.is_fit else ""
        shown = f"these {n} images" if self.is_fit else f"{n} images, drawn at random, of all {len(self.labels):,}"
        return f"{fitted}Scores, pictures and duplicates are those of {shown}."
