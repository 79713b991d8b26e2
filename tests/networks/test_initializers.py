import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from skfashion import ConvAE, DenseAE
from skfashion.engine.seeding import seeded
from skfashion.networks.initializers import DrawnInBlocks, glorot_uniform, small_uniform, uniform

SHAPES = [(1, 1), (17, 9), (100, 37), (784, 256)]


def _drawn(initializer, shape):
    return keras.ops.convert_to_numpy(initializer(shape, dtype="float32"))


def _depend_on_the_size():
    """True where a number depends on how many are drawn with it."""
    if keras.config.backend() != "jax":
        return False
    import jax

    return not jax.config.jax_threefry_partitionable


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("make", [glorot_uniform, small_uniform, lambda: uniform(0.2)], ids=["glorot", "small", "any"])
def test_weights_are_those_of_keras_initialiser(make, shape):
    with seeded(3):
        initializer = make()
    ours, theirs = _drawn(initializer, shape), _drawn(initializer.plain, shape)
    assert ours.shape == shape
    if _depend_on_the_size():
        limit = initializer.limit(shape)
        assert np.abs(ours).max() <= limit
        if ours.size > 100:
            assert np.abs(ours).max() == pytest.approx(np.abs(theirs).max(), rel=0.05)
            assert ours.std() == pytest.approx(limit / np.sqrt(3), rel=0.1)
    else:
        np.testing.assert_array_equal(ours, theirs)


def test_arrays_of_few_sizes_are_drawn(monkeypatch):
    sizes, draw = [], keras.random.uniform
    monkeypatch.setattr(keras.random, "uniform", lambda shape, *a, **k: sizes.append(shape) or draw(shape, *a, **k))
    for shape in [(2, 3), (32, 32), (33, 32), (64, 64), (65, 64)]:
        DrawnInBlocks(keras.initializers.GlorotUniform(seed=0), lambda _: 1.0)(shape)
    assert sizes == [(1024,), (1024,), (4096,), (4096,), (16384,)]


def test_a_saved_encoder_needs_nothing_of_ours(tmp_path):
    X = np.random.default_rng(0).random((12, 64))
    paths = [tmp_path / "dense.keras", tmp_path / "conv.keras"]
    for path, ae in zip(paths, [DenseAE(2, max_iter=1), ConvAE(2, filters=(3,), max_iter=1)], strict=True):
        ae.fit(X).encoder_.save(path)
    code = "import sys, keras; [*map(keras.models.load_model, sys.argv[1:])]; assert 'skfashion' not in sys.modules"
    environ = os.environ | {"KERAS_BACKEND": keras.config.backend()}
    subprocess.run([sys.executable, "-c", code, *paths], check=True, env=environ)
