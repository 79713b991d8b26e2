import numpy as np
import pytest
from sklearn.datasets import make_blobs
from sklearn.frozen import FrozenEstimator

from skfashion import DCN, DEC, IDEC, DenseAE
from skfashion.deep._centers import whitening_of
from skfashion.metrics import hungarian_accuracy_score

pytestmark = pytest.mark.filterwarnings("ignore:.*of the labels still changed:sklearn.exceptions.ConvergenceWarning")


@pytest.fixture(scope="module")
def rows():
    return make_blobs(300, 8, centers=4, cluster_std=0.7, random_state=0)[0]


@pytest.fixture(scope="module")
def autoencoder(rows):
    return DenseAE(3, max_iter=60, batch_size=16, learning_rate_init=1e-2, random_state=0).fit(rows)


def moments(codes):
    return codes.mean(axis=0), np.cov(codes, rowvar=False, bias=True)


def test_whitened_codes_have_no_correlations_and_move_least():
    codes = np.random.default_rng(0).normal(size=(200, 3)) @ [[5, 1, 0], [0, 0.1, 0], [2, 0, 1]] + [7, 0, -1]
    mean, matrix, inverse = whitening_of(codes)
    whitened = (codes - mean) @ matrix
    for value, expected in zip(moments(whitened), (np.zeros(3), np.eye(3)), strict=True):
        np.testing.assert_allclose(value, expected, atol=1e-9)
    np.testing.assert_allclose(whitened @ inverse + mean, codes, atol=1e-9)
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-9)  # the only such map; all others rotate, too


@pytest.mark.parametrize(
    ("codes", "mean", "scales"),
    [
        ([[0, 0], [4, 2], [0, 2], [4, 0]], [2, 1], [1 / 2, 1]),
        ([[-3, 5], [3, 5]], [0, 5], [1 / 3, 1 / 0.03]),  # the second axis is taken as a hundredth of the first
        ([[3, 5], [3, 5]], [3, 5], [100, 100]),
        ([[3, 5]], [3, 5], [100, 100]),
    ],
    ids=["scales", "flat", "equal", "one"],
)
def test_axes_that_hardly_vary_are_not_blown_up(codes, mean, scales):
    found, matrix, inverse = whitening_of(np.float32(codes))
    np.testing.assert_allclose(found, mean)
    np.testing.assert_allclose(matrix, np.diag(scales), atol=1e-9)
    np.testing.assert_allclose(inverse, np.diag(1 / np.array(scales)), atol=1e-9)


def test_codes_of_one_unit_are_whitened():
    mean, matrix, inverse = whitening_of(np.array([[1.0], [5.0]]))
    assert (mean, matrix, inverse) == ([3], [[1 / 2]], [[2]])


def test_groups_along_a_short_axis_are_found():
    y = np.arange(400) % 2
    noise = np.random.default_rng(0).normal(size=(400, 2))
    codes = np.column_stack([10 * noise[:, 0], y + 0.1 * noise[:, 1]])
    (whitened, *_), (plain, *_) = (DEC(2, whiten=flag)._clusters_of(codes, seed=0) for flag in (True, False))
    mean, matrix, _ = whitening_of(codes)

    def accuracy(rows, centers):
        return hungarian_accuracy_score(y, ((rows[:, None] - centers) ** 2).sum(axis=2).argmin(axis=1))

    assert accuracy((codes - mean) @ matrix, whitened) == 1
    assert accuracy(codes, plain) < 0.6


@pytest.mark.parametrize("kind", [DEC, IDEC, DCN])
def test_the_codes_begin_whitened_and_the_reconstruction_as_it_was(kind, rows, autoencoder):
    steps_of_nothing = {"max_iter": 1, "learning_rate_init": 1e-9, "random_state": 0}
    model = kind(4, autoencoder=FrozenEstimator(autoencoder), **steps_of_nothing).fit(rows)
    codes = model.transform(rows)
    for value, expected in zip(moments(codes), (np.zeros(3), np.eye(3)), strict=True):
        np.testing.assert_allclose(value, expected, atol=1e-3)
    expected = autoencoder.inverse_transform(autoencoder.transform(rows))
    np.testing.assert_allclose(model.inverse_transform(codes), expected, rtol=1e-3, atol=1e-3)
    nearest = ((codes[:, None] - model.cluster_centers_) ** 2).sum(axis=2).argmin(axis=1)
    np.testing.assert_array_equal(model.labels_, nearest)


def test_a_training_goes_on_with_the_whitening_it_began_with(rows, autoencoder):
    model = DEC(4, autoencoder=FrozenEstimator(autoencoder), max_iter=1, warm_start=True, random_state=0).fit(rows)
    with pytest.raises(ValueError, match="whiten was True when the network was built and is False now"):
        model.set_params(whiten=False).fit(rows)


def test_a_reset_whitens_again(rows):
    from skfashion.deep._run import SoftReset, pretrained
    from skfashion.engine.rows import Rows

    autoencoder = DenseAE(3, hidden_layer_sizes=(8,), max_iter=20, batch_size=16)  # a reset leaves the last layer
    model = IDEC(4, autoencoder=autoencoder, random_state=0)
    fitted = pretrained(model, rows, 0).network
    before = fitted.apply("encode", Rows(rows))
    SoftReset(0.5)(fitted, Rows(rows), 1)
    codes = fitted.apply("encode", Rows(rows))
    assert np.abs(codes - before).max() > 0.1
    for value, expected in zip(moments(codes), (np.zeros(3), np.eye(3)), strict=True):
        np.testing.assert_allclose(value, expected, atol=1e-3)
    rebuilt = fitted.network.decoder.predict(fitted.network.encoder.predict(np.float32(rows), verbose=0), verbose=0)
    np.testing.assert_allclose(fitted.apply("decode", Rows(codes)), rebuilt, rtol=1e-3, atol=1e-3)


def test_resets_do_not_blow_up_a_dead_axis(rows):
    flat = DenseAE(8, hidden_layer_sizes=(4,), max_iter=20, batch_size=16)  # 4 of the 8 axes of the codes are noise
    model = IDEC(4, autoencoder=flat, reset_interval=1, reset_strength=0.0, max_iter=6, tol=0, random_state=0).fit(rows)
    _, matrix, inverse = map(np.asarray, model._network.network._whitening)
    np.testing.assert_allclose(matrix @ inverse, np.eye(8), atol=1e-3)
    assert np.linalg.cond(matrix) < 101
