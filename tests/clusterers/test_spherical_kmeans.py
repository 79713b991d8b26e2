import numpy as np
import pytest
from scipy.spatial.distance import pdist
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score
from sklearn.metrics.pairwise import cosine_distances
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfashion import SphericalKMeans, load, save
from skfashion.clusterers import _spherical_kmeans
from skfashion.clusterers._directions import at_length_1
from skfashion.clusterers._spherical_kmeans import _fill


@parametrize_with_checks([SphericalKMeans(3), SphericalKMeans(1)])
def test_scikit_learns_whole_suite(estimator, check):
    check(estimator)


def rays(n_clusters, n_rows, noise, n_features=10, seed=0):
    """Rows of all lengths around random directions, and their directions' numbers."""
    rng = np.random.default_rng(seed)
    y = np.repeat(np.arange(n_clusters), n_rows)
    directions = rng.normal(size=(n_clusters, n_features))
    rows = at_length_1(directions)[y] + noise * rng.normal(size=(len(y), n_features))
    return rng.lognormal(sigma=2, size=(len(y), 1)) * rows, y


@pytest.mark.parametrize("seed", range(3))
def test_many_clusters_of_few_rows_are_found_where_random_starts_and_lengths_mislead(seed):
    X, y = rays(60, 4, noise=0.05, seed=seed)
    assert adjusted_rand_score(y, SphericalKMeans(60).fit_predict(X)) == 1
    assert adjusted_rand_score(y, KMeans(60, n_init=10, random_state=0).fit_predict(X)) < 0.9
    randomly = KMeans(60, init="random", n_init=10, random_state=0)
    assert adjusted_rand_score(y, randomly.fit_predict(at_length_1(X))) < 0.9


def test_it_improves_wards_clusters():
    X, _ = rays(6, 60, noise=0.3)
    rows = at_length_1(X)
    start = AgglomerativeClustering(6).fit_predict(rows)
    centers = at_length_1(np.stack([rows[start == cluster].mean(axis=0) for cluster in range(6)]))
    model = SphericalKMeans(6).fit(X)
    assert model.inertia_ < np.sum(1 - (rows * centers[start]).sum(axis=1)) - 0.1
    assert model.n_iter_ > 1


def test_each_row_is_nearest_to_its_centre_and_each_centre_the_mean_direction_of_its_rows():
    X, _ = rays(6, 60, noise=0.3)
    model = SphericalKMeans(6).fit(X)
    distances = cosine_distances(X, model.cluster_centers_)
    np.testing.assert_array_equal(model.labels_, distances.argmin(axis=1))
    np.testing.assert_allclose(model.transform(X), distances, atol=1e-12)
    assert model.inertia_ == pytest.approx(distances.min(axis=1).sum())
    assert model.score(X[:9]) == pytest.approx(-distances[:9].min(axis=1).sum())
    rows = X / np.linalg.norm(X, axis=1, keepdims=True)
    means = np.stack([rows[model.labels_ == cluster].mean(axis=0) for cluster in range(6)])
    np.testing.assert_allclose(model.cluster_centers_, means / np.linalg.norm(means, axis=1, keepdims=True))


def test_lengths_play_no_part():
    X, _ = rays(4, 30, noise=0.2)
    lengths = np.random.default_rng(1).lognormal(sigma=3, size=(120, 1))
    model = SphericalKMeans(4).fit(X)
    np.testing.assert_array_equal(SphericalKMeans(4).fit_predict(X * lengths), model.labels_)
    np.testing.assert_array_equal(model.predict(X * lengths), model.labels_)


@pytest.mark.parametrize(("factor", "dtype"), [(1e200, np.float64), (1e-300, np.float64), (1e30, np.float32)])
def test_values_may_have_any_size(factor, dtype):
    X, y = rays(4, 30, noise=0.05)
    X = (X * factor).astype(dtype)
    model = SphericalKMeans(4).fit(X)
    assert adjusted_rand_score(y, model.labels_) == 1
    assert model.cluster_centers_.dtype == dtype
    np.testing.assert_array_equal(model.predict(X), model.labels_)


def test_values_of_a_row_may_have_many_sizes():
    X = [[1e200, 1e-200], [1e200, 5e-200], [1e-200, 1e200], [0.0, 1e-200]]
    labels = SphericalKMeans(2).fit_predict(X)
    assert labels[0] == labels[1] != labels[2] == labels[3]


def test_of_many_rows_some_are_drawn_for_the_start(monkeypatch):
    X, y = rays(5, 200, noise=0.05)
    seen = []
    monkeypatch.setattr(_spherical_kmeans, "START_ROWS", 100)
    monkeypatch.setattr(_spherical_kmeans, "block_size", lambda n_values: 300)
    monkeypatch.setattr(_spherical_kmeans, "pdist", lambda rows: (seen.append(len(rows)), pdist(rows))[1])
    models = [SphericalKMeans(5, random_state=3).fit(X) for _ in range(2)]
    assert seen == [100, 100]
    assert adjusted_rand_score(y, models[0].labels_) == 1
    np.testing.assert_array_equal(models[0].labels_, models[1].labels_)
    SphericalKMeans(np.uint8(200), random_state=3).fit(X)
    assert seen[2:] == [400]


def test_an_empty_cluster_gets_the_row_that_fits_least():
    labels = np.array([0, 0, 0, 2])
    _fill(labels, np.array([0.9, 0.4, 0.8, 0.1]), 4)
    assert labels.tolist() == [0, 1, 3, 2]  # the last row is all that its cluster has


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("seed", range(5))
def test_fewer_directions_than_clusters_are_said_and_one_direction_is_one_cluster(seed, dtype):
    rng = np.random.default_rng(seed)
    y = np.repeat(np.arange(4), 6)
    X = (rng.lognormal(size=(24, 1)) * rng.normal(size=(4, 5))[y]).astype(dtype)
    message = "SphericalKMeans found 4 clusters instead of n_clusters=6: X has 4 different directions"
    with pytest.warns(ConvergenceWarning, match=message):
        model = SphericalKMeans(6).fit(X)
    assert adjusted_rand_score(y, model.labels_) == 1
    np.testing.assert_array_equal(model.predict(X), model.labels_)
    assert np.sum(np.linalg.norm(model.cluster_centers_, axis=1) > 0.9) == 4
    away = -X[[0]]  # from its own centre, and it must not get a cluster without rows
    assert model.predict(away)[0] in model.labels_
    nearest = model.transform(away)[0, np.unique(model.labels_)].min()
    assert model.score(away) == pytest.approx(-nearest, abs=1e-6)


def test_rows_of_zeros_have_no_part():
    X, _ = rays(3, 10, noise=0.05)
    alone = SphericalKMeans(3).fit(X)
    model = SphericalKMeans(3).fit(np.r_[np.zeros((5, 10)), X])
    np.testing.assert_array_equal(model.labels_[5:], alone.labels_)
    np.testing.assert_array_equal(model.cluster_centers_, alone.cluster_centers_)
    assert model.labels_[:5].tolist() == [0] * 5
    with pytest.warns(ConvergenceWarning, match="found 1 clusters instead of n_clusters=2"):
        assert SphericalKMeans(2).fit_predict(np.zeros((6, 3))).tolist() == [0] * 6


def test_as_many_rows_as_columns_are_no_matrix_of_distances():
    """scipy warns of a symmetric matrix with zeros on the diagonal, which rows may be, too."""
    X = np.ones((4, 4)) - np.eye(4)
    assert len(set(SphericalKMeans(4).fit_predict(X).tolist())) == 4
    with pytest.warns(ConvergenceWarning, match="found 1 clusters"):
        SphericalKMeans(2).fit(np.zeros((10, 10)))


def test_distances_are_never_negative():
    for seed in range(20):
        X = np.random.default_rng(seed).normal(size=(10, 4)).astype(np.float32)
        model = SphericalKMeans(10).fit(X)
        assert 0 <= model.inertia_ < 1e-5
        assert model.transform(X).min() >= 0


def test_the_centres_of_many_float32_rows_are_exact():
    X = np.random.default_rng(0).normal(loc=0.1, size=(200_000, 3)).astype(np.float32)
    mean = (X / np.linalg.norm(X.astype(float), axis=1, keepdims=True)).mean(axis=0)
    centers = SphericalKMeans(1).fit(X).cluster_centers_
    np.testing.assert_allclose(centers[0], mean / np.linalg.norm(mean), atol=1e-6)


def test_too_few_steps_are_said():
    X, _ = rays(6, 60, noise=0.5)
    with pytest.warns(ConvergenceWarning, match="reached max_iter=1"):
        model = SphericalKMeans(6, max_iter=1).fit(X)
    assert model.n_iter_ == 1
    rows = at_length_1(X)
    start = AgglomerativeClustering(6).fit_predict(rows)
    means = at_length_1(np.stack([rows[start == cluster].mean(axis=0) for cluster in range(6)]))
    np.testing.assert_allclose(np.sort(model.cluster_centers_, axis=0), np.sort(means, axis=0))


@pytest.mark.parametrize(("n_clusters", "message"), [(0, "must be an int"), (9, "n_clusters=9 must be <= n_samples=8")])
def test_wrong_numbers_are_refused(n_clusters, message):
    with pytest.raises(ValueError, match=message):
        SphericalKMeans(n_clusters).fit(np.arange(16.0).reshape(8, 2))


def test_it_is_saved_and_loaded(tmp_path):
    X, _ = rays(3, 20, noise=0.2)
    model = SphericalKMeans(3).fit(X)
    save(model, tmp_path / "model.skfashion")
    loaded = load(tmp_path / "model.skfashion")
    np.testing.assert_array_equal(loaded.transform(X), model.transform(X))


def test_forged_centres_are_refused(tmp_path):
    model = SphericalKMeans(2).fit(np.eye(4))
    model.cluster_centers_ *= 2
    with pytest.raises(ValueError, match="cluster_centers_ of SphericalKMeans must have the length 1"):
        save(model, tmp_path / "model.skfashion")
