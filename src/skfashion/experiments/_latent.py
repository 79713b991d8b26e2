"""How continuous and complete a latent space is: what random points and straight lines in it decode to."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import pairwise_distances_argmin_min
from sklearn.neighbors import NearestNeighbors

from skfashion.experiments._measures import Data

N_DRAWS = 5000
N_LINES, N_STEPS = 500, 20
CONFIDENCE = 0.9
N_NEIGHBORS = 3  # of precision and recall


@dataclass(frozen=True)
class Judge:
    """A classifier trained on real images, who says whether an image is like one."""

    classifier: Any
    data: Data

    def recognises(self, images) -> float:
        """The share of the images that it gives a class with confidence."""
        P = self.classifier.predict_proba(self.data.standardised(images))
        return float(np.mean(P.max(axis=1) >= CONFIDENCE))

    def features(self, images) -> np.ndarray:
        """What its last layer is given, shape (n_images, n_features)."""
        import keras

        model = self.classifier.model_
        before_last = keras.Model(model.inputs, model.layers[-1].input)
        return before_last.predict(self.data.standardised(images), batch_size=512, verbose=0)


def random_points(Z, kind, rng):
    """Points drawn at random: from the codes' bounding box, a Gaussian fitted to them, or N(0, I)."""
    shape = (N_DRAWS, Z.shape[1])
    if kind == "box":
        return rng.uniform(Z.min(axis=0), Z.max(axis=0), shape).astype(np.float32)
    if kind == "gaussian":
        return rng.multivariate_normal(Z.mean(axis=0), np.cov(Z.T), N_DRAWS).astype(np.float32)
    return rng.standard_normal(shape, dtype=np.float32)


def distance_to_nearest(images, real) -> float:
    """The mean distance of an image to the nearest real one: root of the mean squared difference, pixels in [0, 1]."""
    _, distances = pairwise_distances_argmin_min(np.float32(images) / 255, np.float32(real) / 255)
    return float(np.mean(distances) / np.sqrt(images.shape[1]))


def lines(decode, Z, rng):
    """Images along straight lines between pairs of codes, shape (N_LINES, N_STEPS + 1, n_pixels)."""
    first, last = Z[rng.choice(len(Z), (2, N_LINES))]
    shares = np.linspace(0, 1, N_STEPS + 1, dtype=np.float32)[:, None, None]
    points = first + shares * (last - first)  # (N_STEPS + 1, N_LINES, n_components)
    images = decode(points.reshape(-1, Z.shape[1]))
    return images.reshape(N_STEPS + 1, N_LINES, -1).swapaxes(0, 1)


def smoothness(images) -> float:
    """The mean step along a line over its largest, on average: 1 where every step changes the image as much."""
    steps = np.linalg.norm(np.diff(images, axis=1), axis=2)  # (n_lines, n_steps)
    return float(np.mean(steps.mean(axis=1) / steps.max(axis=1)))


def precision_and_recall(real, drawn):
    """Share of the drawn features within the real ones' manifold, and of the real within the drawn ones'.

    A manifold is the union of balls around its points that reach to the third neighbour. Kynkäänniemi et al. 2019.
    """
    return _covered(drawn, by=real), _covered(real, by=drawn)


def _covered(points, by):
    radii = NearestNeighbors(n_neighbors=N_NEIGHBORS).fit(by).kneighbors()[0][:, -1]
    covered = np.zeros(len(points), dtype=bool)
    for start in range(0, len(by), 1000):
        centres, reach = by[start : start + 1000], radii[start : start + 1000]
        covered |= (_distances(points, centres) <= reach).any(axis=1)
    return float(covered.mean())


def _distances(A, B):
    squares = (A**2).sum(axis=1)[:, None] - 2 * A @ B.T + (B**2).sum(axis=1)
    return np.sqrt(np.maximum(squares, 0))
