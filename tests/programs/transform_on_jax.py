"""Transform images with the model of a folder, on jax, and keep the codes there."""

import sys
from pathlib import Path

import keras
import numpy as np

import skfashion

folder = Path(sys.argv[1])
loaded = skfashion.load(folder / "model.skfashion")
np.save(folder / "codes.npy", loaded[:-1].transform(np.load(folder / "images.npy")))
assert keras.config.backend() == "jax"
