"""
A pipeline: an autoencoder and a mixture
========================================

An autoencoder is a transformer, so it goes into a :class:`~sklearn.pipeline.Pipeline` in front of any clusterer. No
label takes part in the fit. :class:`~skfashion.DenseAE` has the methods of PCA and the parameters of MLPClassifier.
"""

import matplotlib.pyplot as plt
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import Pipeline

from skfashion import DenseAE, HungarianAccuracy, load_fashion_mnist_sample
from skfashion.displays import ClusterImagesDisplay

X, y = load_fashion_mnist_sample(return_X_y=True)  # (5000, 784), bytes

pipe = Pipeline(
    [
        ("ae", DenseAE(10, hidden_layer_sizes=(256,), rescale=255.0, max_iter=30, tol=0, random_state=0)),
        ("gmm", GaussianMixture(10, random_state=0)),
    ]
)
clusters = pipe.fit_predict(X)

# %%
# Each line is a cluster: the images nearest to its mean.

ClusterImagesDisplay.from_estimator(pipe, X, n_images=14)
plt.show()

# %%
# The classes of this sample are known. They judge the clusters afterwards: the share of images in the right cluster,
# with clusters and classes matched one to one.

print(f"Hungarian accuracy: {HungarianAccuracy()(pipe, X, y):.2f}")
