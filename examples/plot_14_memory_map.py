"""
Streaming from a memory map
===========================

`partial_fit` trains for an epoch on the rows that it gets. So an autoencoder can learn from a file that is larger than
the memory, block by block. Bytes stay bytes until their batch is needed. (`fit` takes a memory map, too.)
"""

import tempfile
import tracemalloc
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from skfashion import DenseAE, load_fashion_mnist_sample

sample, _ = load_fashion_mnist_sample(return_X_y=True)
train, test = sample[:4000], sample[4000:]
N_IMAGES, BLOCK = 60_000, 2_000

# %%
# A file of 60,000 images, each shifted by up to two pixels. It is written through a memory map, too.

rng = np.random.default_rng(0)
folder = tempfile.TemporaryDirectory()
path = Path(folder.name, "images.npy")
images = np.lib.format.open_memmap(path, mode="w+", dtype="uint8", shape=(N_IMAGES, 784))
for start in range(0, N_IMAGES, BLOCK):
    rows = train[rng.integers(len(train), size=BLOCK)].reshape(-1, 28, 28)
    images[start : start + BLOCK] = np.roll(rows, rng.integers(-2, 3, size=2), axis=(1, 2)).reshape(BLOCK, -1)
images.flush()

# %%
# Read it block by block, and watch the error of new images and the memory that Python takes.

images = np.load(path, mmap_mode="r")  # nothing is read yet
ae = DenseAE(16, hidden_layer_sizes=(128,), rescale=255.0, random_state=0)
ae.partial_fit(images[:BLOCK])  # compiles once
n_read, errors, megabytes = [], [], []
tracemalloc.start()
for start in range(BLOCK, N_IMAGES, BLOCK):
    tracemalloc.reset_peak()
    ae.partial_fit(images[start : start + BLOCK])
    n_read.append(start + BLOCK)
    megabytes.append(tracemalloc.get_traced_memory()[1] / 1e6)
    errors.append(-ae.score_samples(test).mean())
tracemalloc.stop()

# %%

fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
left.plot(n_read, errors, color="#3b6ea8", lw=2)
left.set(xlabel="images read", ylabel="error of new images")
right.plot(n_read, megabytes, color="#e08a3c", lw=2, label="memory of Python")
right.plot(n_read, np.array(n_read) * 784 / 1e6, color="#999999", ls="--", label="part of the file that was read")
right.set(xlabel="images read", ylabel="MB")
right.legend(frameon=False)
for ax in (left, right):
    ax.xaxis.set_major_formatter("{x:,.0f}")
    ax.spines[["top", "right"]].set_visible(False)
plt.show()

del images
folder.cleanup()
