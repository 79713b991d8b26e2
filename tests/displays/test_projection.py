import builtins
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.decomposition import PCA

from skfashion.displays._projection import project, spread_out


def test_pca_is_that_of_scikit_learn(images):
    embedding, method = project(images, "pca", 0)
    np.testing.assert_array_equal(embedding, PCA(2, random_state=0).fit_transform(images))
    assert method == "pca"


@pytest.mark.parametrize("method", ["first", "pca"])
def test_two_columns_are_taken_as_they_are(method):
    Z = np.array([[5.0, 1.0], [7.0, 3.0], [9.0, 0.0]])
    embedding, done = project(Z, method, 0)
    np.testing.assert_array_equal(embedding, Z)
    assert done == "first"


def test_equal_rows_are_in_one_place_without_a_warning():
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(project(np.ones((5, 3)), "pca", 0)[0], 0)


def test_one_column_makes_a_strip():
    assert project(np.array([[5.0], [7.0]]), "pca", 0)[0].tolist() == [[5, 0], [7, 0]]


def test_first_takes_the_first_two_columns(images):
    np.testing.assert_array_equal(project(images, "first", 0)[0], images[:, :2])


@pytest.mark.parametrize("n_samples", [10, 60])
def test_tsne_takes_few_rows_and_follows_its_seed(images, n_samples):
    Z = images[:n_samples, 300:305]
    maps = [project(Z, "tsne", 0) for _ in range(2)]
    assert maps[0][0].shape == (n_samples, 2)
    np.testing.assert_array_equal(maps[0][0], maps[1][0])


def test_umap_gets_the_seed_and_the_one_thread_that_a_seed_allows(monkeypatch, images):
    class UMAP:  # the real one compiles for ten seconds
        def __init__(self, **params):
            self.params = params

        def fit_transform(self, Z):
            return self.params

    monkeypatch.setitem(sys.modules, "umap", SimpleNamespace(UMAP=UMAP))
    assert project(images, "umap", 7) == ({"n_components": 2, "n_jobs": 1, "random_state": 7}, "umap")


def test_umap_that_is_missing_names_the_way_to_get_it(monkeypatch, images):
    real_import = builtins.__import__

    def without_umap(name, *args, **kwargs):
        if name == "umap":
            raise ImportError(name)
        return real_import(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_umap)
    with pytest.raises(ImportError, match="pip install umap-learn"):
        project(images, "umap", 0)


def test_an_unknown_method_is_refused(images):
    with pytest.raises(ValueError, match="method='mds' must be one of 'first', 'pca', 'tsne', 'umap'"):
        project(images, "mds", 0)


def test_points_chosen_are_far_from_one_another():
    heap = np.random.RandomState(0).normal(0, 0.01, (100, 2))
    corners = np.array([[9.0, 9], [-9, 9], [9, -9], [-9, -9]])
    chosen = spread_out(np.vstack([heap, corners]), 5)
    assert chosen[0] < 100
    assert set(chosen[1:]) == {100, 101, 102, 103}


def test_points_in_the_same_place_are_chosen_once_each():
    assert sorted(spread_out(np.zeros((4, 2)), 9)) == [0, 1, 2, 3]
