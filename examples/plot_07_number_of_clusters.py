"""
The number of clusters
======================

``n_clusters="auto"`` scores each number without labels: several runs on resampled rows should agree, and should cut few
edges between similar images.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits
from sklearn.pipeline import make_pipeline

from skfashion import GraphPartition
from skfashion.displays import ClusterImagesDisplay, NClustersDisplay
from skfashion.features import CappedPCA

X, y = load_digits(return_X_y=True)

pipe = make_pipeline(CappedPCA(30, random_state=0), GraphPartition("auto", random_state=0))
pipe.fit(X)

# %%
# The highest score is marked. Other numbers with nearly the same score would be good, too.

NClustersDisplay.from_estimator(pipe)
plt.show()

# %%
# The clusters of the chosen number, each as a line.

ClusterImagesDisplay.from_estimator(pipe, X, n_images=16)
plt.show()
