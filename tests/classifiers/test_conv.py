import keras
import numpy as np
import pytest
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfashion import ConvClassifier

# as for scikit-learn's MLPClassifier
REPEATED = {"check_sample_weight_equivalence_on_dense_data": "a repeated row changes which rows share a mini-batch"}


@parametrize_with_checks(
    [ConvClassifier((8, 8), max_iter=15, batch_size=16, learning_rate_init=1e-2)],
    expected_failed_checks=lambda estimator: REPEATED,
)
@pytest.mark.once
def test_scikit_learns_whole_suite(estimator, check):
    check(estimator)


@pytest.mark.parametrize("check", [estimator_checks.check_param_validation], ids=lambda check: check.__name__)
def test_checks_that_the_suite_leaves_out(check):
    check("ConvClassifier", ConvClassifier(max_iter=1))


def test_the_network_is_the_one_that_the_paper_counts(images, classes):
    assert ConvClassifier(max_iter=1).fit(images, classes).model_.count_params() == 50_698


def test_it_computes_what_keras_own_layers_compute(images, classes):
    ours = ConvClassifier((3, 4), max_iter=1, random_state=0).fit(images, classes)
    layers = keras.layers
    theirs = keras.Sequential(
        [
            keras.Input((784,)),
            layers.Reshape((28, 28, 1)),
            layers.Conv2D(3, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(4, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )
    first, first_bias, second, second_bias, *output = ours.model_.get_weights()
    first = first.reshape(5, 5, 1, 3).swapaxes(0, 1)
    second = second.reshape(3, 3, 3, 4).swapaxes(0, 1)
    theirs.set_weights([first, first_bias, second, second_bias, *output])
    expected = keras.ops.convert_to_numpy(theirs(images[:20]))
    np.testing.assert_allclose(ours.predict_proba(images[:20]), expected, atol=1e-5)


def test_images_may_be_of_any_shape_and_colour():
    X, y = np.random.default_rng(0).random((20, 9 * 11 * 3)), np.arange(20) % 2
    classifier = ConvClassifier(
        (4, 5, 6), kernel_sizes=(3, 2, 1), image_shape=(9, 11, 3), pooling="average", max_iter=1
    )
    assert classifier.fit(X, y).predict_proba(X).shape == (20, 2)


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ({"image_shape": (28, 27)}, r"image_shape=\(28, 27\) has 756 pixels but X has 784 columns"),
        ({"filters": (4,)}, r"kernel_sizes=\(5, 3\) must be as many as filters=\(4,\), one a stage"),
        ({"kernel_sizes": (0, 3)}, r"kernel_sizes=\(0, 3\) must be integers of at least 1"),
        ({"filters": (4.5, 3)}, r"filters=\(4.5, 3\) must be integers of at least 1"),
    ],
)
def test_what_cannot_be_is_an_error_and_nothing_is_fitted(images, classes, params, problem):
    classifier = ConvClassifier(max_iter=1, **params)
    with pytest.raises(ValueError, match=problem):
        classifier.fit(images, classes)
    assert not hasattr(classifier, "classes_")
