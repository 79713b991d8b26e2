"""The objects that the entry points name."""

from skfashion.plugins import Plugin
from skfashion_example.cosine_transform import CosineTransform
from skfashion_example.direction_kmeans import DirectionKMeans


def _size(trial):
    return {"n_components": trial.suggest_int("n_components", 2, 64, log=True)}


cosine_transform = Plugin(lambda: CosineTransform(24), _size)
direction_kmeans = Plugin(DirectionKMeans)
