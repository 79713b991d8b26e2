"""The objects that the entry points name."""

from skfashion.plugins import Plugin
from skfashion_example.cosine_transform import CosineTransform
from skfashion_example.spherical_kmeans import SphericalKMeans


def _size(trial):
    return {"n_components": trial.suggest_int("n_components", 2, 64, log=True)}


cosine_transform = Plugin(lambda: CosineTransform(24), _size)
spherical_kmeans = Plugin(SphericalKMeans)
