"""Import every module of ours, then fit: only the fit may change the environment."""

import importlib
import os
import pkgutil

import numpy as np

import skfashion

before = dict(os.environ)
OF_OTHER_BACKENDS = ("skfashion.engine._torch", "skfashion.engine._tensorflow", "skfashion.engine._jax")
for module in pkgutil.walk_packages(skfashion.__path__, "skfashion."):
    if not module.name.startswith(("skfashion.plugins.extras", "skfashion.__main__", *OF_OTHER_BACKENDS)):
        importlib.import_module(module.name)
changed = {name for name, _ in set(os.environ.items()) ^ set(before.items())}
assert all(name.startswith(("TPU_", "TF_")) for name in changed), changed  # set by jax and umap-learn

import keras  # noqa: E402 (it is imported by now)

skfashion.DenseAE(2, max_iter=1).fit(np.zeros((4, 6)))
assert os.environ["KERAS_BACKEND"] == keras.config.backend()
