"""
Samples and the manifold of a variational autoencoder
=====================================================

The code of a variational autoencoder has a known distribution. So one can walk through it, and draw new images from it.
"""

import matplotlib.pyplot as plt

from skfashion import DenseVAE, load_fashion_mnist_sample
from skfashion.displays import ManifoldDisplay

X, _ = load_fashion_mnist_sample(return_X_y=True)
settings = {"loss": "log_loss", "rescale": 255.0, "max_iter": 40, "tol": 0, "random_state": 0}

# %%
# With two components, the whole space fits on a page: each tile is the image that the decoder makes of its place.

flat = DenseVAE(2, hidden_layer_sizes=(256, 64), **settings).fit(X)
ManifoldDisplay.from_estimator(flat, X, n_rows=16, n_columns=16)
plt.show()

# %%
# More components give more varied images. These have never existed.

vae = DenseVAE(8, hidden_layer_sizes=(256, 64), **settings).fit(X)
images = vae.sample(40, random_state=0)

fig, axes = plt.subplots(4, 10, figsize=(9, 3.7), layout="constrained")
for ax, image in zip(axes.ravel(), images, strict=True):
    ax.imshow(image.reshape(28, 28), cmap="gray_r", vmin=0, vmax=255)
    ax.axis("off")
plt.show()
