"""What a new architecture inherits; the rest is tested through DenseAE."""

from dataclasses import dataclass

import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfashion.autoencoders import BaseAutoencoder
from skfashion.networks.architectures import dense


@dataclass(kw_only=True, eq=False, repr=False)
class BottleneckAE(BaseAutoencoder):
    """The example of CONTRIBUTING.md: one hidden layer of a given width on both sides."""

    width: int = 4

    def build_encoder(self, n_features, n_outputs):
        activations = {"activation": self.activation, "output_activation": self.code_activation}
        return dense(n_features, (self.width,), n_outputs, **activations, name="encoder")

    def build_decoder(self, n_features):
        activations = {"activation": self.activation, "output_activation": self.reconstruction_activation}
        return dense(self.n_components, (self.width,), n_features, **activations, name="decoder")


class PlainKerasAE(BaseAutoencoder):
    """Layers without names or seeds, as a user of Keras writes them."""

    def build_encoder(self, n_features, n_outputs):
        return keras.Sequential([keras.Input((n_features,)), keras.layers.Dense(n_outputs)])

    def build_decoder(self, n_features):
        return keras.Sequential([keras.Input((self.n_components,)), keras.layers.Dense(n_features)])


@parametrize_with_checks([BottleneckAE(max_iter=2), PlainKerasAE(max_iter=2)])
def test_a_new_architecture_passes_scikit_learns_suite(estimator, check):
    check(estimator)


def test_a_new_parameter_is_one_of_scikit_learns():
    ae = BottleneckAE(3, width=7)
    assert ae.get_params()["width"] == 7
    assert clone(ae).set_params(width=5).width == 5
    assert repr(ae) == "BottleneckAE(n_components=3, width=7)"
    fitted = ae.set_params(max_iter=1).fit(np.zeros((4, 6)))
    assert fitted.encoder_.get_layer("hidden_1").units == 7


def test_plain_layers_follow_random_state():
    X = np.random.default_rng(0).random((20, 6))
    fits = [PlainKerasAE(2, max_iter=1, random_state=seed).fit(X).transform(X) for seed in (0, 0, 1)]
    np.testing.assert_array_equal(fits[0], fits[1])
    assert not np.array_equal(fits[0], fits[2])


def test_a_subclass_that_forgot_the_decorator_is_an_error():
    class Forgetful(PlainKerasAE):
        width: int = 4

    with pytest.raises(TypeError, match="Forgetful annotates parameters but is not a dataclass; decorate it"):
        Forgetful(2)


@pytest.mark.parametrize(
    ("layers", "error", "problem"),
    [
        (lambda n: None, TypeError, "Wrong.build_decoder returned None; return a keras.Model"),
        (lambda n: [keras.layers.Dense(n)], ValueError, r"unknown input; begin with keras.Input\(\(2,\)\)"),
        (lambda n: [keras.Input((2,)), keras.layers.Dense(n - 1)], ValueError, r"to \(None, 5\); it must be .*None, 6"),
        (
            lambda n: [keras.Input((3,)), keras.layers.Dense(n)],
            ValueError,
            r"from \(None, 3\) .*must be from \(None, 2",
        ),
    ],
)
def test_models_that_fit_no_rows_or_codes_are_refused_by_name(layers, error, problem):
    class Wrong(PlainKerasAE):
        def build_decoder(self, n_features):
            found = layers(n_features)
            return found and keras.Sequential(found)

    with pytest.raises(error, match=problem):
        Wrong(2).fit(np.zeros((4, 6)))


def test_a_model_with_its_own_call_is_taken():
    class Layers(keras.Model):
        def __init__(self, n):
            super().__init__()
            self.layer = keras.layers.Dense(n)

        def build(self, input_shape):
            self.layer.build(input_shape)
            self.built = True

        def call(self, x):
            return self.layer(x)

    class OwnCall(PlainKerasAE):
        def build_decoder(self, n_features):
            model = Layers(n_features)
            model.build((None, self.n_components))
            return model

    assert OwnCall(2, max_iter=1).fit(np.zeros((4, 6))).inverse_transform(np.zeros((1, 2))).shape == (1, 6)


def test_the_base_is_abstract():
    with pytest.raises(TypeError, match="abstract"):
        BaseAutoencoder(2)
