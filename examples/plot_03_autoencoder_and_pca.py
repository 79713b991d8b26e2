"""
An autoencoder compared with PCA
================================

Principal components are the best linear code. A deep autoencoder of the same width restores images better, since its
code is not linear. Both have `transform` and `inverse_transform`.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.decomposition import PCA

from skfashion import DenseAE, load_fashion_mnist_sample

X, _ = load_fashion_mnist_sample(return_X_y=True)
X = X.astype("float32") / 255
X_train, X_test = X[:4000], X[4000:]

reducers = {
    "PCA": PCA(8, random_state=0),
    "DenseAE": DenseAE(8, hidden_layer_sizes=(256, 64), max_iter=40, tol=0, random_state=0),
}
restored = {}
for name, reducer in reducers.items():
    reducer.fit(X_train)
    restored[name] = reducer.inverse_transform(reducer.transform(X_test))

# %%
# Twelve images that no reducer has seen, and what 8 numbers keep of them.

shown = np.random.default_rng(3).choice(len(X_test), 12, replace=False)
fig, axes = plt.subplots(3, 12, figsize=(11, 3.1), layout="constrained")
for line, (name, images) in zip(axes, {"image": X_test, **restored}.items(), strict=True):
    for ax, image in zip(line, images[shown], strict=True):
        ax.imshow(image.reshape(28, 28), cmap="gray_r", vmin=0, vmax=1)
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    line[0].set_ylabel(name, rotation=0, ha="right", va="center")
plt.show()

for name, images in restored.items():
    print(f"{name:8} mean squared error of new images: {np.mean((images - X_test) ** 2):.4f}")
