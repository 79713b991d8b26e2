"""
Features of a pretrained network
================================

Images that differ in light, place and colour have no groups of similar pixels. A network that was trained on other
images of this kind still finds them. :class:`~skfashion.PretrainedFeatures` takes such a network as a file. Here a
small one is trained in a few seconds on drawn shapes; yours may have seen a million photos.
"""

import tempfile
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skfashion import PretrainedFeatures
from skfashion.metrics import hungarian_accuracy_score

SIDE = 32


def draw(kind, rng):
    """Return a picture of a kind of shape, anywhere, of any size and colour."""
    v, h = np.mgrid[:SIDE, :SIDE] - rng.uniform(11, 21, size=(2, 1, 1))
    size, ring = rng.uniform(6, 9), np.hypot(v, h)
    masks = {
        "disc": ring < size,
        "ring": abs(ring - size) < 2,
        "cross": ((abs(v) < 2) | (abs(h) < 2)) & (np.maximum(abs(v), abs(h)) < size),
        "square": np.maximum(abs(v), abs(h)) < 0.8 * size,
        "stripes": (v.round() % 5 < 2) & (np.maximum(abs(v), abs(h)) < size),
        "dots": (v.round() % 5 < 2) & (h.round() % 5 < 2) & (np.maximum(abs(v), abs(h)) < size),
    }
    front, back = rng.uniform(0, 1, (2, 3))
    image = np.where(masks[kind][..., None], front, back * 0.7) + rng.normal(0, 0.05, (SIDE, SIDE, 3))
    return (image.clip(0, 1) * 255).astype("uint8")


KINDS = ("disc", "ring", "cross", "square", "stripes", "dots")
rng = np.random.default_rng(0)
y = np.repeat(np.arange(6), 300)
X = np.array([draw(KINDS[kind], rng) for kind in y])

# %%
# The network learns to tell four of the kinds apart, on other pictures. Stripes and dots it never sees.

others = np.random.default_rng(1)
kinds = others.integers(4, size=4000)
pictures = np.array([draw(KINDS[kind], others) for kind in kinds], dtype="float32")

keras.utils.set_random_seed(0)
network = keras.Sequential([keras.Input((SIDE, SIDE, 3)), keras.layers.Rescaling(1 / 255)])
network.add(keras.layers.LayerNormalization(axis=(1, 2), center=False, scale=False))  # contrast does not count
for width in (16, 32, 64):
    network.add(keras.layers.Conv2D(width, 3, strides=2, padding="same", activation="relu"))
network.add(keras.layers.GlobalMaxPooling2D())
network.add(keras.layers.Dense(4))
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
network.compile(keras.optimizers.Adam(3e-3), loss)
network.fit(pictures, kinds, epochs=10, batch_size=64, verbose=0)

# %%
# All images, in rows, as the pipelines get them.

rows = X.reshape(len(X), -1)
kmeans = KMeans(6, n_init=5, random_state=0)
with tempfile.TemporaryDirectory() as folder:
    network.save(Path(folder, "network.keras"))
    features = PretrainedFeatures(Path(folder, "network.keras"), image_shape=(SIDE, SIDE, 3)).fit_transform(rows)
clusters = {
    "pixels": make_pipeline(PCA(30, random_state=0), kmeans).fit_predict(rows / 255.0),
    "pretrained features": make_pipeline(StandardScaler(), kmeans).fit_predict(features),
}

# %%
# A line of random images for each cluster.

fig, axes = plt.subplots(6, 2, figsize=(10.5, 3.6), layout="constrained")
for column, (name, labels) in zip(axes.T, clusters.items(), strict=True):
    for ax, cluster in zip(column, range(6), strict=True):
        some = np.random.default_rng(1).choice(np.flatnonzero(labels == cluster), 11)
        ax.imshow(np.hstack(X[some]))
        ax.axis("off")
    column[0].set_title(f"clusters of {name}: accuracy {hungarian_accuracy_score(y, labels):.2f}")
plt.show()
