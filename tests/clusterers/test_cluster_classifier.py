import pickle

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClusterMixin, clone, is_classifier, is_clusterer
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.datasets import make_blobs, make_moons
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfashion import ClusterClassifier

BLOBS, GROUPS = make_blobs(90, centers=[[0, 0], [10, 0], [0, 10]], random_state=0)


@parametrize_with_checks(
    [
        ClusterClassifier(KMeans(3, n_init=1), GaussianNB()),
        ClusterClassifier(AgglomerativeClustering(3), DecisionTreeClassifier(), share=0.5),
        ClusterClassifier(Pipeline([("pca", PCA(1)), ("gmm", GaussianMixture(2))]), KNeighborsClassifier(1), share=0.5),
    ]
)
def test_scikit_learns_whole_suite(estimator, check):
    check(estimator)


class Line(ClusterMixin, BaseEstimator):
    """Two clusters, numbered 4 and 7, on both sides of 0 in the first column, and noise beyond 100."""

    def fit(self, X, y=None):
        self.labels_ = np.where(np.abs(X[:, 0]) > 100, -1, np.where(X[:, 0] < 0, 4, 7))
        return self


class SoftLine(Line):
    """The same with confidence that grows with the row's distance from 0, unlike that by the mean."""

    def predict_proba(self, X):
        right = 1 / (1 + np.exp(-X[:, 0]))
        return np.column_stack([1 - right, right])


@pytest.mark.parametrize(
    "clusterer",
    [KMeans(3, n_init=3), AgglomerativeClustering(3), Pipeline([("pca", PCA(2)), ("gmm", GaussianMixture(3))])],
    ids=["predicts", "does not predict", "has no labels_"],
)
@pytest.mark.parametrize("share", [1, 0.5])
def test_it_predicts_the_clusters_of_any_clusterer(clusterer, share):
    model = ClusterClassifier(clusterer, KNeighborsClassifier(1), share=share, random_state=0).fit(BLOBS[:60])
    assert adjusted_rand_score(GROUPS[60:], model.predict(BLOBS[60:])) == 1
    np.testing.assert_array_equal(model.labels_, model.predict(BLOBS[:60]))
    np.testing.assert_array_equal(model.labels_, model.pseudo_labels_)
    assert model.classes_.tolist() == [0, 1, 2]


def test_half_of_each_cluster_is_learnt_the_rows_nearest_to_its_mean():
    X = np.array([[-9.0], [-6], [-5], [-1], [2], [4], [5], [5], [6], [8]])  # means -5.25 and 5
    model = ClusterClassifier(Line(), KNeighborsClassifier(1), share=0.5).fit(X)
    assert model.indices_.tolist() == [1, 2, 5, 6, 7]
    assert model.classifier_.n_samples_fit_ == 5


def test_half_of_each_cluster_is_learnt_the_most_probable_rows():
    X = np.array([[-9.0], [-6], [-5], [-1], [2], [4], [5], [5], [6], [8]])
    model = ClusterClassifier(SoftLine(), KNeighborsClassifier(1), share=0.5).fit(X)
    assert model.indices_.tolist() == [0, 1, 6, 8, 9]  # of two equal rows, the first


def test_among_equally_probable_rows_those_nearest_to_the_mean_are_learnt():
    X = np.array([[-99.0], [-60], [-50], [-61], [60], [70]])
    model = ClusterClassifier(SoftLine(), KNeighborsClassifier(1), share=0.5)
    assert (SoftLine().predict_proba(X).max(axis=1) == 1).all()
    assert model.fit(X).indices_.tolist() == [1, 3, 4]


def test_distances_are_those_of_the_space_that_the_last_step_sees():
    """The second column would decide, but the pipeline drops it."""
    X = np.array([[-7.0, 0], [-5, 90], [-3, 0], [3, 0], [5, 90], [7, 0]])
    first_column = Pipeline([("first", FunctionTransformer(lambda X: X[:, :1])), ("line", Line())])
    assert ClusterClassifier(first_column, GaussianNB(), share=0.3).fit(X).indices_.tolist() == [1, 4]
    assert ClusterClassifier(Line(), GaussianNB(), share=0.3).fit(X).indices_.tolist() == [0, 3]


def test_at_least_one_row_of_each_cluster_is_learnt():
    model = ClusterClassifier(KMeans(3, n_init=1), GaussianNB(), share=1e-6, random_state=0).fit(BLOBS)
    assert sorted(model.pseudo_labels_[model.indices_]) == [0, 1, 2]


@pytest.mark.parametrize("share", [1, 0.9])
def test_noise_is_never_learnt_but_is_given_a_cluster(share):
    X = np.array([[-3.0], [-2], [2], [3], [999]])
    model = ClusterClassifier(Line(), KNeighborsClassifier(1), share=share).fit(X)
    assert model.pseudo_labels_.tolist() == [4, 4, 7, 7, -1]
    assert model.indices_.tolist() == [0, 1, 2, 3]
    assert model.labels_.tolist() == [4, 4, 7, 7, 7]
    assert model.classes_.tolist() == [4, 7]


def test_it_follows_density_where_k_means_cannot():
    X, y = make_moons(300, noise=0.05, random_state=0)
    clusterer = HDBSCAN(min_cluster_size=20, copy=True)
    model = ClusterClassifier(clusterer, KNeighborsClassifier(3)).fit(X[:200])
    assert adjusted_rand_score(y[200:], model.predict(X[200:])) == 1


def test_a_simple_classifier_smooths_the_border():
    """One row of the left cluster is far on the right: a linear border calls it right."""
    X = np.r_[np.linspace(-2, -1, 20), np.linspace(1, 2, 20), 1.5][:, np.newaxis]

    class Mistaken(Line):
        def fit(self, X, y=None):
            super().fit(X)
            self.labels_[-1] = 4
            return self

    model = ClusterClassifier(Mistaken()).fit(X)
    assert (model.pseudo_labels_[-1], model.labels_[-1]) == (4, 7)
    assert (model.pseudo_labels_[:-1] == model.labels_[:-1]).all()


def test_a_search_is_a_clusterer_too():
    search = GridSearchCV(KMeans(n_init=1, random_state=0), {"n_clusters": [2, 3]}, cv=2)
    model = ClusterClassifier(search, GaussianNB(), share=0.5).fit(BLOBS)
    assert adjusted_rand_score(GROUPS, model.labels_) == 1


def test_real_images_are_clustered_and_predicted(images):
    pipeline = Pipeline([("pca", PCA(10)), ("gmm", GaussianMixture(5))])
    model = ClusterClassifier(pipeline, share=0.5, random_state=0).fit(images[:200])
    counts, learnt = (np.bincount(labels) for labels in (model.pseudo_labels_, model.pseudo_labels_[model.indices_]))
    np.testing.assert_array_less(np.abs(learnt - counts / 2), 0.51)
    probabilities = model.predict_proba(images[200:])
    assert probabilities.shape == (100, 5)
    np.testing.assert_array_equal(model.classes_[probabilities.argmax(axis=1)], model.predict(images[200:]))
    assert adjusted_rand_score(model.pseudo_labels_, model.labels_) > 0.6


def test_to_scikit_learn_it_is_a_clusterer():
    assert is_clusterer(ClusterClassifier())
    assert not is_classifier(ClusterClassifier())


def test_it_ignores_classes():
    fits = (ClusterClassifier(KMeans(3), GaussianNB(), random_state=0).fit(BLOBS, y) for y in (None, GROUPS[::-1]))
    first, second = (model.labels_ for model in fits)
    np.testing.assert_array_equal(first, second)


def test_probabilities_are_there_if_the_classifier_has_them():
    assert hasattr(ClusterClassifier(), "predict_proba")
    assert hasattr(ClusterClassifier(classifier=GaussianNB()), "predict_proba")
    assert not hasattr(ClusterClassifier(classifier=LinearSVC()), "predict_proba")


def test_defaults_are_k_means_and_logistic_regression():
    model = ClusterClassifier(random_state=0).fit(BLOBS)
    assert isinstance(model.clusterer_, KMeans)
    assert isinstance(model.classifier_, LogisticRegression)


def test_what_was_given_is_left_as_it_was():
    clusterer, classifier = Pipeline([("kmeans", KMeans(3))]), DecisionTreeClassifier()
    model = ClusterClassifier(clusterer, classifier, random_state=0).fit(BLOBS)
    assert clusterer["kmeans"].random_state is classifier.random_state is None
    assert not [name for name in {**vars(clusterer["kmeans"]), **vars(classifier)} if name.endswith("_")]
    assert isinstance(model.clusterer_["kmeans"].random_state, int)
    assert isinstance(model.classifier_.random_state, int)


def test_random_states_that_were_set_are_kept():
    model = ClusterClassifier(KMeans(3, random_state=42), GaussianNB(), random_state=0).fit(BLOBS)
    assert model.clusterer_.random_state == 42


def test_an_integer_seed_determines_the_fit_and_leaves_the_global_state():
    X = np.random.default_rng(0).uniform(size=(200, 2))
    before = np.random.get_state()[1].copy()  # noqa: NPY002 (it is the global state that is looked at)
    first, again, other = (
        ClusterClassifier(KMeans(8, n_init=1), GaussianNB(), random_state=seed).fit(X).labels_ for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    np.testing.assert_array_equal(before, np.random.get_state()[1])  # noqa: NPY002 (it is as it was)


def test_clones_and_pickles_are_the_same():
    model = ClusterClassifier(KMeans(3, n_init=1), GaussianNB(), share=0.5, random_state=0).fit(BLOBS)
    np.testing.assert_array_equal(clone(model).fit(BLOBS).labels_, model.labels_)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict_proba(BLOBS), model.predict_proba(BLOBS))


@pytest.mark.parametrize("share", [0, -0.5, 1.1, "half"])
def test_what_is_no_share_is_refused(share):
    with pytest.raises(ValueError, match=r"The 'share' parameter of ClusterClassifier must be a float in .*0.* 1"):
        ClusterClassifier(KMeans(3), GaussianNB(), share=share).fit(BLOBS)


@pytest.mark.parametrize(
    "wrong", [{"clusterer": PCA()}, {"clusterer": "kmeans"}, {"classifier": AgglomerativeClustering()}]
)
def test_what_is_no_clusterer_or_classifier_is_refused(wrong):
    name = next(iter(wrong))
    with pytest.raises(ValueError, match=f"The '{name}' parameter of ClusterClassifier must be an object implement"):
        ClusterClassifier(**wrong).fit(BLOBS)


@pytest.mark.parametrize(("clusterer", "found"), [(KMeans(1), 1), (HDBSCAN(min_cluster_size=80, copy=True), 0)])
def test_fewer_than_two_clusters_are_refused(clusterer, found):
    with pytest.raises(ValueError, match=rf"must find at least 2 clusters .*, but found {found} among n_samples=90;"):
        ClusterClassifier(clusterer).fit(BLOBS)


def test_a_cluster_that_the_classifier_loses_is_said():
    X = np.r_[np.zeros(20), 1, np.ones(20) * 9][:, None]
    lost = KMeans(3, n_init=5, random_state=0)
    with pytest.warns(UserWarning, match="finds 2 of the 3 clusters again: no row is in"):
        model = ClusterClassifier(lost, LogisticRegression(C=0.01)).fit(X)
    assert len(np.unique(model.labels_)) == 2
    assert len(model.classes_) == 3
