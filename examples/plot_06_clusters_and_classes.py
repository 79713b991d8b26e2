"""
Clusters and classes: why purity is not accuracy
================================================

Purity asks which class is most frequent in each cluster. So two clusters may stand for one class, and other classes may
have no cluster. Hungarian accuracy matches them one to one. The matrix shows the difference.
"""

import matplotlib.pyplot as plt
from sklearn.pipeline import make_pipeline

from skfashion import GraphPartition, HOGFeatures, load_fashion_mnist_sample
from skfashion.displays import ClusterClassMatrixDisplay
from skfashion.features import CappedPCA
from skfashion.metrics import hungarian_accuracy_score, purity_score

sample = load_fashion_mnist_sample()
X, y = sample.data[:3000], sample.target[:3000]

Z = make_pipeline(HOGFeatures(), CappedPCA(50, random_state=0)).fit_transform(X)
clusters = GraphPartition(10, random_state=0).fit_predict(Z)

# %%
# Matched pairs are on the diagonal, in frames. Coats and shirts have no cluster of their own; bags have two.

ClusterClassMatrixDisplay.from_predictions(y, clusters, class_names=sample.target_names)
plt.show()

# %%
# More clusters than classes raise the purity. They cannot raise the accuracy in the same way.

for k in (10, 30, 100):
    many = GraphPartition(k, max_imbalance=0.1, n_votes=4, random_state=0).fit_predict(Z)
    purity, accuracy = purity_score(y, many), hungarian_accuracy_score(y, many)
    print(f"{k:3} clusters: purity {purity:.2f}, Hungarian accuracy {accuracy:.2f}")
