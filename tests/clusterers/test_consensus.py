import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, ClusterMixin, clone, is_clusterer
from sklearn.cluster import DBSCAN, HDBSCAN, AgglomerativeClustering, Birch, KMeans
from sklearn.datasets import load_digits, make_blobs
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfashion import ClusterClassifier, ConsensusClusterer, HungarianAccuracy
from skfashion.metrics import hungarian_accuracy_score, mean_agreement

BLOBS, GROUPS = make_blobs(120, centers=[[0, 0], [10, 0], [0, 10]], random_state=0)
RESTARTS = KMeans(8, n_init=1)
MIXTURE = Pipeline([("pca", PCA(2)), ("gmm", GaussianMixture(3, n_init=3))])


@parametrize_with_checks(
    [
        ConsensusClusterer(KMeans(3, n_init=1), n_repeats=3),
        ConsensusClusterer([("ward", AgglomerativeClustering()), ("kmeans", KMeans(n_init=1))], n_clusters=2),
        ConsensusClusterer(Pipeline([("pca", PCA(1)), ("gmm", GaussianMixture(2))]), n_repeats=2),
        ConsensusClusterer([("a", KMeans(2, n_init=1)), ("b", GaussianMixture(2))], pick="medoid", random_state=0),
    ]
)
def test_scikit_learns_whole_suite(estimator, check):
    check(estimator)


@pytest.mark.parametrize(
    "check",
    [estimator_checks.check_param_validation, estimator_checks.check_dataframe_column_names_consistency],
    ids=lambda check: check.__name__,
)
def test_checks_that_the_suite_leaves_out(check):
    check("ConsensusClusterer", ConsensusClusterer(KMeans(3, n_init=1)))


class Column(ClusterMixin, BaseEstimator):
    """Gives the rows the labels that a column has."""

    def __init__(self, column=0):
        self.column = column

    def fit(self, X, y=None):
        self.labels_ = self.predict(X)
        return self

    def predict(self, X):
        return np.asarray(X)[:, self.column].astype(int)


class NumberedColumn(Column):
    """The same with a number of clusters."""

    def __init__(self, column=0, n_clusters=3):
        super().__init__(column)
        self.n_clusters = n_clusters


class SoftColumn(Column):
    """Gives the second of two clusters the probability that a column has."""

    def predict(self, X):
        return self.predict_proba(X).argmax(axis=1)

    def predict_proba(self, X):
        return np.column_stack([1 - X[:, self.column], X[:, self.column]])


class NeverFits(Column):
    def fit(self, X, y=None):
        raise RuntimeError("no fit")


def columns(partitions, kind=Column):
    """Estimators that find given partitions, and rows on which they do."""
    return [(f"c{i}", kind(i)) for i in range(len(partitions))], np.transpose(partitions)


# The vote


def test_a_vote_of_three_in_closed_form():
    """Names of the second are exchanged; the last row of the third is wrong."""
    estimators, X = columns([[0, 0, 0, 1, 1], [1, 1, 1, 0, 0], [0, 0, 0, 1, 0]])
    model = ConsensusClusterer(estimators).fit(X)
    assert model.labels_.tolist() == [0, 0, 0, 1, 1]
    assert_allclose(model.confidence_, [1, 1, 1, 1, 2 / 3], rtol=1e-6)
    assert_allclose(model.agreement_, (1 + 0.8 + 0.8) / 3)
    assert (model.n_clusters_, model.medoid_) == (2, 0)
    assert_allclose(model.predict_proba(X)[-1], [1 / 3, 2 / 3], rtol=1e-6)


def test_the_medoid_is_one_of_the_runs():
    partitions = [[0, 0, 0, 0, 1, 1], [0, 1, 0, 0, 1, 1], [0, 0, 1, 0, 1, 1], [0, 0, 0, 1, 0, 1]]
    estimators, X = columns([[0, 1, 1, 0, 1, 0], *partitions])
    model = ConsensusClusterer(estimators, pick="medoid").fit(X)
    assert model.medoid_ == mean_agreement(X.T).argmax() == 1
    assert model.labels_.tolist() == partitions[0]
    assert_allclose(model.confidence_, [1, 0.6, 0.6, 0.8, 0.8, 0.8], rtol=1e-6)
    assert_array_equal(model.predict(X), model.labels_)
    assert_array_equal(model.predict_proba(X), np.eye(2)[model.labels_])


def test_soft_votes_follow_the_surest():
    """Two lean a little to the wrong cluster in the last row, one is sure of the right one."""
    unsure, sure = [0, 0, 0, 1, 0.4], [1, 1, 1, 0, 0]
    estimators, X = columns([unsure, sure, unsure], kind=SoftColumn)
    assert ConsensusClusterer(estimators).fit(X).labels_.tolist() == [0, 0, 0, 1, 1]


def test_votes_are_hard_if_one_estimator_has_no_probabilities():
    unsure, sure = [0, 0, 0, 1, 0.4], [1, 1, 1, 0, 0]
    estimators, X = columns([unsure, sure, unsure, [0, 0, 0, 1, 1]], kind=SoftColumn)
    estimators[3] = ("labels", Column(3))
    model = ConsensusClusterer(estimators).fit(X)
    assert_allclose(model.confidence_, [1, 1, 1, 1, 0.5], rtol=1e-6)


def test_noise_is_no_vote():
    estimators, X = columns([[0, 0, 0, 1, 1, -1], [0, 0, -1, 1, -1, -1], [0, 0, 0, 1, -1, -1]])
    model = ConsensusClusterer(estimators).fit(X)
    assert model.labels_.tolist() == [0, 0, 0, 1, 1, -1]
    assert model.confidence_.tolist() == [1, 1, 1, 1, 1, 0]
    assert model.predict(X[::-1]).tolist() == [-1, 1, 1, 0, 0, 0]


def test_if_all_is_noise_there_are_no_clusters():
    model = ConsensusClusterer(DBSCAN(eps=1e-9)).fit(BLOBS)
    assert set(model.labels_) == {-1}
    assert set(model.confidence_) == {0}


def test_clusters_are_numbered_by_size_without_gaps():
    """A cluster of one row, which only one run finds, has the last number, and no rows."""
    others = [1, 1, 0, 0, 0, 0, 4, 4, 4, 4, 4]
    estimators, X = columns([[5, 5, 9, 9, 9, 2, 7, 7, 7, 7, 7], others, others])
    model = ConsensusClusterer(estimators).fit(X)
    assert model.n_clusters_ == 4
    assert model.labels_.tolist() == [2, 2, 1, 1, 1, 1, 0, 0, 0, 0, 0]
    assert_allclose(model.predict_proba(X)[5], [0, 2 / 3, 0, 1 / 3], rtol=1e-6)


def test_a_vote_is_nearer_to_the_groups_than_a_run_is_on_average():
    X, groups = make_blobs(500, centers=8, cluster_std=1.2, random_state=4)
    model = ConsensusClusterer(RESTARTS, n_repeats=25, random_state=0).fit(X)
    single = [hungarian_accuracy_score(groups, run.labels_) for run in model.estimators_]
    assert hungarian_accuracy_score(groups, model.labels_) > np.mean(single) + 0.05
    assert_allclose(model.agreement_, mean_agreement([run.labels_ for run in model.estimators_]).mean())


def test_rows_of_low_confidence_are_more_often_wrong():
    X, classes = load_digits(return_X_y=True)
    model = ConsensusClusterer(KMeans(10, n_init=1), n_repeats=15, random_state=0).fit(X)
    sure = model.confidence_ > np.median(model.confidence_)
    right = [hungarian_accuracy_score(classes[rows], model.labels_[rows]) for rows in (sure, ~sure)]
    assert right[0] > right[1] + 0.1


@pytest.mark.parametrize(
    "estimators",
    [
        [("kmeans", KMeans(3)), ("ward", AgglomerativeClustering(3)), ("mixture", MIXTURE)],
        [
            ("dbscan", DBSCAN(2)),
            ("hdbscan", HDBSCAN(copy=True)),
            ("birch", Birch(n_clusters=AgglomerativeClustering(3))),
        ],
        MIXTURE,
        ClusterClassifier(KMeans(3)),
        GridSearchCV(KMeans(n_init=3, random_state=0), {"n_clusters": [2, 3]}, cv=2),
        ConsensusClusterer(KMeans(3)),
    ],
    ids=["different", "without a number", "pipeline", "classifier", "search", "nested"],
)
def test_any_clusterers_vote(estimators):
    model = ConsensusClusterer(estimators, random_state=0).fit(BLOBS)
    assert adjusted_rand_score(GROUPS, model.labels_) > 0.95
    assert model.n_clusters_ == 3


def test_real_images_in_a_pipeline(images, classes):
    steps = [("pca", PCA(10, random_state=0)), ("vote", ConsensusClusterer(KMeans(5, n_init=1), n_repeats=4))]
    model = Pipeline(steps).set_params(vote__random_state=0).fit(images[:200])
    assert_array_equal(model.predict(images[:200]), model["vote"].labels_)
    assert np.isfinite(HungarianAccuracy()(model, images[200:], classes[200:]))


# New rows


@pytest.mark.parametrize("pick", ["vote", "medoid"])
@pytest.mark.parametrize("estimator", [RESTARTS, GaussianMixture(8, max_iter=500)], ids=["hard", "soft"])
def test_training_rows_keep_their_labels(estimator, pick):
    X = np.random.default_rng(0).uniform(size=(200, 2))  # no clusters: runs differ
    model = ConsensusClusterer(estimator, n_repeats=6, pick=pick, random_state=0).fit(X)
    assert model.agreement_ < 0.9
    assert_array_equal(model.predict(X), model.labels_)
    shares = model.predict_proba(X)
    assert shares.shape == (200, 8)
    assert_allclose(shares.sum(axis=1), 1, rtol=1e-5)
    assert_allclose(shares.max(axis=1), shares[np.arange(200), model.labels_])
    if pick == "vote":
        assert_allclose(shares.max(axis=1), model.confidence_, rtol=1e-6)


def test_new_rows_get_the_cluster_of_their_group():
    model = ConsensusClusterer([("kmeans", KMeans(3)), ("mixture", MIXTURE)], random_state=0).fit(BLOBS[:60])
    assert adjusted_rand_score(GROUPS[60:], model.predict(BLOBS[60:])) == 1


def test_a_cluster_without_training_rows_may_be_predicted():
    model = ConsensusClusterer(NumberedColumn()).fit([[0], [0], [2]])
    assert model.predict([[0], [2], [1]]).tolist() == [0, 1, 2]


def test_a_label_that_no_training_row_has_is_no_vote_if_the_number_is_unknown():
    model = ConsensusClusterer(Column()).fit([[0], [0], [2]])
    assert model.predict([[0], [2], [1]]).tolist() == [0, 1, -1]


@pytest.mark.parametrize("method", ["predict", "predict_proba"])
def test_new_rows_need_runs_that_predict(method):
    pair = [("kmeans", KMeans(3)), ("ward", AgglomerativeClustering(3))]
    assert hasattr(ConsensusClusterer(pair[:1]), method)
    assert hasattr(ConsensusClusterer(KMeans()), method)
    assert not hasattr(ConsensusClusterer(pair), method)
    assert not hasattr(ConsensusClusterer(DBSCAN()), method)


# Parameters


def test_parameters_of_the_estimators_have_their_names():
    model = ConsensusClusterer([("kmeans", KMeans(3)), ("mixture", clone(MIXTURE))])
    assert model.get_params()["kmeans__n_clusters"] == 3
    model.set_params(kmeans__n_clusters=5, mixture__gmm__n_components=5, n_repeats=2)
    assert (model.estimators[0][1].n_clusters, model.estimators[1][1][-1].n_components) == (5, 5)
    model.set_params(mixture=Birch(n_clusters=5))
    assert isinstance(dict(model.estimators)["mixture"], Birch)
    assert set(model.get_params(deep=False)) == {
        *("estimators", "n_clusters", "n_repeats", "pick", "n_jobs", "random_state")
    }
    with pytest.raises(ValueError, match="Invalid parameter 'ward'"):
        model.set_params(ward__n_clusters=2)


@pytest.mark.parametrize("estimator", [KMeans(3), Pipeline([("k", KMeans(3))])])
def test_parameters_of_a_single_estimator(estimator):
    model = ConsensusClusterer(clone(estimator))
    name = "estimators__k__n_clusters" if isinstance(estimator, Pipeline) else "estimators__n_clusters"
    assert model.get_params()[name] == 3
    assert model.set_params(**{name: 4}).get_params()[name] == 4


def test_a_grid_search_over_parameters_of_the_estimators():
    model = ConsensusClusterer([("kmeans", KMeans(n_init=1)), ("mixture", GaussianMixture())], random_state=0)
    grid = {"n_clusters": [2, 3, 6], "kmeans": [KMeans(), Birch()], "mixture__covariance_type": ["diag"]}
    search = GridSearchCV(model, grid, scoring=HungarianAccuracy(), cv=2).fit(BLOBS, GROUPS)
    assert search.best_params_["n_clusters"] == 3
    assert search.best_score_ == 1
    assert search.best_estimator_.estimators_[1].covariance_type == "diag"


def test_the_number_is_set_on_every_estimator():
    model = ConsensusClusterer([("kmeans", KMeans(5)), ("mixture", MIXTURE)], n_clusters=4, random_state=0).fit(BLOBS)
    assert (model.estimators_[0].n_clusters, model.estimators_[1][-1].n_components) == (4, 4)
    assert (model.estimators[0][1].n_clusters, MIXTURE[-1].n_components) == (5, 3)  # left as they were
    assert model.n_clusters_ == 4


def test_repeats_of_each_estimator_have_seeds_of_their_own():
    kmeans = KMeans(3, random_state=0)
    model = ConsensusClusterer([("kmeans", kmeans), ("mixture", MIXTURE)], n_repeats=3, random_state=0).fit(BLOBS)
    assert [type(run) for run in model.estimators_] == [KMeans] * 3 + [Pipeline] * 3
    seeds = [
        run.get_params().get("random_state", run.get_params().get("gmm__random_state")) for run in model.estimators_
    ]
    assert len(set(seeds)) == 6
    assert kmeans.random_state == 0


def test_without_repeats_random_states_that_were_set_are_kept():
    model = ConsensusClusterer([("a", KMeans(3, random_state=7)), ("b", KMeans(3))], random_state=0).fit(BLOBS)
    assert model.estimators_[0].random_state == 7
    assert isinstance(model.estimators_[1].random_state, int)


def test_an_integer_seed_determines_the_fit_and_leaves_the_global_state():
    X = np.random.default_rng(0).uniform(size=(200, 2))
    before = np.random.get_state()[1].copy()  # noqa: NPY002 (it is the global state that is looked at)
    first, again, other = (
        ConsensusClusterer(RESTARTS, n_repeats=4, random_state=seed).fit(X).labels_ for seed in (0, 0, 1)
    )
    assert_array_equal(first, again)
    assert (first != other).any()
    assert_array_equal(before, np.random.get_state()[1])  # noqa: NPY002 (it is as it was)


def test_two_processes_give_the_same_as_one():
    X = np.random.default_rng(0).uniform(size=(200, 2))
    one, two = (ConsensusClusterer(RESTARTS, n_repeats=4, n_jobs=n, random_state=0).fit(X) for n in (None, 2))
    assert_array_equal(one.predict_proba(X), two.predict_proba(X))
    assert_array_equal(one.labels_, two.labels_)


def test_clones_and_pickles_are_the_same():
    model = ConsensusClusterer([("kmeans", RESTARTS)], n_repeats=3, random_state=0).fit(BLOBS)
    assert_array_equal(clone(model).fit(BLOBS).labels_, model.labels_)
    assert_array_equal(pickle.loads(pickle.dumps(model)).predict_proba(BLOBS), model.predict_proba(BLOBS))


def test_to_scikit_learn_it_is_a_clusterer():
    assert is_clusterer(ConsensusClusterer(KMeans()))


# Errors


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"n_clusters": 0}, "The 'n_clusters' parameter of ConsensusClusterer must be an int in the range"),
        ({"n_clusters": 121}, "n_clusters=121 must be <= n_samples=120; pass more rows or lower n_clusters"),
        ({"n_clusters": 3, "estimators": DBSCAN()}, r"n_clusters=3 needs .* estimators=DBSCAN\(\) has neither"),
        ({"n_repeats": 0}, "The 'n_repeats' parameter of ConsensusClusterer must be"),
        ({"pick": "best"}, "The 'pick' parameter of ConsensusClusterer must be a str among"),
    ],
)
def test_parameters_out_of_range_are_refused(params, message):
    with pytest.raises(ValueError, match=message):
        ConsensusClusterer(KMeans(3)).set_params(**params).fit(BLOBS)


class FindsMore(ClusterMixin, BaseEstimator):
    """Finds a cluster more than it was asked for."""

    def __init__(self, n_clusters=2):
        self.n_clusters = n_clusters

    def fit(self, X, y=None):
        self.labels_ = np.arange(len(X)) % (self.n_clusters + 1)
        return self


def test_an_estimator_that_finds_more_clusters_than_it_was_asked_for_is_named():
    both = [("kmeans", KMeans(n_init=1)), ("other", FindsMore())]
    with pytest.raises(ValueError, match=r"FindsMore\(n_clusters=3\) has found 4 clusters, but must find at most"):
        ConsensusClusterer(both, n_clusters=3).fit(BLOBS)


def test_a_fit_that_fails_leaves_the_estimator_as_it_was():
    model = ConsensusClusterer([("kmeans", KMeans(3)), ("other", KMeans(3))], random_state=0).fit(BLOBS)
    before = {name: value for name, value in vars(model).items() if name != "estimators"}
    with pytest.raises(RuntimeError, match="no fit"):
        model.set_params(other=NeverFits()).fit(np.column_stack([BLOBS, BLOBS]))
    assert {name: value for name, value in vars(model).items() if name != "estimators"} == before
    assert_array_equal(model.set_params(other=KMeans(3)).predict(BLOBS), model.labels_)
