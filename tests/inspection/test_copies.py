import io

import numpy as np
import pytest
from PIL import Image

from skfashion.inspection import find_copies

SHAPE = (28, 28)


def _compressed(image):
    buffer = io.BytesIO()
    Image.fromarray(image.reshape(SHAPE)).save(buffer, "JPEG", quality=75)
    return np.asarray(Image.open(buffer)).ravel()


CHANGES = {
    "exact": lambda image: image,
    "compressed": _compressed,
    "brighter": lambda image: np.clip(np.rint(1.05 * image), 0, 255).astype(np.uint8),
    "darker": lambda image: np.rint(0.95 * image).astype(np.uint8),
}


@pytest.fixture(scope="module")
def distinct(sample):
    """300 real images without a copy among them."""
    X = sample[0][:300]
    assert find_copies(X, image_shape=SHAPE).n_copies == 0
    return X


@pytest.mark.parametrize("change", CHANGES)
def test_copies_are_grouped_with_their_originals(distinct, change):
    copies = find_copies(np.concatenate([distinct, [CHANGES[change](x) for x in distinct[::-1]]]), image_shape=SHAPE)
    pairs = copies.rows.reshape(-1, 2)
    assert len(pairs) > 0.98 * 300
    np.testing.assert_array_equal(pairs.sum(axis=1), 599)  # the first and the last, and so on
    assert (copies.distances[::2] == 0).all()
    assert (copies.distances <= 0.08).all()
    assert copies.n_exact == (300 if change == "exact" else 0)


def test_a_group_has_several_copies_in_the_order_of_the_rows(distinct):
    X = distinct.copy()
    X[[7, 50, 200]] = X[20], X[20], CHANGES["compressed"](X[20])
    copies = find_copies(X, image_shape=SHAPE)
    np.testing.assert_array_equal(copies.rows, [7, 20, 50, 200])
    np.testing.assert_array_equal(copies.groups, 0)
    assert list(copies.distances[:3]) == [0, 0, 0]
    assert 0 < copies.distances[3] < 0.08
    assert (copies.n_groups, copies.n_copies, copies.n_exact) == (1, 3, 2)
    assert str(copies) == "3 images are copies of others, in 1 group"


def test_every_image_of_a_group_is_a_copy_of_its_first_however_long_the_chain(distinct):
    """Each image is near the next one, and the last is far from the first."""
    t = np.linspace(0, 1, 40)[:, np.newaxis]
    X = (1 - t) * distinct[0] + t * distinct[1]
    copies = find_copies(X, image_shape=SHAPE)
    assert copies.n_groups > 3
    assert copies.distances.max() <= 0.08


def test_fractions_and_colours_have_copies_too(distinct):
    X = distinct[:50] / 255
    assert find_copies(np.concatenate([X, 0.97 * X]), image_shape=SHAPE).n_copies >= 49
    coloured = np.repeat(distinct[:50], 3, axis=1)
    reddish = coloured * np.tile([1, 0.3, 0.3], 784)
    both = np.concatenate([coloured, coloured, reddish.astype(np.uint8)])
    copies = find_copies(both, image_shape=(*SHAPE, 3))
    assert copies.n_exact == copies.n_copies == 50


def test_images_of_another_brightness_are_no_copies():
    X = np.repeat([[0], [100], [200], [200]], 784, axis=1).astype(np.uint8)
    np.testing.assert_array_equal(find_copies(X, image_shape=SHAPE).rows, [2, 3])


@pytest.mark.parametrize(("shape", "n_features"), [(None, 784), ((8, 8), 64), ((1, 784), 784)], ids=str)
def test_rows_that_are_no_images_of_16_pixels_a_side_have_equal_copies_only(shape, n_features):
    X = np.random.default_rng(0).integers(100, 200, size=(40, n_features), dtype=np.uint8)
    X[30:] = X[:10] + 1
    assert find_copies(X, image_shape=shape).n_copies == 0
    X[39] = X[0]
    assert find_copies(X, image_shape=shape).rows.tolist() == [0, 39]


@pytest.mark.parametrize("n_samples", [1, 2, 3000])
def test_images_that_are_all_the_same_are_one_group(n_samples):
    copies = find_copies(np.zeros((n_samples, 784), np.uint8), image_shape=SHAPE)
    assert (copies.n_copies, copies.n_groups) == (n_samples - 1, int(n_samples > 1))


def test_the_text_says_how_many_there_are(distinct):
    assert str(find_copies(distinct[:3])) == "No image is a copy of another."
    assert str(find_copies(distinct[[0, 1, 0]])) == "1 image is a copy of another, in 1 group"
    assert str(find_copies(distinct[[0, 1, 0, 1]])) == "2 images are copies of others, in 2 groups"


def test_images_with_equal_outlines_only_have_no_equal_pixels():
    X = np.stack([np.zeros(32 * 32), np.full(32 * 32, 20)]).astype(np.uint8)  # both are blank
    copies = find_copies(X, image_shape=(32, 32))
    assert (copies.n_copies, copies.n_exact) == (1, 0)


def test_zeros_of_either_sign_are_equal():
    assert find_copies(np.array([[0.0, 1.0], [-0.0, 1.0]])).rows.tolist() == [0, 1]
