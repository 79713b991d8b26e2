import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClusterMixin, TransformerMixin
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA

from skfashion.estimators import _parameters
from skfashion.plugins import Plugin, usable_plugins
from skfashion.testing import plugin_checks, plugin_test

OURS = [
    pytest.param(check, id=f"{name}-{about}")
    for kind in ("reducer", "clusterer")
    for name in usable_plugins(kind)
    for about, check in plugin_checks(kind, name, estimator_checks=False, n_draws=2)
]  # scikit-learn's own suite is run on our estimators in the tests of each


@pytest.mark.parametrize("check", OURS)
def test_every_plugin_of_ours_conforms(check, monkeypatch):
    for name in ("MIN_EPOCHS", "MAX_EPOCHS"):  # how long a network is trained makes no difference here
        monkeypatch.setattr(_parameters, name, 5)
    check()


test_two_lines_are_enough = plugin_test("clusterer", "kmeans", n_draws=0)


def test_scikit_learns_suite_is_run_on_others_estimators_only(plugins):
    plugins("clusterer", "own", Plugin(_Clusterer))
    assert "check_estimators_nan_inf" in dict(plugin_checks("clusterer", "own"))
    assert "check_estimators_nan_inf" not in dict(plugin_checks("clusterer", "own", estimator_checks=False))
    assert "check_estimators_nan_inf" not in dict(plugin_checks("clusterer", "kmeans"))


class _Reducer(TransformerMixin, BaseEstimator):
    """Does everything right."""

    def fit(self, X, y=None):
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X):
        return np.asarray(X)[:, :2]

    def get_feature_names_out(self, input_features=None):
        return np.array(["a", "b"], dtype=object)


class _TooFewNames(_Reducer):
    def get_feature_names_out(self, input_features=None):
        return np.array(["a"], dtype=object)


class _NotFinite(_Reducer):
    def transform(self, X):
        return super().transform(X) * np.nan


class _Flat(_Reducer):
    def transform(self, X):
        return np.asarray(X)[:, 0]


class _Unseeded(_Reducer):
    def transform(self, X):
        return np.random.default_rng().random((len(X), 2))


class _Overwriting(_Reducer):
    def transform(self, X):
        X *= 2
        return X[:, :2]


@pytest.mark.parametrize(
    ("reducer", "failing"),
    [
        (_Reducer, ""),
        (_TooFewNames, "embedding_has_its_shape_and_names"),
        (_NotFinite, "embedding_has_its_shape_and_names"),
        (_Flat, "embedding_has_its_shape_and_names"),
        (_Unseeded, "result_is_the_same_for_the_same_seed"),
        (_Overwriting, "input_is_left_as_it_is"),
    ],
)
def test_a_reducer_that_does_not_conform_fails_the_checks_of_these_names(plugins, reducer, failing):
    plugins("reducer", "tried", reducer)
    assert _failing("reducer") == failing.split()


class _Clusterer(ClusterMixin, BaseEstimator):
    """Does everything right."""

    def __init__(self, n_clusters=3):
        self.n_clusters = n_clusters

    def fit(self, X, y=None):
        self.kmeans_ = KMeans(self.n_clusters, n_init=1, random_state=0).fit(X)
        self.labels_ = self.kmeans_.labels_
        return self

    def predict(self, X):
        return self.kmeans_.predict(X)


class _OtherPredictions(_Clusterer):
    def predict(self, X):
        return 1 - super().predict(X)


class _OneCluster(_Clusterer):
    def fit(self, X, y=None):
        super().fit(X)
        self.labels_ = np.zeros(len(X), int)
        return self

    def predict(self, X):
        return np.zeros(len(X), int)


class _Floats(_Clusterer):
    def fit(self, X, y=None):
        super().fit(X)
        self.labels_ = self.labels_.astype(float)
        return self


class _UnseededClusterer(_Clusterer):
    n_fits = 0

    def fit(self, X, y=None):
        super().fit(X)
        _UnseededClusterer.n_fits += 1
        self.shift_ = _UnseededClusterer.n_fits
        self.labels_ = self.predict(X)
        return self

    def predict(self, X):
        return (super().predict(X) + self.shift_) % 3


@pytest.mark.parametrize(
    ("clusterer", "failing"),
    [
        (_Clusterer, ""),
        (_OtherPredictions, "labels_and_predict_agree"),
        (_OneCluster, "n_clusters_is_respected"),
        (_Floats, "labels_are_integers_one_for_each_row"),
        (_UnseededClusterer, "result_is_the_same_for_the_same_seed"),
    ],
)
def test_a_clusterer_that_does_not_conform_fails_the_checks_of_these_names(plugins, clusterer, failing):
    plugins("clusterer", "tried", clusterer)
    assert _failing("clusterer") == failing.split()


def test_a_space_that_promises_too_much_fails(plugins):
    plugins("reducer", "tried", Plugin(PCA, lambda trial: {"n_components": trial.suggest_int("n", 10_000, 20_000)}))
    assert _failing("reducer") == [f"draw_{i}_of_its_space_fits" for i in range(10)]


def test_a_space_that_asks_for_nothing_fails(plugins):
    plugins("reducer", "tried", Plugin(lambda: PCA(2), lambda trial: {"n_components": 3}))
    assert _failing("reducer") == ["space_can_be_described"]


def test_a_space_may_ask_for_what_a_search_answers_only(plugins):
    plugins("reducer", "tried", Plugin(lambda: PCA(2), lambda trial: {"n_components": 2 + trial.number}))
    with pytest.raises(AttributeError, match="number"):
        dict(plugin_checks("reducer", "tried"))["draw_0_of_its_space_fits"]()


def test_one_estimator_for_all_fails(plugins):
    pca = PCA(2)
    plugins("reducer", "tried", lambda: pca)
    assert "new_each_time" in _failing("reducer")


def _failing(kind):
    names = []
    for name, check in plugin_checks(kind, "tried", estimator_checks=False):
        try:
            check()
        except (AssertionError, ValueError):
            names.append(name)
    return names
