"""
A grid search with Hungarian accuracy
=====================================

GridSearchCV needs a score of held-out images. :class:`~skfashion.HungarianAccuracy` matches clusters with classes, so
that any clusterer can be searched. It uses labels: use it to compare methods where labels are known.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline

from skfashion import DenseAE, HungarianAccuracy, load_fashion_mnist_sample

X, y = load_fashion_mnist_sample(return_X_y=True)
X, y = X[:3000], y[:3000]

pipe = Pipeline(
    [
        ("ae", DenseAE(rescale=255.0, max_iter=8, tol=0, random_state=0)),
        ("gmm", GaussianMixture(10, random_state=0)),
    ]
)
grid = {"ae__n_components": [4, 8, 16], "gmm__covariance_type": ["full", "diag"]}
search = GridSearchCV(pipe, grid, scoring=HungarianAccuracy(), cv=2, refit=False).fit(X, y)

# %%
# The bars are standard deviations over the two folds.

fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
results = search.cv_results_
for i, (covariance, color) in enumerate([("full", "#3b6ea8"), ("diag", "#e08a3c")]):
    rows = np.flatnonzero(results["param_gmm__covariance_type"] == covariance)
    widths = results["param_ae__n_components"][rows].astype(int)
    places = np.arange(len(rows)) + (i - 0.5) * 0.36
    ax.bar(places, results["mean_test_score"][rows], 0.34, yerr=results["std_test_score"][rows], color=color, capsize=3)
    ax.bar(0, 0, color=color, label=f"covariance: {covariance}")
ax.set_xticks(range(len(widths)), [f"{width} components" for width in widths])
ax.set_ylabel("Hungarian accuracy of held-out images")
ax.spines[["top", "right"]].set_visible(False)
ax.legend(frameon=False, ncols=2, loc="upper center", bbox_to_anchor=(0.5, 1.14))
plt.show()

print(search.best_params_)
