"""
A search without labels
=======================

:class:`~skfashion.PipelineSearch` tries combinations of reducers and clusterers, and chooses one without labels: by the
modularity of the clusters in the graph of nearest neighbours. Here the classes are known, so the choice can be judged.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from skfashion import PipelineSearch
from skfashion.metrics import hungarian_accuracy_score

X, y = load_digits(return_X_y=True)

search = PipelineSearch(
    ["pca", "hog", "nmf", "random-projection"],
    ["kmeans", "gmm", "knn-spectral"],
    n_clusters=10,
    n_trials=16,
    max_samples=1000,
    scale="range",
    random_state=0,
).fit(X)

# %%
# Each point is a pipeline. The search sees the horizontal axis only.

results = search.results_
score = np.array(results["score_modularity_gradients"], dtype=float)
y_compared = y[search.compared_indices_]
accuracy = np.array([hungarian_accuracy_score(y_compared, labels) for labels in search.partitions_])
fig, ax = plt.subplots(figsize=(7, 4.5), layout="constrained")
for clusterer, color in zip(sorted(set(results["clusterer"])), plt.get_cmap("Dark2").colors, strict=False):
    rows = np.array(results["clusterer"]) == clusterer
    ax.scatter(score[rows], accuracy[rows], s=60, color=color, label=clusterer, alpha=0.85)
best = search.best_index_
ax.annotate("chosen", (score[best], accuracy[best]), xytext=(-50, -4), textcoords="offset points")
ax.set(xlabel="modularity by gradients (no labels)", ylabel="Hungarian accuracy (labels)")
ax.spines[["top", "right"]].set_visible(False)
ax.legend(frameon=False)
plt.show()

print(search.best_estimator_)
