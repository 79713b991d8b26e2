import keras
import numpy as np
import pytest
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfashion import ConvAE, ConvVAE
from skfashion.engine.seeding import seeded

quick = {"max_iter": 2, "random_state": 0}
BUSY = {"filters": (3, 4, 5), "dropout": 0.2, "noise": 0.1, "alpha": 0.1, "early_stopping": True}


@parametrize_with_checks(
    [
        ConvAE(max_iter=2, filters=(4,)),
        ConvAE(max_iter=2, **BUSY),
        ConvVAE(max_iter=2, filters=(4,), pooling="average"),
    ]
)
def test_scikit_learns_whole_suite(estimator, check):
    check(estimator)


@pytest.mark.filterwarnings("ignore:X (has|does not have valid) feature names")  # the checks themselves mix the two
@pytest.mark.parametrize("estimator", [ConvAE, ConvVAE])
@pytest.mark.parametrize(
    "check",
    [estimator_checks.check_param_validation, estimator_checks.check_set_output_transform_pandas],
    ids=lambda check: check.__name__,
)
def test_checks_that_the_suite_leaves_out(check, estimator):
    check(estimator.__name__, estimator(max_iter=1))


@pytest.mark.parametrize(
    ("shape", "filters", "pooling"),
    [
        ((9, 7), (), None),
        ((8, 8, 3), (4,), "max"),
        ((15, 17, 1), (4,), "average"),
        *[(shape, (3, 4, 5), None) for shape in [(8, 8), (9, 7), (8, 8, 3), (15, 17, 1), (1, 70), (33, 2)]],
        *[(shape, (3, 4, 5), "max") for shape in [(9, 7), (1, 70), (10, 11, 3)]],
        ((17, 2), (3, 4, 5, 6, 7), "max"),  # a side that cannot be halved as often
    ],
    ids=str,
)
def test_networks_for_images_of_any_size_return_it(shape, filters, pooling):
    n_features = int(np.prod(shape))
    with seeded(0):
        network = ConvAE(3, image_shape=shape, filters=filters, pooling=pooling).build_network((n_features,), seed=0)
    assert (network.encoder.output_shape, network.decoder.output_shape) == ((None, 3), (None, n_features))


@pytest.mark.parametrize(("shape", "pooling"), [((8, 8, 3), None), ((17, 2), "max"), ((1, 70), "average")], ids=str)
def test_images_of_any_size_come_back_in_it(shape, pooling):
    X = np.random.default_rng(0).random((12, int(np.prod(shape))))
    ae = ConvAE(3, image_shape=shape, filters=(3, 4, 5), pooling=pooling, max_iter=1, random_state=0).fit(X)
    assert ae.inverse_transform(ae.transform(X)).shape == X.shape


def test_a_stage_is_a_strided_convolution(images):
    """The same weights in Keras' own layer."""
    ae = ConvAE(3, filters=(6,), activation="identity", **quick).fit(images)
    kernel, bias = (weight.numpy() for weight in ae.encoder_.get_layer("stage_1").weights)  # (4, 6): 2 x 2 pixels
    convolution = keras.layers.Conv2D(6, 2, strides=2)
    convolution.build((None, 28, 28, 1))
    convolution.set_weights([kernel.reshape(2, 2, 1, 6), bias])
    features = keras.Model(ae.encoder_.inputs[0], ae.encoder_.get_layer("stage_1").output)
    ours = keras.ops.convert_to_numpy(features(images[:5]))
    theirs = keras.ops.convert_to_numpy(convolution(images[:5].reshape(5, 28, 28, 1)))
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_colours_of_a_pixel_stay_together():
    """The weights of one block, applied to the image's only block."""
    X = np.random.default_rng(0).random((4, 12)).astype(np.float32)
    ae = ConvAE(3, image_shape=(2, 2, 3), filters=(5,), activation="identity", **quick).fit(X)
    kernel, bias = (weight.numpy() for weight in ae.encoder_.get_layer("stage_1").weights)
    features = keras.Model(ae.encoder_.inputs[0], ae.encoder_.get_layer("stage_1").output)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(features(X))[:, 0, 0], X @ kernel + bias, atol=1e-5)


def test_weights_are_shared_over_positions(images):
    ae = ConvAE(3, filters=(6, 7), **quick).fit(images)
    assert [tuple(w.shape) for w in ae.encoder_.get_layer("stage_1").weights] == [(4, 6), (6,)]
    assert [tuple(w.shape) for w in ae.encoder_.get_layer("stage_2").weights] == [(24, 7), (7,)]
    assert [tuple(w.shape) for w in ae.decoder_.get_layer("stage_1").weights] == [(6, 4), (4,)]


def test_before_a_pooling_kernels_overlap(images):
    """The same weights in Keras' own layers."""
    ae = ConvAE(3, filters=(6,), pooling="max", **quick).fit(images)
    kernel, bias = (weight.numpy() for weight in ae.encoder_.get_layer("stage_1").weights)  # (9, 6): 3 x 3 pixels
    convolution = keras.layers.Conv2D(6, 3, padding="same", activation="relu")
    convolution.build((None, 28, 28, 1))
    convolution.set_weights([kernel.reshape(3, 3, 1, 6).swapaxes(0, 1), bias])
    features = keras.Model(ae.encoder_.inputs[0], ae.encoder_.get_layer("pooling_1").output)
    theirs = keras.layers.MaxPooling2D(2)(convolution(images[:5].reshape(5, 28, 28, 1)))
    ours = features(images[:5])
    np.testing.assert_allclose(*map(keras.ops.convert_to_numpy, (ours, theirs)), atol=1e-5)


def test_filters_may_be_an_array(images):
    assert len(ConvAE(2, filters=np.array([4, 8]), max_iter=1).fit(images).decoder_.layers) > 4


def test_convolutions_are_drawn_as_keras_draws_its_own(images):
    ae = ConvAE(3, filters=(32, 64), pooling="max", max_iter=1, learning_rate_init=1e-30, random_state=0).fit(images)
    theirs = {}
    for stage, shape in {"stage_1": (None, 28, 28, 1), "stage_2": (None, 14, 14, 32)}.items():
        layer = keras.layers.Conv2D(32 if stage == "stage_1" else 64, 3)
        layer.build(shape)
        theirs[stage] = keras.ops.convert_to_numpy(layer.kernel).std()
    ours = {stage: keras.ops.convert_to_numpy(ae.encoder_.get_layer(stage).kernel).std() for stage in theirs}
    assert ours == pytest.approx(theirs, rel=0.1)
    decoded = keras.ops.convert_to_numpy(ae.decoder_.get_layer("stage_2").kernel).std()
    assert decoded == pytest.approx(theirs["stage_2"], rel=0.1)


def test_augmentation_takes_the_shape_that_is_given():
    X = np.random.default_rng(0).random((12, 9 * 7 * 3))
    ae = ConvAE(3, image_shape=(9, 7, 3), augment=("shift", "blur"), max_iter=1, random_state=0).fit(X)
    assert np.isfinite(ae.loss_curve_).all()


@pytest.mark.parametrize("pooling", [None, "max", "average"])
@pytest.mark.once
def test_it_learns(images, pooling):
    X = images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(-1, 196)  # a quarter of the pixels
    ae = ConvAE(8, filters=(8, 16), pooling=pooling, learning_rate_init=3e-3, max_iter=60, random_state=0).fit(X)
    assert -ae.score(X) < 0.5 * X.var(axis=0).mean()


def test_a_logistic_output_is_for_probabilities(images):
    ae = ConvAE(3, filters=(4,), loss="log_loss", **quick).fit(images)
    restored = ae.inverse_transform(ae.transform(images))
    assert 0 < restored.min() < restored.max() < 1


@pytest.mark.parametrize(("n_features", "shape"), [(10, (1, 10)), (49, (7, 7)), (81, (9, 9))])
def test_without_a_shape_rows_are_square_images_or_short(n_features, shape):
    ae = ConvAE(2, filters=(3,), max_iter=1).fit(np.zeros((4, n_features)))
    assert ae.encoder_.layers[1].target_shape == (*shape, 1)


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ({"image_shape": (28, 27)}, r"image_shape=\(28, 27\) has 756 pixels but X has 784 columns; pass image_shape="),
        ({"image_shape": (784,)}, r"image_shape=\(784,\) must be \(height, width\) or"),
        ({"image_shape": (28.0, 28)}, "image_shape=.* must be"),
        ({"image_shape": (-28, -28)}, "image_shape=.* must be"),
        ({"pooling": "min"}, "'pooling' parameter of ConvAE must be a str among"),
        ({"filters": (4, 0)}, r"filters=\(4, 0\) must be integers of at least 1, one a stage"),
    ],
)
def test_a_shape_or_filters_that_cannot_be_are_an_error_and_nothing_is_fitted(images, params, problem):
    ae = ConvAE(3, max_iter=1, **params)
    with pytest.raises(ValueError, match=problem):
        ae.fit(images)
    assert not hasattr(ae, "n_iter_")


def test_a_shape_that_cannot_be_inferred_is_an_error():
    with pytest.raises(ValueError, match="image_shape=None is for square grey images but X has 783 columns"):
        ConvAE(3).fit(np.zeros((4, 783)))


def test_fits_are_reproducible(images):
    codes = [ConvAE(3, filters=(4,), max_iter=2, random_state=seed).fit_transform(images) for seed in (0, 0, 1)]
    np.testing.assert_array_equal(codes[0], codes[1])
    assert not np.array_equal(codes[0], codes[2])
