import colorsys

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfashion import HOGFeatures, ImageFeatures
from skfashion.features import _image_features
from skfashion.features._image_features import _colors, _few_pixels, _scale

pytestmark = pytest.mark.filterwarnings("ignore:X holds floats up to")  # of scikit-learn's checks


@parametrize_with_checks([ImageFeatures(), ImageFeatures(2, whitening=1)])
def test_it_passes_scikit_learns_checks(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def colored():
    """Return 60 images of 10 x 12 pixels, of three hues with noise, and the hues."""
    rng, hues = np.random.default_rng(0), np.repeat([0.0, 0.3, 0.6], 20)
    colors = np.array([colorsys.hsv_to_rgb(hue, 0.8, 0.8) for hue in hues])
    images = 255 * np.clip(colors[:, None, None] + rng.normal(0, 0.1, (60, 10, 12, 3)), 0, 1)
    return images.astype(np.uint8).reshape(60, -1), hues


def test_rows_are_those_of_the_definition_where_nothing_is_whitened(images):
    Z = ImageFeatures(1000, whitening=0).fit_transform(images)
    blocks = [_few_pixels(images, (28, 28)), HOGFeatures().fit_transform(images)]
    blocks.append(HOGFeatures(cell=1 / 4).fit_transform(images))
    weighted = [_scale(block, weight) * block for block, weight in zip(blocks, (0.5, 1, 0.5), strict=True)]
    features = np.hstack(weighted)
    expected = np.linalg.norm(features[0] - features[1:], axis=1)
    np.testing.assert_allclose(np.linalg.norm(Z[0] - Z[1:], axis=1), expected, rtol=1e-3)


def test_full_whitening_makes_all_variances_equal(images):
    variances = ImageFeatures(5, whitening=1).fit_transform(images).var(axis=0, ddof=1)
    np.testing.assert_allclose(variances, 1, rtol=1e-3)


@pytest.mark.once
def test_neighbours_share_a_class_more_often_than_by_pixels(sample):
    X, y = sample[0][:1500], sample[1][:1500]

    def purity(Z):
        nearest = NearestNeighbors(n_neighbors=10).fit(Z).kneighbors(return_distance=False)
        return (y[nearest] == y[:, None]).mean()

    assert purity(ImageFeatures().fit_transform(X)) > purity(X.astype(np.float32)) + 0.02


def test_colours_tell_images_without_edges_apart(colored):
    X, hues = colored
    Z = ImageFeatures(8, image_shape=(10, 12, 3)).fit_transform(X)
    nearest = NearestNeighbors(n_neighbors=5).fit(Z).kneighbors(return_distance=False)
    assert (hues[nearest] == hues[:, None]).all()


def test_a_colour_is_shared_among_the_levels_around_it():
    white, dark = np.full((1, 3), 255, np.uint8), np.zeros((1, 3), np.uint8)
    np.testing.assert_array_equal(_colors(white, (1, 1, 3))[0].nonzero(), [[63]])
    np.testing.assert_array_equal(_colors(dark, (1, 1, 3))[0].nonzero(), [[0]])
    between = np.array([[255 / 6, 0, 0]]) / 255  # half way to the second level of red
    np.testing.assert_allclose(_colors(between, (1, 1, 3))[0, :2] ** 2, [0.5, 0.5], rtol=1e-6)


def test_shares_of_colours_add_up_to_1(colored):
    np.testing.assert_allclose((_colors(colored[0], (10, 12, 3)) ** 2).sum(axis=1), 1, rtol=1e-5)


def test_grey_images_have_no_colours(images):
    few = _few_pixels(images, (28, 28))
    assert few.shape == (len(images), 64)
    assert len(ImageFeatures().fit(images)._scales) == 3


def test_the_components_come_from_rows_at_equal_distances(images, monkeypatch):
    monkeypatch.setattr(_image_features, "MAX_FIT_ROWS", 100)
    Z = ImageFeatures(4).fit(images[:300]).transform(images[:5])
    monkeypatch.undo()
    np.testing.assert_array_equal(Z, ImageFeatures(4).fit(images[:300:3]).transform(images[:5]))


def test_batches_do_not_change_the_features(images, monkeypatch):
    features = ImageFeatures(4).fit(images)
    whole = features.transform(images)
    monkeypatch.setattr(_image_features, "BATCH_VALUES", 7 * 784)
    np.testing.assert_allclose(features.transform(images), whole, atol=1e-5)


@pytest.mark.parametrize("n_rows", [7, 60, 79])
def test_images_that_are_all_equal_have_features_of_zero(images, n_rows):
    """The mean of equal numbers can differ from them in the last digit, which is no variance to be raised."""
    X = np.repeat(images[:1], n_rows, axis=0)
    features = ImageFeatures().fit(X)
    assert np.all(np.abs(features.transform(X)) < 1e-5)
    assert _scale(np.full((n_rows, 3), 0.1, np.float32), 1.0) == 0


def test_images_of_the_smallest_numbers_are_as_good_as_constant(images):
    tiny = images[:9].astype(np.float32) * np.float32(1e-42)
    assert np.isfinite(ImageFeatures().fit_transform(tiny)).all()


def test_constant_images_have_features_of_zero():
    np.testing.assert_array_equal(ImageFeatures(2).fit_transform(np.ones((5, 64), np.uint8)), 0)


def test_rows_that_are_no_images_are_refused():
    with pytest.raises(ValueError, match="image_shape=None is for square grey images but X has 70 columns"):
        ImageFeatures().fit(np.zeros((3, 70)))


def test_values_that_single_precision_cannot_square_are_refused():
    with pytest.raises(ValueError, match=r"X has values above 1e\+12, which are too large; rescale X"):
        ImageFeatures().fit(np.full((3, 64), 1e13))


def test_large_floats_are_warned_of_once_where_fit_is_called():
    with pytest.warns(UserWarning, match=r"floats up to 255.*divide X by") as caught:
        ImageFeatures().fit(np.tile(np.linspace(0, 255.0, 64), (3, 1)))
    assert [warning.filename for warning in caught] == [__file__]


def test_tiny_values_are_described_where_floating_point_errors_are_raised():
    X = np.random.default_rng(0).random((60, 64)) * 1e-35
    with np.errstate(all="raise"):
        assert np.isfinite(ImageFeatures(4).fit_transform(X)).all()
