import numpy as np
import pytest
from sklearn.datasets import load_digits, make_blobs

from skfashion import PipelineSearch
from skfashion.search._n_clusters import number_of_clusters


def test_a_number_is_kept():
    assert number_of_clusters(np.zeros((9, 2)), 3, image_shape=None, scale=None) == (3, {})


def test_more_clusters_than_rows_are_refused():
    with pytest.raises(ValueError, match="n_clusters=10 is more than the 9 rows that trials are compared by; lower it"):
        number_of_clusters(np.zeros((9, 2)), 10, image_shape=None, scale=None)


def test_rows_are_scaled_before_the_choice():
    X, _ = make_blobs(300, centers=3, n_features=4, random_state=1)
    wide = np.hstack([X, np.random.default_rng(0).normal(0, 1e4, (len(X), 3))])  # hides the groups
    scaled, unscaled = (
        number_of_clusters(wide, "auto", image_shape=None, scale=scale).scores[3] for scale in ("standard", None)
    )
    assert scaled > 2 * unscaled


def test_a_search_asks_for_the_number_that_it_has_chosen():
    X, y = load_digits(return_X_y=True)
    X = X[np.isin(y, [0, 4, 6])]
    search = PipelineSearch(["pca"], ["kmeans"], n_clusters="auto", n_trials=1, random_state=0).fit(X)
    assert search.n_clusters_ == 3 == search.best_estimator_["clusterer"].n_clusters
    assert max(search.n_clusters_scores_, key=search.n_clusters_scores_.get) == 3


def test_workers_with_other_seeds_choose_the_same_number(tmp_path):
    X, _ = make_blobs(300, centers=3, n_features=4, random_state=1)
    storage = tmp_path / "study.log"
    for seed in (0, 1):  # a search with another number of clusters would be refused
        search = PipelineSearch(
            ["identity"], ["kmeans"], n_clusters="auto", n_trials=1, storage=storage, random_state=seed
        )
        assert search.fit(X).n_clusters_ == 3
