"""Scores of a latent space: images of random points and of straight lines in it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from sklearn.metrics import euclidean_distances, pairwise_distances_argmin_min
from sklearn.neighbors import NearestNeighbors

from skfashion.experiments._measures import Data

N_DRAWS = 5000
N_LINES, N_STEPS = 500, 20
CONFIDENCE = 0.9
N_NEIGHBORS = 3  # for precision and recall


@dataclass(frozen=True)
class Judge:
    """A classifier of real images that recognises generated ones."""

    classifier: Any
    data: Data
    seed: int  # of the classifier's training

    def recognises(self, images) -> float:
        """Return the share of images that get a class with confidence."""
        P = self.classifier.predict_proba(self.data.standardised(images, self.seed))
        return float(np.mean(P.max(axis=1) >= CONFIDENCE))

    def features(self, images) -> np.ndarray:
        """Return the inputs of the last layer, shape (n_images, n_features)."""
        return self._before_last_layer.predict(self.data.standardised(images, self.seed), batch_size=512, verbose=0)

    @cached_property
    def _before_last_layer(self):
        import keras

        return keras.Model(self.classifier.model_.inputs[0], self.classifier.model_.layers[-1].input)


def random_points(Z, kind, rng):
    """Draw points from the codes' bounding box, from a Gaussian fitted to the codes, or from N(0, I)."""
    shape = (N_DRAWS, Z.shape[1])
    if kind == "box":
        return rng.uniform(Z.min(axis=0), Z.max(axis=0), shape).astype(np.float32)
    if kind == "gaussian":
        return rng.multivariate_normal(Z.mean(axis=0), np.cov(Z.T), N_DRAWS).astype(np.float32)
    return rng.standard_normal(shape, dtype=np.float32)


def distance_to_nearest(images, real) -> float:
    """Average the distance to the nearest real image: root of the mean squared difference, pixels in [0, 1]."""
    _, distances = pairwise_distances_argmin_min(np.float32(images) / 255, np.float32(real) / 255)
    return float(np.mean(distances) / np.sqrt(images.shape[1]))


def lines(decode, Z, rng):
    """Decode straight lines between the codes of two rows, shape (N_LINES, N_STEPS + 1, n_pixels)."""
    pairs = np.array([rng.choice(len(Z), 2, replace=False) for _ in range(N_LINES)])
    first, last = Z[pairs[:, 0]], Z[pairs[:, 1]]
    shares = np.linspace(0, 1, N_STEPS + 1, dtype=np.float32)[:, None, None]
    points = first + shares * (last - first)  # (N_STEPS + 1, N_LINES, n_components)
    images = decode(points.reshape(-1, Z.shape[1]))
    return images.reshape(N_STEPS + 1, N_LINES, -1).swapaxes(0, 1)


def smoothness(images) -> float:
    """Divide the mean step along a line by its largest, on average: 1 if every step changes the image as much.

    A line without any change counts as 1.
    """
    steps = np.linalg.norm(np.diff(images, axis=1), axis=2)  # (n_lines, n_steps)
    mean, largest = steps.mean(axis=1), steps.max(axis=1)
    return float(np.mean(np.divide(mean, largest, out=np.ones_like(mean), where=largest > 0)))


def precision_and_recall(real, drawn):
    """Return the share of drawn features in the manifold of the real ones, and of real ones in that of the drawn.

    A manifold is the union of balls around its points, each as large as the distance to the third neighbour.
    Kynkäänniemi et al. 2019.
    """
    return _covered(drawn, by=real), _covered(real, by=drawn)


def _covered(points, by):
    radii = NearestNeighbors(n_neighbors=N_NEIGHBORS).fit(by).kneighbors()[0][:, -1]
    covered = np.zeros(len(points), dtype=bool)
    for start in range(0, len(by), 1000):
        centres, reach = by[start : start + 1000], radii[start : start + 1000]
        covered |= (euclidean_distances(points, centres) <= reach).any(axis=1)
    return float(covered.mean())
