import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfashion import HOGFeatures
from skfashion.features import CappedPCA, _hog
from skfashion.features._hog import _cell_weights, _gradients, _grid, _histograms, _normalized_blocks
from skfashion.features._pixels import resize
from skfashion.metrics import hungarian_accuracy_score

pytestmark = pytest.mark.filterwarnings("ignore:X holds floats up to")  # of scikit-learn's checks, and of slopes


@parametrize_with_checks([HOGFeatures(), HOGFeatures(cell=2, n_bins=4)])
def test_it_passes_scikit_learns_checks(estimator, check):
    check(estimator)


def _hog_of(image, **params):
    """The features of one image, by block, cell of the block and orientation, shape (rows, columns, 4, n_bins)."""
    hog = HOGFeatures(image_shape=image.shape, **params)
    features = hog.fit_transform(image.reshape(1, -1))
    rows, columns = hog.n_cells_
    return features.reshape(rows - 1, columns - 1, 4, hog.n_bins)


# The definition


def _naive_hog(image, cell=4, n_bins=9):
    """The definition, pixel by pixel and vote by vote, in double precision."""
    n, p = len(image) // cell, np.pad(image.astype(float), 1, mode="edge")
    cells = np.zeros((n, n, n_bins))
    for y, x in np.ndindex(image.shape):
        gx, gy = p[y + 1, x + 2] - p[y + 1, x], p[y + 2, x + 1] - p[y, x + 1]
        angle = np.arctan2(gy, gx) % np.pi / np.pi * n_bins - 0.5
        row, column = (y + 0.5) / cell - 0.5, (x + 0.5) / cell - 0.5
        for i, j, k in np.ndindex(2, 2, 2):
            r, c, o = int(np.floor(row)) + i, int(np.floor(column)) + j, int(np.floor(angle)) + k
            if 0 <= r < n and 0 <= c < n:
                share = (1 - abs(row - r)) * (1 - abs(column - c)) * (1 - abs(angle - o))
                cells[r, c, o % n_bins] += share * np.hypot(gx, gy)
    features = []
    for r, c in np.ndindex(n - 1, n - 1):
        block = np.concatenate([cells[r, c], cells[r + 1, c], cells[r, c + 1], cells[r + 1, c + 1]])
        block = np.minimum(block / np.sqrt(block @ block + 0.1**2), 0.2)
        features.append(block / np.sqrt(block @ block + 0.1**2))
    return np.concatenate(features)


def test_the_features_are_those_of_the_definition(images):
    expected = np.array([_naive_hog(image.reshape(28, 28)) for image in images[:5]])
    np.testing.assert_allclose(HOGFeatures().fit_transform(images[:5]), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize(("cell", "n_bins"), [(2, 9), (4, 2), (7, 12), (14, 5)])
def test_the_features_are_those_of_the_definition_with_other_cells_and_orientations(images, cell, n_bins):
    features = HOGFeatures(cell=cell, n_bins=n_bins).fit_transform(images[:1])
    expected = _naive_hog(images[0].reshape(28, 28), cell, n_bins)[None]
    np.testing.assert_allclose(features, expected, rtol=0, atol=1e-6)


# scikit-image


INSIDE = slice(1, -1), slice(1, -1)  # blocks that do not touch the border of the image


def _skimage_hog(image, cell=4, **params):
    skimage = pytest.importorskip("skimage.feature")
    blocks = skimage.hog(image, pixels_per_cell=(cell, cell), cells_per_block=(2, 2), feature_vector=False, **params)
    return blocks.reshape(*blocks.shape[:2], 4, 9)[:, :, [0, 2, 1, 3]]  # in our order of the cells of a block


def _hog_without_shared_votes(image, cell=4):
    """Our steps, without what scikit-image has not: shared votes, gradients at the border, a larger constant."""
    height, width = image.shape[:2]
    gx, gy = _gradients(image.reshape(height, width, 1, -1).transpose(3, 0, 2, 1))
    gx[:, :, [0, -1]] = gy[[0, -1]] = 0
    orientations = np.arctan2(gy, gx) % np.pi // (np.pi / 9)
    middles, lengths = (orientations + 0.5) * np.pi / 9, np.hypot(gx, gy) / cell**2  # the mean over a cell
    rows, columns = (np.repeat(np.eye(n // cell, dtype=np.float32), cell, axis=0) for n in (height, width))
    cells = _histograms(lengths * np.cos(middles), lengths * np.sin(middles), 9, rows, columns)
    return _normalized_blocks(cells, constant=1e-5)


def test_without_shared_votes_the_features_are_those_of_scikit_image(images):
    for image in images[:20].astype(np.float64).reshape(-1, 28, 28):
        expected = _skimage_hog(image)
        blocks = _hog_without_shared_votes(image).reshape(expected.shape)
        np.testing.assert_allclose(blocks, expected, rtol=0, atol=1e-4)


def test_the_channel_that_counts_is_that_of_scikit_image():
    image = np.random.default_rng(0).random((32, 24, 3))
    expected = _skimage_hog(image, channel_axis=-1)
    blocks = _hog_without_shared_votes(image).reshape(expected.shape)
    np.testing.assert_allclose(blocks[INSIDE], expected[INSIDE], rtol=0, atol=1e-4)


@pytest.mark.parametrize("degrees", [10, 50, 90, 130, 170])
def test_a_slope_in_the_middle_of_an_orientation_is_that_of_scikit_image(degrees):
    y, x = np.mgrid[:32, :32]
    slope = x * np.cos(np.deg2rad(degrees)) + y * np.sin(np.deg2rad(degrees))
    blocks = _hog_of(slope, cell=4)[INSIDE]
    blocks /= np.linalg.norm(blocks, axis=(-2, -1), keepdims=True)  # of length 0.97, by our larger constant
    np.testing.assert_allclose(blocks, _skimage_hog(slope)[INSIDE], rtol=0, atol=1e-4)


# Closed forms


def test_an_image_of_one_colour_has_no_features():
    assert not HOGFeatures().fit_transform(np.full((1, 784), 0.7)).any()


def test_a_vertical_edge_votes_for_the_orientations_next_to_0_degrees():
    image = np.zeros((16, 16))
    image[:, 8:] = 1
    blocks = _hog_of(image)
    np.testing.assert_array_equal(np.flatnonzero(blocks.any(axis=(0, 1, 2))), [0, 8])  # 10 and 170 degrees
    np.testing.assert_allclose(blocks[..., 0], blocks[..., 8], rtol=1e-6)


def test_an_edge_in_the_middle_of_an_orientation_votes_for_it_alone():
    image = np.zeros((16, 16))
    image[8:] = 1  # a gradient at 90 degrees, the middle of the fifth of nine orientations
    blocks = _hog_of(image)
    assert blocks[..., 4].any()
    np.testing.assert_allclose(np.delete(blocks, 4, axis=-1), 0, atol=1e-6)


def test_a_steep_slope_makes_four_equal_cells():
    blocks = _hog_of(1000.0 * np.mgrid[:16, :16][0], cell=4)
    np.testing.assert_allclose(blocks[1, 1, :, 4], 0.2 / np.sqrt(4 * 0.2**2 + 0.1**2), rtol=1e-6)


def test_opposite_edges_have_equal_features(images):
    np.testing.assert_allclose(
        HOGFeatures().fit_transform(images[:9]), HOGFeatures().fit_transform(1 - images[:9]), rtol=0, atol=1e-4
    )


def test_a_brighter_image_has_equal_and_one_of_more_contrast_similar_features(images):
    features = HOGFeatures().fit_transform(images)
    np.testing.assert_allclose(HOGFeatures().fit_transform(images + 0.25), features, rtol=0, atol=1e-4)
    contrast = np.abs(HOGFeatures().fit_transform(0.8 * images) - features).mean()
    another = np.abs(features[1:] - features[:-1]).mean()
    assert contrast < another / 50


def test_an_image_shifted_by_a_pixel_is_nearer_than_any_other_image(images):
    padded = np.pad(images.reshape(-1, 28, 28), ((0, 0), (0, 0), (1, 0)))[:, :, :-1]
    features, shifted = (HOGFeatures().fit_transform(X.reshape(-1, 784)) for X in (images, padded))
    distances = np.linalg.norm(features[:, None] - shifted[:50], axis=-1)
    assert np.mean(distances.argmin(0) == np.arange(50)) > 0.95


# Rows


def test_bytes_and_other_integers_are_pixels_from_0_to_1(sample):
    X = sample[0][:20]
    expected = HOGFeatures().fit_transform(X / 255)
    for pixels in (X, X.astype(np.int64)):
        np.testing.assert_allclose(HOGFeatures().fit_transform(pixels), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("dtype", [np.uint8, np.float16, np.float32, np.float64, bool])
def test_features_are_single_precision_for_rows_of_any_type(images, dtype):
    assert HOGFeatures().fit_transform(images[:3].astype(dtype)).dtype == np.float32


@pytest.mark.parametrize("n_rows", [1, 3, 299])
def test_batches_do_not_matter(images, monkeypatch, n_rows):
    expected = HOGFeatures().fit_transform(images)
    monkeypatch.setattr(_hog, "MAX_VOTES", n_rows * 784 * 9)
    np.testing.assert_allclose(HOGFeatures().fit_transform(images), expected, rtol=0, atol=1e-6)


def test_the_features_of_an_image_are_the_same_each_time(images):
    hog = HOGFeatures().fit(images)
    np.testing.assert_array_equal(hog.transform(images), hog.transform(images))


# Sizes


@pytest.mark.parametrize(
    ("shape", "cell", "size", "n_cells"),
    [
        ((28, 28), "auto", (28, 28), (7, 7)),
        ((28, 28), 4, (28, 28), (7, 7)),
        ((224, 224), "auto", (224, 224), (7, 7)),
        ((240, 320), "auto", (240, 320), (6, 8)),
        ((8, 8), "auto", (28, 28), (7, 7)),
        ((8, 20), "auto", (18, 44), (4, 11)),  # 2.2 times as large
        ((1, 10), "auto", (9, 89), (2, 22)),
        ((1, 784), "auto", (8, 784), (2, 196)),
        ((1, 1), "auto", (28, 28), (7, 7)),
        ((30, 27), 4, (30, 27), (8, 7)),  # the sides of a cell are 3.75 and 3.86 pixels
        ((6, 20), 4, (8, 20), (2, 5)),
        ((100, 100), 1 / 10, (100, 100), (10, 10)),
        ((20, 20), 1 / 10, (40, 40), (10, 10)),
        ((28, 28), 0.9, (50, 50), (2, 2)),
    ],
)
def test_small_images_are_enlarged_and_cells_fill_the_image(shape, cell, size, n_cells):
    assert _grid(shape, cell) == (size, n_cells)


@pytest.mark.parametrize("shape", [(5, 7), (28, 40), (33, 18, 3), (7, 7, 4), (1, 70), (70, 1), (224, 224, 3)])
@pytest.mark.parametrize("cell", ["auto", 8, 0.2])
def test_images_of_any_size_have_finite_features(shape, cell):
    X = np.random.default_rng(0).random((2, int(np.prod(shape))))
    hog = HOGFeatures(image_shape=shape, cell=cell).fit(X)
    features = hog.transform(X)
    assert hog.image_shape_ == shape
    assert features.shape == (2, len(hog.get_feature_names_out()))
    assert np.isfinite(features).all()
    if min(shape[:2]) > 1:  # all edges of a single row of pixels have the same orientation
        assert np.linalg.norm(features[0] - features[1]) > 0.1


def test_each_pixel_inside_has_a_whole_vote():
    weights = _cell_weights(30, 7)
    np.testing.assert_allclose(weights[3:-3].sum(1), 1, rtol=1e-6)
    np.testing.assert_allclose(weights, weights[::-1, ::-1], atol=1e-6)  # no side is preferred


def test_enlarging_is_bilinear():
    image = np.array([[0, 1], [2, 4]], np.float32).reshape(1, 2, 1, 2)
    rows = [[0, 0.25, 0.75, 1], [0.5, 0.8125, 1.4375, 1.75], [1.5, 1.9375, 2.8125, 3.25], [2, 2.5, 3.5, 4]]
    np.testing.assert_allclose(resize(image, (4, 4))[0, :, 0], rows, rtol=1e-6)


def test_an_image_twice_as_large_has_similar_features(images):
    large = images.reshape(-1, 28, 28).repeat(2, axis=1).repeat(2, axis=2).reshape(-1, 56 * 56)
    features, of_large = HOGFeatures().fit_transform(images), HOGFeatures().fit_transform(large)
    assert np.abs(of_large - features).mean() < np.abs(features[1:] - features[:-1]).mean() / 3


def test_digits_of_8_by_8_pixels_are_clustered_better_than_by_their_pixels():
    X, y = load_digits(return_X_y=True)
    kmeans = KMeans(10, n_init=4, random_state=0)
    by_shape = make_pipeline(HOGFeatures(), CappedPCA(), kmeans).fit_predict(X / 16)
    by_pixels = kmeans.fit_predict(X)
    assert hungarian_accuracy_score(y, by_shape) > hungarian_accuracy_score(y, by_pixels) + 0.02


# Colours


def test_three_equal_channels_are_a_grey_image(images):
    coloured = np.repeat(images[:9, :, None], 3, axis=2).reshape(9, -1)
    np.testing.assert_array_equal(
        HOGFeatures(image_shape=(28, 28, 3)).fit_transform(coloured), HOGFeatures().fit_transform(images[:9])
    )


def test_the_channel_with_the_longest_gradient_counts_at_each_pixel():
    y, x = np.mgrid[:16, :16].astype(np.float32)
    red, blue = x, y**2 / 8  # with gradients of length 2 to the right and of length y / 2 down
    gx, gy = _gradients(np.stack([red, blue])[:, :, None])
    gx, gy, y = gx[1:-1, 0, 1:-1], gy[1:-1, 0, 1:-1], y[1:-1, 1:-1]
    np.testing.assert_array_equal(gx, np.where(y > 4, 0, 2))
    np.testing.assert_array_equal(gy, np.where(y > 4, y / 2, 0))


# Wrong inputs


@pytest.mark.parametrize("params", [{"cell": 0}, {"cell": 1.5}, {"cell": 0.0}, {"cell": "small"}, {"cell": None}])
def test_cells_of_no_size_are_refused(images, params):
    with pytest.raises(ValueError, match="The 'cell' parameter of HOGFeatures must be"):
        HOGFeatures(**params).fit(images)


def test_a_single_orientation_is_refused(images):
    with pytest.raises(ValueError, match="The 'n_bins' parameter of HOGFeatures must be"):
        HOGFeatures(n_bins=1).fit(images)


def test_rows_that_are_no_images_are_refused_and_the_earlier_fit_stays(images):
    hog = HOGFeatures().fit(images)
    with pytest.raises(ValueError, match=r"X has 783 columns; pass image_shape=\(height, width\)"):
        hog.fit(images[:, 1:])
    assert hog.transform(images[:2]).shape == (2, 1296)
    with pytest.raises(ValueError, match=r"image_shape=\(28, 27\) has 756 pixels but X has 784 columns"):
        HOGFeatures(image_shape=(28, 27)).fit(images)


def test_values_that_single_precision_cannot_square_are_refused():
    hog = HOGFeatures().fit(np.zeros((1, 784)))
    for value in (1e13, -1e300):
        with pytest.raises(ValueError, match=r"X has values above 1e\+12, which are too large; rescale X"):
            hog.transform(np.full((2, 784), value))
        with pytest.raises(ValueError, match=r"X has values above 1e\+12, which are too large; rescale X"):
            hog.fit(np.full((2, 784), value))


@pytest.mark.parametrize("largest", [16, 255, -255.5])
def test_floats_far_from_0_to_1_are_warned_of(largest):
    X = np.random.default_rng(0).uniform(size=(3, 64))
    HOGFeatures().fit(X)
    X[1, 2] = largest
    HOGFeatures().fit(X.astype(int))
    with pytest.warns(UserWarning, match=rf"floats up to {abs(largest)}.*divide X by") as caught:
        HOGFeatures().fit(X)
    assert caught[0].filename == __file__
