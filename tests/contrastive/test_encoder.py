from dataclasses import dataclass

import keras
import numpy as np
import pytest
from sklearn.datasets import load_digits, make_blobs
from sklearn.decomposition import PCA
from sklearn.metrics import silhouette_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfashion import ContrastiveEncoder, load, save
from skfashion.engine.seeding import seeded

SHORT = {"n_copies": 2, "max_iter": 3, "hidden_layer_sizes": (16,)}


@parametrize_with_checks([ContrastiveEncoder(2, **SHORT)])
def test_scikit_learns_whole_suite(estimator, check):
    check(estimator)


def test_features_may_be_any_transformer():
    X, _ = make_blobs(60, 10, random_state=0)
    assert ContrastiveEncoder(3, features=PCA(4), random_state=0, **SHORT).fit_transform(X).shape == (60, 3)


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return X[:600] / 16, y[:600]


@pytest.fixture(scope="module")
def fitted(digits):
    return ContrastiveEncoder(16, n_copies=3, hidden_layer_sizes=(64, 64), random_state=0).fit(digits[0])


@pytest.mark.once
def test_classes_stand_apart_in_the_codes_more_than_in_the_features(fitted, digits):
    X, y = digits
    assert silhouette_score(fitted.transform(X), y) > 2 * silhouette_score(fitted._describe(X), y)
    assert fitted.loss_curve_[-1] < fitted.loss_curve_[0]
    assert len(fitted.loss_curve_) == fitted.n_iter_
    assert list(fitted.get_feature_names_out()[:2]) == ["contrastiveencoder0", "contrastiveencoder1"]


def test_initial_weights_are_at_most_one_over_the_root_of_the_inputs():
    with seeded(0):
        network = ContrastiveEncoder(32).build_network((128,), seed=0)
    for model in (network.encoder, network.projector):
        for kernel in (w.numpy() for w in model.trainable_variables if len(w.shape) == 2):
            assert 0.9 < np.abs(kernel).max() * np.sqrt(len(kernel)) <= 1


@pytest.mark.parametrize("loss", ["spectral", "simclr", "vicreg"])
def test_each_loss_falls_and_keeps_groups_apart(loss):
    X, y = make_blobs(200, 10, centers=4, random_state=0)
    encoder = ContrastiveEncoder(4, loss=loss, max_iter=20, batch_size=50, random_state=0).fit(X)
    assert encoder.loss_curve_[-1] < encoder.loss_curve_[0]
    assert (
        KNeighborsClassifier(5).fit(encoder.transform(X[:100]), y[:100]).score(encoder.transform(X[100:]), y[100:]) == 1
    )


def test_codes_do_not_depend_on_the_scale_of_features():
    X, _ = make_blobs(100, 10, centers=4, random_state=0)
    small, large = (ContrastiveEncoder(2, random_state=0, **SHORT).fit(f * X).transform(f * X) for f in (1, 64))
    np.testing.assert_allclose(small, large, rtol=1e-3, atol=1e-4)


def test_a_fit_is_bitwise_repeatable(digits):
    first, second = (ContrastiveEncoder(2, random_state=1, **SHORT).fit_transform(digits[0]) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_it_can_be_saved(fitted, digits, tmp_path):
    save(fitted, tmp_path / "model.skfashion")
    np.testing.assert_array_equal(load(tmp_path / "model.skfashion").transform(digits[0]), fitted.transform(digits[0]))


@dataclass(eq=False, repr=False)
class ConvolutionalEncoder(ContrastiveEncoder):
    """An encoder with a network of its own, on pixels."""

    filters: int = 4

    def build_encoder(self, n_features):
        layers = keras.layers
        return keras.Sequential(
            [
                keras.Input((n_features,)),
                layers.Reshape((8, 8, 1)),
                layers.Conv2D(self.filters, 3, strides=2, activation="relu"),
                layers.Flatten(),
            ]
        )


def test_a_subclass_brings_its_own_network(digits):
    encoder = ConvolutionalEncoder(3, features="passthrough", filters=2, n_copies=2, max_iter=2, random_state=0)
    assert encoder.fit_transform(digits[0]).shape == (600, 3)
    assert encoder._network.network.encoder.output_shape == (None, 3 * 3 * 2)


def test_colour_images_need_their_shape():
    X = np.random.default_rng(0).random((20, 8 * 8 * 3))
    encoder = ContrastiveEncoder(2, image_shape=(8, 8, 3), **SHORT)
    assert encoder.fit_transform(X).shape == (20, 2)
    with pytest.raises(ValueError, match=r"image_shape=\(8, 8\) has 64 pixels but X has 192 columns"):
        encoder.set_params(image_shape=(8, 8)).fit(X)


def test_an_unknown_change_is_refused(digits):
    with pytest.raises(ValueError, match="augment has 'turn'; choose from shift, scale"):
        ContrastiveEncoder(augment="turn").fit(digits[0])
