import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA

from skfashion.inspection import EXPECTED_SHARE, Likeness

SHAPE = (28, 28)


@pytest.fixture(scope="module")
def noise():
    return np.random.default_rng(0).integers(256, size=(200, 784), dtype=np.uint8)


@pytest.fixture(scope="module")
def learned(sample):
    """PCA and the likeness of 3,000 real images."""
    X = sample[0][:3000]
    pca = PCA(24, random_state=0).fit(X)
    return pca, Likeness.of(X, pca.transform(X), image_shape=SHAPE)[0]


def test_noise_among_images_is_what_is_odd(sample, noise):
    X = np.concatenate([sample[0][:990], noise[:10]])
    _, scores = Likeness.of(X, PCA(24, random_state=0).fit_transform(X), image_shape=SHAPE)
    assert np.count_nonzero(np.argsort(-scores)[:10] >= 990) >= 9


def test_outlying_rows_that_are_no_images_are_odd():
    X = np.random.default_rng(0).normal(size=(300, 3))
    X[17] = 20
    _, scores = Likeness.of(X, X)
    assert np.argmax(scores) == 17
    assert np.quantile(scores, 0.5) == pytest.approx(0, abs=1e-6)
    assert np.quantile(scores, 0.95) == pytest.approx(1, rel=1e-6)


def test_noise_and_negatives_are_unlike_and_held_out_images_are_not(sample, noise, learned):
    pca, likeness = learned

    def share(X):
        return np.mean(likeness.scores(X, pca.transform(X), image_shape=SHAPE) > likeness.limit)

    assert share(noise) == 1
    assert share(255 - sample[0][3000:3200]) > 0.95
    assert 0.2 * EXPECTED_SHARE < share(sample[0][3000:]) < 3 * EXPECTED_SHARE


def test_rows_of_another_kind_are_unlike():
    X, y = load_digits(return_X_y=True)
    known = X[y < 5]
    likeness, scores = Likeness.of(known, known, image_shape=(8, 8))
    assert np.mean(scores > likeness.limit) == pytest.approx(EXPECTED_SHARE, abs=0.002)
    assert np.mean(likeness.scores(X[y >= 5], X[y >= 5], image_shape=(8, 8)) > likeness.limit) > 0.1


def test_few_images_have_no_scores_and_ten_have(sample):
    X = sample[0][:10]
    assert Likeness.of(X[:9], X[:9], image_shape=SHAPE) is None
    likeness, scores = Likeness.of(X, X, image_shape=SHAPE)
    assert (scores <= likeness.limit).all()
    assert likeness.scores(X[:1], X[:1], image_shape=SHAPE).shape == (1,)


@pytest.mark.parametrize("share", [1.0, 0.99, 0.6])
def test_equal_images_have_finite_scores(sample, share):
    X = sample[0][:200].copy()
    X[: round(200 * share)] = 0
    likeness, scores = Likeness.of(X, X / 1e30, image_shape=SHAPE)
    assert np.isfinite(scores).all()
    assert np.isfinite(likeness.scores(X, X, image_shape=SHAPE)).all()


def test_large_codes_do_not_overflow(sample):
    X = sample[0][:50]
    assert np.isfinite(Likeness.of(X, X * 1e200)[1]).all()
