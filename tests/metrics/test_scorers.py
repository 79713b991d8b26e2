import pickle

import numpy as np
import pytest
from sklearn.cluster import DBSCAN, AgglomerativeClustering, KMeans
from sklearn.datasets import make_blobs
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_score
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import Pipeline, make_pipeline

from skfashion import CalinskiHarabasz, DaviesBouldin, HungarianAccuracy, Purity, Silhouette
from skfashion.metrics import hungarian_accuracy_score, purity_score

LABEL_FREE = {
    Silhouette: silhouette_score,
    CalinskiHarabasz: calinski_harabasz_score,
    DaviesBouldin: lambda X, labels: -davies_bouldin_score(X, labels),
}
ALL = [HungarianAccuracy, Purity, *LABEL_FREE]


@pytest.fixture(scope="module")
def blobs():
    """Three separate blobs in five dimensions: X, y."""
    return make_blobs(90, 5, centers=3, random_state=0)


@pytest.fixture
def kmeans(blobs):
    return KMeans(3, n_init=1, random_state=0).fit(blobs[0])


def test_scorers_with_labels_score_what_predict_says(blobs, kmeans):
    X, y = blobs
    labels = KMeans(2, n_init=1, random_state=0).fit(X)
    assert HungarianAccuracy()(labels, X, y) == hungarian_accuracy_score(y, labels.predict(X)) < 1
    assert Purity()(labels, X, y) == purity_score(y, labels.predict(X)) < 1
    assert HungarianAccuracy()(kmeans, X, y) == 1


@pytest.mark.parametrize("scorer", LABEL_FREE)
def test_label_free_scorers_ignore_labels(blobs, kmeans, scorer):
    X, y = blobs
    expected = LABEL_FREE[scorer](X, kmeans.labels_)
    assert scorer()(kmeans, X) == scorer()(kmeans, X, y) == pytest.approx(expected)


@pytest.mark.parametrize("scorer", LABEL_FREE)
def test_space_says_where_distances_are_measured(blobs, scorer):
    X, _ = blobs
    pipe = make_pipeline(PCA(1), KMeans(3, n_init=1, random_state=0)).fit(X)
    labels, Z = pipe.predict(X), pipe[:-1].transform(X)
    assert scorer(space="embedding")(pipe, X) == pytest.approx(LABEL_FREE[scorer](Z, labels))
    assert scorer(space="input")(pipe, X) == pytest.approx(LABEL_FREE[scorer](X, labels))


def test_sample_size_draws_rows_by_random_state(blobs):
    X, _ = blobs
    kmeans = KMeans(4, n_init=1, random_state=0).fit(X)
    draws = {Silhouette(sample_size=30, random_state=seed)(kmeans, X) for seed in (0, 0, 1)}
    assert len(draws) == 2
    assert Silhouette(sample_size=90)(kmeans, X) == Silhouette(sample_size=None)(kmeans, X)


def test_without_predict_refit_clusters_the_rows_given(blobs):
    X, y = blobs
    pipe = make_pipeline(PCA(2), AgglomerativeClustering(3)).fit(X[:60])
    Z = pipe[:-1].transform(X[60:])
    expected = hungarian_accuracy_score(y[60:], AgglomerativeClustering(3).fit_predict(Z))
    fitted = pipe[-1].labels_
    assert HungarianAccuracy()(pipe, X[60:], y[60:]) == expected
    assert pipe[-1].labels_ is fitted


def test_without_predict_labels_trusts_the_training_labels(blobs):
    X, y = blobs
    pipe = make_pipeline(PCA(2), AgglomerativeClustering(3)).fit(X)
    trusting = HungarianAccuracy(without_predict="labels")
    assert trusting(pipe, X, y) == hungarian_accuracy_score(y, pipe[-1].labels_)
    with pytest.raises(ValueError, match=r"labels_ of 90 rows but X has 60.*without_predict='refit'"):
        trusting(pipe, X[:60], y[:60])


def test_without_predict_raise_names_the_way_out(blobs):
    X, y = blobs
    with pytest.raises(TypeError, match="AgglomerativeClustering has no predict; pass without_predict='refit'"):
        HungarianAccuracy(without_predict="raise")(AgglomerativeClustering(3).fit(X), X, y)


def test_noise_of_dbscan_matches_nothing(blobs):
    X, y = blobs
    dbscan = DBSCAN(eps=1e-6).fit(X)
    assert HungarianAccuracy()(dbscan, X, y) == Purity()(dbscan, X, y) == 0
    assert HungarianAccuracy(noise_label=None)(dbscan, X, y) == pytest.approx(1 / 3)


@pytest.mark.parametrize("without_predict", ["refit", "labels"])
def test_grid_search_over_a_clusterer_without_predict_has_scores(blobs, without_predict):
    X, y = blobs
    scoring = {"accuracy": HungarianAccuracy(), "silhouette": Silhouette(space="input")}
    pipe = Pipeline([("pca", PCA(2)), ("ward", AgglomerativeClustering())])
    search = GridSearchCV(pipe, {"ward__n_clusters": [2, 3]}, scoring=scoring, refit="accuracy", cv=3).fit(X, y)
    assert search.best_params_ == {"ward__n_clusters": 3}
    assert np.isfinite(search.cv_results_["mean_test_silhouette"]).all()
    scorer = HungarianAccuracy(without_predict=without_predict)  # a fitted search is a clusterer, too
    assert scorer(search, X, y) == 1


def test_cross_validate_takes_all_of_them_in_a_dict(blobs, kmeans):
    X, y = blobs
    scores = cross_validate(kmeans, X, y, cv=3, scoring={scorer.__name__: scorer() for scorer in ALL})
    assert all(np.isfinite(scores[f"test_{scorer.__name__}"]).all() for scorer in ALL)


@pytest.mark.parametrize("scorer", ALL)
def test_scorers_are_values(scorer):
    assert pickle.loads(pickle.dumps(scorer(without_predict="labels"))) == scorer(without_predict="labels") != scorer()
    assert repr(scorer()).startswith(f"{scorer.__name__}(")
    with pytest.raises(ValueError, match="without_predict='guess' must be one of 'refit'"):
        scorer(without_predict="guess")


def test_wrong_options_are_refused(blobs, kmeans):
    X, _ = blobs
    with pytest.raises(ValueError, match="HungarianAccuracy compares with labels"):
        HungarianAccuracy()(kmeans, X)
    with pytest.raises(ValueError, match="space='code' must be one of"):
        Silhouette(space="code")
    for size in (-1, 1, 2.5):
        with pytest.raises(ValueError, match=f"sample_size={size} must be an integer"):
            Silhouette(sample_size=size)


def test_what_is_no_clusterer_or_not_fitted_is_named(blobs):
    X, y = blobs
    with pytest.raises(TypeError, match="PCA is no clusterer: it has neither predict nor fit_predict"):
        HungarianAccuracy()(PCA(2).fit(X), X, y)
    for without_predict in ("refit", "labels"):
        with pytest.raises(NotFittedError):
            HungarianAccuracy(without_predict=without_predict)(AgglomerativeClustering(3), X, y)


@pytest.mark.parametrize(
    ("scorer", "score"),
    [
        (Silhouette, lambda X, labels, share: silhouette_score(X, labels) * share),
        (CalinskiHarabasz, lambda X, labels, share: calinski_harabasz_score(X, labels) * share),
        (DaviesBouldin, lambda X, labels, share: -davies_bouldin_score(X, labels) / share),
    ],
)
def test_noise_is_in_no_cluster_and_lowers_label_free_scores(blobs, scorer, score):
    X, y = blobs
    labels = np.where(np.arange(len(y)) % 4 == 0, -1, y)
    options = {"X": X, "Z": X, "y": None, "clusterer": None}
    kept = labels != -1
    expected = score(X[kept], labels[kept], kept.mean())
    assert scorer().score_clusters(labels, **options) == pytest.approx(expected)
    assert scorer().score_clusters(y, **options) > expected
    as_a_cluster = scorer(noise_label=None).score_clusters(labels, **options)
    assert as_a_cluster == pytest.approx(score(X, labels, 1))


def test_nothing_but_noise_has_no_label_free_score(blobs):
    X, y = blobs
    with pytest.raises(ValueError, match="All rows are noise"):
        Silhouette().score_clusters(np.full(len(y), -1), X=X, Z=X, y=None, clusterer=None)


@pytest.mark.parametrize(
    ("labels", "words"), [([0, 0, 0], "there is 1 cluster of 3 rows"), ([0, 1, 2], "there are 3 clusters of 3 rows")]
)
def test_too_few_or_too_many_clusters_have_no_label_free_score(labels, words):
    X = np.arange(3.0)[:, np.newaxis]
    with pytest.raises(ValueError, match=words):
        Silhouette().score_clusters(np.array(labels), X=X, Z=X, y=None, clusterer=None)
