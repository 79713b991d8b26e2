import pickle

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClusterMixin, clone, is_clusterer
from sklearn.cluster import DBSCAN, HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.datasets import load_digits, make_blobs
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, silhouette_samples
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfashion import KNNSpectral, SubclusterRefiner
from skfashion.clusterers._subcluster_refiner import merge_by_ward

GROUPS = np.repeat(np.arange(5), 30)
CENTERS = np.array([[0.0, 0], [20, 0], [60, 0], [60, 40], [0, 40]])
BLOBS = CENTERS[GROUPS] + np.random.default_rng(0).standard_normal((150, 2))
# Two groups in one cluster, one group in two, and two groups as they should be
WRONG = KMeans(5, init=[[10.0, 0], [59, 0], [61, 0], [60, 40], [0, 40]], n_init=1)
TWO = KMeans(2, n_init=3)


@parametrize_with_checks(
    [
        SubclusterRefiner(KMeans(3, n_init=1)),
        SubclusterRefiner(AgglomerativeClustering(3), threshold=1.0, sample_size=10),
        SubclusterRefiner(
            Pipeline([("pca", PCA(1)), ("gmm", GaussianMixture(2))]), splitter=KMeans(2, n_init=1), threshold=0.9
        ),
    ]
)
def test_scikit_learns_whole_suite(estimator, check):
    check(estimator)


class Fixed(ClusterMixin, BaseEstimator):
    """Gives the rows what the second column says."""

    def fit(self, X, y=None):
        self.labels_ = X[:, 1].astype(int)
        return self

    def predict(self, X):
        return X[:, 1].astype(int)


def test_a_lumped_and_a_split_group_are_put_right():
    assert adjusted_rand_score(GROUPS, clone(WRONG).fit_predict(BLOBS)) < 0.8
    model = SubclusterRefiner(WRONG, splitter=TWO, random_state=0).fit(BLOBS)
    assert adjusted_rand_score(GROUPS, model.labels_) == 1
    assert model.split_.tolist() == [True, True, True, False, False]
    assert sorted(model.splitters_) == [0, 1, 2]


@pytest.mark.parametrize(
    ("clusterer", "number"),
    [
        (GaussianMixture(4), "n_components"),
        (Pipeline([("pca", PCA(2)), ("kmeans", KMeans(4))]), "n_clusters"),
        (KNNSpectral(4, n_neighbors=5), "n_clusters"),  # which has n_components, too
    ],
)
def test_the_splitter_is_the_last_step_with_another_number(clusterer, number):
    model = SubclusterRefiner(clusterer, n_subclusters=3, threshold=1.0, random_state=0).fit(BLOBS)
    last = clusterer[-1] if isinstance(clusterer, Pipeline) else clusterer
    assert {type(splitter) for splitter in model.splitters_.values()} == {type(last)}
    expected = {**last.get_params(), number: 3}
    for splitter in model.splitters_.values():
        assert {**splitter.get_params(), "random_state": None} == expected
    assert len(model.parts_) == 12
    assert len(np.unique(model.labels_)) == 4


def test_a_splitter_that_is_given_keeps_its_number():
    model = SubclusterRefiner(WRONG, splitter=KMeans(3), n_subclusters=2, threshold=1.0, random_state=0).fit(BLOBS)
    assert {splitter.n_clusters for splitter in model.splitters_.values()} == {3}


def test_silhouettes_are_means_over_the_rows_of_each_cluster():
    model = SubclusterRefiner(WRONG, splitter=TWO, random_state=0).fit(BLOBS)
    labels = model.clusterer_.labels_
    expected = silhouette_samples(BLOBS, labels)
    np.testing.assert_allclose(model.silhouettes_, [expected[labels == cluster].mean() for cluster in range(5)])
    np.testing.assert_array_equal(model.split_, model.silhouettes_ < expected.mean())


def test_silhouettes_are_those_of_the_space_that_the_last_step_sees():
    """In the second column, which the pipeline drops, the clusters are mixed."""
    X = np.array([[0.0, 0], [0.1, 300], [9.0, 0], [9.2, 300]])
    pipeline = Pipeline([("first", FunctionTransformer(lambda X: X[:, :1])), ("kmeans", KMeans(2, n_init=1))])
    model = SubclusterRefiner(pipeline, random_state=0).fit(X)
    expected = silhouette_samples(X[:, :1], [0, 0, 1, 1]).reshape(2, 2).mean(axis=1)
    np.testing.assert_allclose(np.sort(model.silhouettes_), np.sort(expected))


@pytest.mark.parametrize(
    ("threshold", "split"), [(-1, [False] * 5), (0.55, [False, True, True, False, False]), (1, [True] * 5)]
)
def test_clusters_below_the_threshold_are_split(threshold, split):
    model = SubclusterRefiner(WRONG, splitter=TWO, threshold=threshold, random_state=0).fit(BLOBS)
    assert model.split_.tolist() == split


def test_if_nothing_is_poor_nothing_changes():
    model = SubclusterRefiner(WRONG, splitter=TWO, threshold=-1.0).fit(BLOBS)
    np.testing.assert_array_equal(model.labels_, model.clusterer_.labels_)
    assert model.splitters_ == {}
    assert model.merged_.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("splitter", [TWO, GaussianMixture(2)])
@pytest.mark.parametrize("clusterer", [WRONG, Pipeline([("pca", PCA(1)), ("gmm", GaussianMixture(3))])])
def test_prediction_of_the_training_rows_is_their_labels(clusterer, splitter):
    model = SubclusterRefiner(clusterer, splitter=splitter, threshold=1.0, random_state=0).fit(BLOBS)
    np.testing.assert_array_equal(model.predict(BLOBS), model.labels_)


def test_new_rows_go_to_their_groups():
    model = SubclusterRefiner(WRONG, splitter=TWO, random_state=0).fit(BLOBS)
    ours = model.predict(CENTERS)
    assert len(set(ours)) == 5
    np.testing.assert_array_equal(ours[GROUPS], model.labels_)


def test_it_predicts_if_the_clusterer_and_the_splitter_can():
    assert hasattr(SubclusterRefiner(), "predict")
    assert hasattr(SubclusterRefiner(KMeans(2), splitter=GaussianMixture(2)), "predict")
    assert not hasattr(SubclusterRefiner(AgglomerativeClustering(2)), "predict")
    assert not hasattr(SubclusterRefiner(KMeans(2), splitter=AgglomerativeClustering(2)), "predict")


def test_clusterers_without_predict_are_refined_too():
    labels = SubclusterRefiner(WRONG, splitter=AgglomerativeClustering(2), random_state=0).fit_predict(BLOBS)
    assert adjusted_rand_score(GROUPS, labels) == 1


def test_noise_stays_noise_and_is_in_no_silhouette():
    x = [0, 0.1, 5, 5.1, 100, 100.1, 100.2, 0, 100]
    X = np.column_stack([x, [0, 0, 0, 0, 3, 3, 3, -1, -1]])
    model = SubclusterRefiner(Fixed(), splitter=TWO, threshold=0.99, random_state=0).fit(X)
    expected = silhouette_samples(X[:7], X[:7, 1])
    np.testing.assert_allclose(model.silhouettes_, [expected[:4].mean(), expected[4:].mean()])
    assert model.labels_.tolist() == [0, 0, 0, 0, 1, 1, 1, -1, -1]  # split into two, and merged as these are closest
    assert list(model.splitters_) == [0]
    assert model.parts_[:, 0].tolist() == [0, 0, 3]
    np.testing.assert_array_equal(model.predict(X), model.labels_)


def test_rows_that_a_splitter_calls_noise_are_a_part():
    X = np.array([[0.0, 0], [0.1, 0], [0.2, 0], [30, 0], [40, 1], [40.1, 1], [40.2, 1]])
    model = SubclusterRefiner(Fixed(), splitter=DBSCAN(min_samples=2), threshold=0.6).fit(X)
    assert model.parts_.tolist() == [[0, -1], [0, 0], [1, 0]]
    assert model.labels_.tolist() == [1, 1, 1, 0, 0, 0, 0]


def test_a_new_row_of_a_part_without_training_rows_goes_to_the_nearest_mean():
    X = np.array([[0.0, 0], [1, 0], [8, 2], [9, 2]])
    model = SubclusterRefiner(Fixed(), splitter=TWO, threshold=-1.0).fit(X)
    assert model.predict([[7.0, 1], [2.0, 1], [0.0, 2], [0.0, -1]]).tolist() == [1, 0, 1, -1]


def test_a_cluster_of_too_few_rows_stays_whole():
    X = np.array([[0.0, 0], [0.1, 1], [0.2, 1], [0.3, 1], [0.4, 0]])
    model = SubclusterRefiner(Fixed(), splitter=KMeans(3, n_init=1), n_subclusters=3, threshold=1.0).fit(X)
    assert model.split_.tolist() == [False, True]


@pytest.mark.parametrize("n_clusters", [1, 5])  # of five rows
def test_without_silhouettes_nothing_is_split(n_clusters):
    model = SubclusterRefiner(KMeans(n_clusters, n_init=1)).fit(np.eye(5))
    assert np.isnan(model.silhouettes_).all()
    assert not model.split_.any()
    assert len(np.unique(model.labels_)) == n_clusters


def test_silhouettes_of_a_sample_depend_on_the_seed_alone():
    fits = [SubclusterRefiner(WRONG, splitter=TWO, sample_size=100, random_state=seed).fit(BLOBS) for seed in (0, 0, 1)]
    first, again, other = (model.silhouettes_ for model in fits)
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    every = SubclusterRefiner(WRONG, splitter=TWO, sample_size=None, random_state=0).fit(BLOBS).silhouettes_
    np.testing.assert_allclose(first, every, atol=0.1)


def test_a_cluster_of_which_no_row_was_drawn_has_no_silhouette():
    X = np.column_stack([np.arange(1000.0), np.r_[np.zeros(500), np.ones(499), 2]])
    model = SubclusterRefiner(Fixed(), splitter=TWO, sample_size=20, threshold=1.0, random_state=0).fit(X)
    assert np.isnan(model.silhouettes_).tolist() == [False, False, True]
    assert model.split_.tolist() == [True, True, False]


def test_ward_merges_the_closest_pair_first():
    """Sizes 1 and 1 at a distance of 3 add 4.5; sizes 9 and 9 at a distance of 2 add 18."""
    assert merge_by_ward([[0.0], [10], [3], [12]], [1, 9, 1, 9], 4).tolist() == [0, 1, 2, 3]
    assert merge_by_ward([[0.0], [10], [3], [12]], [1, 9, 1, 9], 3).tolist() == [0, 1, 0, 2]
    assert merge_by_ward([[0.0], [10], [3], [12]], [1, 9, 1, 9], 2).tolist() == [0, 1, 0, 1]
    assert merge_by_ward([[0.0], [10], [3], [12]], [1, 9, 1, 9], 1).tolist() == [0, 0, 0, 0]


def test_ward_of_single_rows_is_that_of_scikit_learn():
    X = np.random.default_rng(0).standard_normal((40, 3))
    for n_clusters in (2, 5, 20):
        expected = AgglomerativeClustering(n_clusters).fit_predict(X)
        assert adjusted_rand_score(expected, merge_by_ward(X, np.ones(40), n_clusters)) == 1


def test_a_search_is_a_clusterer_too():
    search = GridSearchCV(KMeans(n_init=1, random_state=0), {"n_clusters": [2, 3]}, cv=2)
    model = SubclusterRefiner(search, n_subclusters=4, threshold=1.0, random_state=0).fit(BLOBS)
    assert model.splitters_[0].n_clusters == 4
    np.testing.assert_array_equal(model.predict(BLOBS), model.labels_)


def test_real_images_keep_their_number_of_clusters(images):
    pipeline = Pipeline([("pca", PCA(10)), ("gmm", GaussianMixture(6, reg_covar=1e-3))])
    model = SubclusterRefiner(pipeline, random_state=0).fit(images[:200])
    assert set(model.labels_) == set(range(6))
    assert 0 < model.split_.sum() < 6
    np.testing.assert_array_equal(model.predict(images[:200]), model.labels_)
    assert set(model.predict(images[200:])) <= set(range(6))
    assert model.n_features_in_ == 784


def test_bytes_are_taken_as_the_numbers_they_are(images):
    as_bytes = np.uint8(images * 255)
    fits = (
        SubclusterRefiner(KMeans(4), threshold=1.0, random_state=0).fit(X) for X in (as_bytes, np.float64(as_bytes))
    )
    first, second = fits
    np.testing.assert_allclose(first.silhouettes_, second.silhouettes_)
    np.testing.assert_array_equal(first.labels_, second.labels_)


def test_it_is_a_clusterer_that_ignores_classes():
    first, second = (SubclusterRefiner(KMeans(3), random_state=0).fit(BLOBS, y).labels_ for y in (None, GROUPS[::-1]))
    np.testing.assert_array_equal(first, second)
    assert is_clusterer(SubclusterRefiner())


def test_what_was_given_is_left_as_it_was():
    clusterer, splitter = Pipeline([("kmeans", KMeans(3))]), GaussianMixture(2)
    model = SubclusterRefiner(clusterer, splitter=splitter, threshold=1.0, random_state=0).fit(BLOBS)
    assert clusterer["kmeans"].random_state is splitter.random_state is None
    assert not [name for name in {**vars(clusterer["kmeans"]), **vars(splitter)} if name.endswith("_")]
    assert isinstance(model.clusterer_["kmeans"].random_state, int)
    assert isinstance(model.splitters_[0].random_state, int)


def test_an_integer_seed_determines_the_fit_and_leaves_the_global_state():
    X = make_blobs(200, cluster_std=9, random_state=0)[0]
    before = np.random.get_state()[1].copy()  # noqa: NPY002 (it is the global state that is looked at)
    first, again, other = (
        SubclusterRefiner(KMeans(8, n_init=1), random_state=seed).fit(X).labels_ for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    np.testing.assert_array_equal(before, np.random.get_state()[1])  # noqa: NPY002


def test_clones_and_pickles_are_the_same():
    model = SubclusterRefiner(WRONG, splitter=TWO, random_state=0).fit(BLOBS)
    np.testing.assert_array_equal(clone(model).fit(BLOBS).labels_, model.labels_)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict(BLOBS), model.predict(BLOBS))


@pytest.mark.parametrize(
    "wrong",
    [
        {"clusterer": PCA()},
        {"splitter": "kmeans"},
        {"n_subclusters": 1},
        {"threshold": "median"},
        {"threshold": 1.5},
        {"sample_size": 1},
    ],
)
def test_parameters_out_of_their_range_are_refused(wrong):
    name = next(iter(wrong))
    with pytest.raises(ValueError, match=f"The '{name}' parameter of SubclusterRefiner must be"):
        SubclusterRefiner(**{"clusterer": KMeans(2), **wrong}).fit(BLOBS)


def test_a_last_step_without_a_number_of_clusters_needs_a_splitter():
    hdbscan = HDBSCAN(copy=True)
    with pytest.raises(
        ValueError, match=r"splitter=None needs a clusterer with n_clusters .*HDBSCAN.*; pass a splitter"
    ):
        SubclusterRefiner(hdbscan).fit(BLOBS)
    assert len(SubclusterRefiner(hdbscan, splitter=TWO).fit(BLOBS).labels_) == 150


@pytest.mark.parametrize(
    "splitter",
    [
        KMeans(5, n_init=1),
        Pipeline([("pca", PCA(1)), ("kmeans", KMeans(5, n_init=1))]),
        GridSearchCV(KMeans(5, n_init=1), {"n_init": [1, 2]}, cv=2),
    ],
)
def test_a_cluster_with_fewer_rows_than_the_splitter_makes_parts_stays_whole(splitter):
    X = np.concatenate([np.arange(3)[:, None], 100 + np.arange(20)[:, None], 200 + np.arange(20)[:, None]])
    refiner = SubclusterRefiner(KMeans(3, n_init=5), splitter=splitter, threshold=1.0, random_state=0).fit(X)
    assert sorted(refiner.split_.tolist()) == [False, True, True]


def test_two_parts_of_a_cluster_of_kmeans_are_merged_again_and_ten_are_not():
    """The reason for the default."""
    X = load_digits().data
    kmeans = KMeans(10, n_init=10, random_state=0)
    two, ten = (
        SubclusterRefiner(kmeans, threshold=1.0, random_state=0, **n).fit(X) for n in ({"n_subclusters": 2}, {})
    )
    assert len(ten.parts_) == 100
    assert adjusted_rand_score(two.clusterer_.labels_, two.labels_) == 1
    assert adjusted_rand_score(ten.clusterer_.labels_, ten.labels_) < 1
