import os
import subprocess
import sys
from dataclasses import dataclass

import keras
import numpy as np
import pytest
from sklearn.base import clone

from skfashion import DenseAE, DenseClassifier
from skfashion.autoencoders import BaseAutoencoder
from skfashion.engine.backend import choose_backend

if choose_backend() != "jax":
    pytest.skip("compiled programs are jax's", allow_module_level=True)

from skfashion.engine import _jax
from skfashion.engine.rows import Rows
from skfashion.engine.variables import get_values

X = np.random.default_rng(0).random((40, 6), dtype=np.float32)


@pytest.fixture(autouse=True)
def _no_programs(monkeypatch):
    monkeypatch.setattr(_jax, "_programs", type(_jax._programs)())


def test_fits_of_one_architecture_share_their_compiled_functions():
    for seed in range(3):
        DenseAE(
            2, hidden_layer_sizes=(4,), dropout=0.1, max_iter=1, learning_rate_init=10.0**-seed, random_state=seed
        ).fit(X)
    assert len(_jax._programs) == 1


@pytest.mark.parametrize(
    "params",
    [
        {"n_components": 3},
        {"hidden_layer_sizes": (4,)},
        {"code_activation": "tanh"},
        {"loss": "log_loss"},
        {"alpha": 0.1},
        {"noise": 0.1},
        {"rescale": 2.0},
        {"augment": lambda rows, seed: rows},
    ],
    ids=lambda params: next(iter(params)),
)
def test_another_architecture_or_objective_has_functions_of_its_own(params):
    DenseAE(2, max_iter=1).fit(X)
    DenseAE(**{"n_components": 2, **params}, max_iter=1).fit(X)
    assert len(_jax._programs) == 2


def _times(factor):
    def activation(x):
        return factor * x

    return activation


def test_functions_of_one_name_are_not_one_function():
    fits = [DenseAE(2, max_iter=1, code_activation=_times(k), random_state=0).fit(X) for k in (1.0, 2.0)]
    assert len(_jax._programs) == 2
    assert fits[0].loss_curve_ != fits[1].loss_curve_
    again = DenseAE(2, max_iter=1, code_activation=fits[0].code_activation, random_state=0).fit(X)
    assert len(_jax._programs) == 2
    assert again.loss_curve_ == fits[0].loss_curve_


def test_a_lambda_is_an_activation_without_a_warning():
    DenseAE(2, max_iter=1, code_activation=lambda x: 2 * x).fit(X)


@dataclass
class _Shift:
    """Not hashable, as dataclasses are."""

    by: float

    def __call__(self, rows, seed):
        return rows + self.by


def test_an_augmenter_need_not_be_hashable():
    fits = [DenseAE(2, max_iter=1, augment=_Shift(by), random_state=0).fit(X) for by in (1.0, 2.0)]
    assert fits[0].loss_curve_ != fits[1].loss_curve_


def test_an_augmenter_whose_state_has_changed_is_another():
    augment, losses = _Shift(1.0), []
    for by in (1.0, 2.0):
        augment.by = by
        losses.append(DenseAE(2, max_iter=1, augment=augment, random_state=0).fit(X).loss_curve_)
    assert losses[0] != losses[1]


def test_named_augmentations_of_equal_strength_share_their_functions():
    for strength in (1.0, 1.0, 2.0):
        DenseAE(2, max_iter=1, augment={"shift": strength}).fit(X[:, :4])
    assert len(_jax._programs) == 2


def test_names_that_keras_counts_up_do_not_matter():
    for _ in range(2):
        _Plain(2, max_iter=1).fit(X)
    assert len(_jax._programs) == 1


def test_layers_that_cannot_describe_themselves_are_never_shared():
    fits = [_Scaling(2, max_iter=1, factor=factor, random_state=0).fit(X) for factor in (1.0, 2.0)]
    assert len(_jax._programs) == 2
    assert fits[0].loss_curve_ != fits[1].loss_curve_


def test_the_program_that_was_not_used_for_longest_makes_room(monkeypatch):
    monkeypatch.setattr(_jax, "MAX_PROGRAMS", 2)
    models = [DenseAE(n, max_iter=1, random_state=0).fit(X) for n in (1, 2, 3)]
    assert len(_jax._programs) == 2
    assert models[0].transform(X).shape == (40, 1)


class _Plain(BaseAutoencoder):
    def build_encoder(self, n_features, n_outputs):
        return keras.Sequential([keras.Input((n_features,)), keras.layers.Dense(n_outputs)])

    def build_decoder(self, n_features):
        return keras.Sequential([keras.Input((self.n_components,)), keras.layers.Dense(n_features)])


class _Times(keras.layers.Layer):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def call(self, x):
        return self.factor * x


@dataclass(kw_only=True, eq=False, repr=False)
class _Scaling(_Plain):
    factor: float = 1.0

    def build_encoder(self, n_features, n_outputs):
        return keras.Sequential([keras.Input((n_features,)), _Times(self.factor), keras.layers.Dense(n_outputs)])


class _Convolution(_Plain):
    def build_encoder(self, n_features, n_outputs):
        layers = keras.layers
        return keras.Sequential(
            [
                keras.Input((n_features,)),
                layers.Reshape((2, n_features // 2, 1)),
                layers.Conv2D(2, 2, kernel_initializer=keras.initializers.GlorotUniform(seed=0)),
                layers.Flatten(),
                layers.Dense(n_outputs),
            ]
        )


class _Block(keras.layers.Layer):
    """A convolution inside another layer."""

    def __init__(self):
        super().__init__()
        self.convolution = keras.layers.Conv1D(1, 2, padding="same")

    def call(self, x):
        return self.convolution(x[:, :, None])[:, :, 0]


class _Nested(_Plain):
    def build_encoder(self, n_features, n_outputs):
        return keras.Sequential([keras.Input((n_features,)), _Block(), keras.layers.Dense(n_outputs)])


@pytest.mark.parametrize(("estimator", "is_loop"), [(_Plain, True), (_Convolution, False), (_Nested, False)])
def test_steps_in_a_loop_are_the_steps_one_by_one(estimator, is_loop, monkeypatch):
    by_default = estimator(2, batch_size=8, max_iter=3, random_state=0).fit(X[:30])
    (program,) = _jax._programs.values()
    assert (program._run != program._single_steps) is is_loop
    monkeypatch.setattr(_jax, "_CONVOLUTIONS", keras.layers.Layer if is_loop else ())
    _jax._programs.clear()
    otherwise = estimator(2, batch_size=8, max_iter=3, random_state=0).fit(X[:30])
    np.testing.assert_allclose(by_default.loss_curve_, otherwise.loss_curve_, rtol=1e-5)
    _assert_close_weights(by_default, otherwise)


def _assert_close_weights(fit, other):
    pairs = zip(get_values(fit._network.network.variables), get_values(other._network.network.variables), strict=True)
    for value, expected in pairs:
        np.testing.assert_allclose(value, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    "estimator",
    [
        DenseAE(2, batch_size=4, dropout=0.2, noise=0.1, max_iter=3, random_state=0),
        DenseClassifier((4,), batch_size=4, dropout=0.2, early_stopping=False, max_iter=3, random_state=0),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_how_many_steps_a_call_takes_has_no_part_in_the_result(estimator, monkeypatch):
    fits = []
    for n_steps in (1, 2, 16):
        monkeypatch.setattr(_jax, "MAX_STEPS", n_steps)
        fits.append(clone(estimator).fit(X[:39], np.arange(39) % 2))  # ten batches, the last of three rows
    for fit in fits[1:]:
        np.testing.assert_allclose(fit.loss_curve_, fits[0].loss_curve_, rtol=1e-5)
        _assert_close_weights(fit, fits[0])


@pytest.mark.parametrize(
    ("n_rows", "n_features", "expected"),
    [(1, 6, 1), (40, 6, 5), (72, 6, 10), (400, 6, 56), (10_000, 6, 64), (10_000, 2**18, 2), (10, 2**26, 1)],
)
def test_a_call_takes_the_steps_of_an_epoch_or_an_even_part_of_them_within_bounds(n_rows, n_features, expected):
    rows = Rows(np.broadcast_to(np.float32(0), (n_rows, n_features)))
    assert _jax._steps_per_call(rows, batch_size=8) == expected


ON_FOUR_DEVICES = """
import jax, keras, numpy as np
from skfashion import DenseAE, DenseClassifier, DenseVAE
from skfashion.engine._jax import _Placement

X, y = np.random.default_rng(0).random((50, 6)), np.arange(50) % 2
estimators = [
    DenseAE(2, hidden_layer_sizes=(5,), batch_size=8, noise=0.1, max_iter=3, random_state=0),
    DenseVAE(2, batch_size=8, dropout=0.1, early_stopping=True, max_iter=3, random_state=0),
    DenseClassifier((5,), batch_size=8, max_iter=3, random_state=0),
]
on_one = [(e.fit(X, y).loss_curve_, e.best_loss_, e._infer(method, X)) for e in estimators
          for method in ["encode" if hasattr(e, "transform") else "predict_proba"]]
devices = keras.distribution.DataParallel(devices=[f"cpu:{i}" for i in range(4)])
shards, place = set(), _Placement.of_batches
def watched(self, *arguments):
    batches = place(self, *arguments)
    rows = jax.tree.leaves(batches)[0]  # of ((rows, targets), weights)
    shards.add((rows.shape[1], *{shard.data.shape[1] for shard in rows.addressable_shards}))
    return batches
_Placement.of_batches = watched
with devices.scope():
    split = place(_Placement(devices), np.zeros((16, 6), np.float32), (2, 8))
    whole = place(_Placement(devices), np.zeros((12, 6), np.float32), (2, 6))
    on_four = [(e.fit(X, y).loss_curve_, e.best_loss_, e._infer(method, X)) for e in estimators
               for method in ["encode" if hasattr(e, "transform") else "predict_proba"]]
assert {shard.data.shape for shard in split.addressable_shards} == {(2, 2, 6)}
assert {shard.data.shape for shard in whole.addressable_shards} == {(2, 6, 6)}
assert shards == {(8, 2)}, shards  # batches of 8 rows in parts of 2, while training
assert keras.distribution.distribution() is None
for one, four in zip(on_one, on_four):
    for a, b in zip(one, four):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-5)
estimators[0].partial_fit(X)
"""


def test_a_fit_on_four_devices_is_that_on_one():
    flags = "--xla_force_host_platform_device_count=4"
    environment = os.environ | {"XLA_FLAGS": flags, "KERAS_BACKEND": "jax"}
    subprocess.run([sys.executable, "-c", ON_FOUR_DEVICES], env=environment, check=True)


class _InDtype(_Plain):
    def build_encoder(self, n_features, n_outputs):
        return keras.Sequential([keras.Input((n_features,)), keras.layers.Dense(n_outputs, dtype=self.activation)])


def test_a_layers_dtype_is_part_of_the_architecture(monkeypatch):
    monkeypatch.setattr(_InDtype, "_validate_params", lambda self: None)
    fits = [_InDtype(2, activation=dtype, max_iter=1, random_state=0).fit(X) for dtype in ("float32", "mixed_bfloat16")]
    assert len(_jax._programs) == 2
    assert fits[0].loss_curve_ != fits[1].loss_curve_
