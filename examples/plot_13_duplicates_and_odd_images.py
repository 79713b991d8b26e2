"""
Duplicates and odd images
=========================

Folders of images hold copies and strangers. :func:`~skfashion.inspection.find_copies` finds images that are equal or
nearly so; :class:`~skfashion.inspection.Likeness` says how unlike the others an image is. Here some of each
are planted.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.decomposition import PCA

from skfashion import load_fashion_mnist_sample
from skfashion.inspection import Likeness, find_copies

X, _ = load_fashion_mnist_sample(return_X_y=True)
X = X[:2000]
rng = np.random.default_rng(0)

noisy = (X[:4] + rng.normal(0, 3, (4, 784))).clip(0, 255)  # as after a strong compression
brighter = X[4:8] * 0.9
strange = [255 - X[8], np.flipud(X[9].reshape(28, 28)).ravel(), rng.integers(0, 256, 784), np.tile(X[10][::2], 2)]
images = np.concatenate([X, noisy, brighter, np.array(strange)]).astype("uint8")

# %%
# Groups of copies: each line has the first image, then its copies.

copies = find_copies(images, image_shape=(28, 28))
print(copies)

groups = [copies.rows[copies.groups == g] for g in range(copies.n_groups)]
fig, axes = plt.subplots(2, min(copies.n_groups, 10), figsize=(10, 2.4), layout="constrained")
for column, rows in zip(axes.T, groups, strict=False):
    for ax, row in zip(column, rows, strict=False):
        ax.imshow(images[row].reshape(28, 28), cmap="gray_r")
    for ax in column:
        ax.axis("off")
plt.show()

# %%
# The images with the highest scores: those that are least like the others.

Z = PCA(30, random_state=0).fit_transform(images / 255.0)
_, scores = Likeness.of(images, Z, image_shape=(28, 28))

fig, axes = plt.subplots(2, 8, figsize=(10, 3), layout="constrained")
for ax, row in zip(axes.ravel(), np.argsort(-scores), strict=False):
    ax.imshow(images[row].reshape(28, 28), cmap="gray_r")
    ax.set_title(f"{scores[row]:.1f}" + (" (planted)" if row >= 2008 else ""), size=9)
    ax.axis("off")
plt.show()
