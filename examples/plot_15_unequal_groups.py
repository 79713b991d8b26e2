"""
Groups of unequal sizes
=======================

k-means cuts large groups into pieces before it finds small ones. :class:`~skfashion.GraphPartition` tests without
labels whether the groups have similar sizes, and takes clusters of any size if they have not.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA

from skfashion import GraphPartition
from skfashion.metrics import hungarian_accuracy_score

sizes = [1500, 600, 300, 150, 80, 50]
rng = np.random.default_rng(2)
centers = rng.normal(0, 2.2, (6, 10))
X = np.concatenate([rng.normal(center, 1, (n, 10)) for n, center in zip(sizes, centers, strict=True)])
y = np.repeat(np.arange(6), sizes)

clusterers = {
    "KMeans": KMeans(6, n_init=10, random_state=0),
    "GraphPartition, equal sizes": GraphPartition(6, max_imbalance=0.1, random_state=0),
    "GraphPartition": GraphPartition(6, random_state=0),
}

# %%
# Six groups of 1,500 to 50 rows and ten columns, on a map of two principal components.

at = PCA(2).fit_transform(X)
fig, axes = plt.subplots(1, 3, figsize=(12, 3.6), layout="constrained")
colors = np.array(plt.get_cmap("Dark2").colors)
for ax, (name, clusterer) in zip(axes, clusterers.items(), strict=True):
    labels = clusterer.fit_predict(X)
    ax.scatter(*at.T, s=5, c=colors[labels])
    ax.set_title(f"{name}: accuracy {hungarian_accuracy_score(y, labels):.2f}", size=10)
    ax.set(xticks=[], yticks=[], aspect="equal")
plt.show()

print("The groups have similar sizes:", clusterers["GraphPartition"].has_equal_sizes_)
