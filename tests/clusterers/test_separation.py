import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering
from sklearn.datasets import make_blobs
from sklearn.metrics import silhouette_score

from skfashion.clusterers import _separation
from skfashion.clusterers._separation import Separation, _silhouette, _tree, _without_groups


def test_the_silhouette_is_that_of_wards_clusters():
    X, _ = make_blobs(60, centers=5, n_features=4, random_state=0)
    for n_clusters in (2, 5, 12):
        labels = AgglomerativeClustering(n_clusters).fit_predict(X)
        assert _silhouette(_tree(X), n_clusters) == pytest.approx(silhouette_score(X, labels))


def test_it_is_the_silhouette_less_the_mean_of_those_without_groups(monkeypatch):
    X, _ = make_blobs(40, centers=3, random_state=0)
    others = [np.random.default_rng(seed).normal(size=(40, 2)) for seed in range(3)]
    given = iter(others)
    monkeypatch.setattr(_separation, "_without_groups", lambda rows, rng: next(given))
    expected = _silhouette(_tree(X), 3) - np.mean([_silhouette(_tree(other), 3) for other in others])
    assert Separation(X, None)(3) == pytest.approx(expected)


def test_groups_are_separate_and_one_group_is_not():
    X, _ = make_blobs(90, centers=6, n_features=5, random_state=0)
    one = np.random.RandomState(0).normal(size=(90, 5))
    of_groups, of_one = (Separation(rows, np.random.RandomState(1)) for rows in (X, one))
    numbers = range(2, 20)
    assert max(numbers, key=of_groups) == 6
    assert of_groups(6) > 0.3
    assert max(abs(of_one(k)) for k in numbers) < 0.06


def test_rows_without_groups_have_the_covariance_of_the_rows():
    rng = np.random.RandomState(0)
    X = rng.normal(size=(150, 3)) @ [[3, 0, 0], [1, 1, 0], [0, 0, 0.1]] + 7
    drawn = np.concatenate([_without_groups(X, rng) for _ in range(200)])
    np.testing.assert_allclose(np.cov(drawn.T), np.cov(X.T, bias=True), atol=0.15)
    np.testing.assert_allclose(drawn.mean(axis=0), 0, atol=0.1)


def test_merges_at_one_height_are_told_apart():
    grid = np.stack(np.meshgrid(np.arange(6.0), np.arange(6.0)), axis=-1).reshape(-1, 2)
    tree = _tree(grid)
    assert len({_silhouette(tree, n_clusters) for n_clusters in (6, 7, 8)}) == 3
