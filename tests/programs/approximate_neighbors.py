"""Print the share of the nearest neighbours that the approximate search finds, and what else it must not get wrong."""

import numpy as np

from skfashion._utils import neighbor_graph
from skfashion._utils.neighbor_graph import nearest_neighbors

X = np.random.default_rng(0).normal(size=(3000, 12)).astype(np.float32)
distances, exact = nearest_neighbors(X, 15)
neighbor_graph.MAX_EXACT_ROWS = 1000
near, places = nearest_neighbors(X, 15, rng=np.random.RandomState(0))
recall = np.mean([len(np.intersect1d(a, b)) for a, b in zip(exact, places, strict=True)]) / 15
has_itself = (places == np.arange(3000)[:, np.newaxis]).any()
is_nearer = (near < distances - 1e-4).any()
print(recall, has_itself, is_nearer)
