import pytest
from sklearn.cluster import DBSCAN, KMeans
from sklearn.datasets import make_blobs
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import Pipeline

from skfashion import ConsensusClusterer
from skfashion.clusterers._voters import common_n_clusters, estimators_in, set_n_clusters

BLOBS, _ = make_blobs(120, centers=[[0, 0], [10, 0], [0, 10]], random_state=0)
MIXTURE = Pipeline([("pca", PCA(2)), ("gmm", GaussianMixture(3, n_init=3))])


@pytest.mark.parametrize(
    ("estimators", "message"),
    [
        ([], r"estimators=\[\] must have at least one estimator"),
        ([KMeans(3)], r"a list of \(name, estimator\), but has KMeans\(n_clusters=3\) in it"),
        ([("a", KMeans(3)), ("a", KMeans(3))], "must be different, but are a, a; rename some"),
        ([("a__b", KMeans(3))], "The name 'a__b' in estimators must be no parameter"),
        ([("n_jobs", KMeans(3))], "The name 'n_jobs' in estimators must be no parameter"),
        ([("a", KMeans(3)), ("pca", PCA())], r"must have fit_predict, .*, but pca=PCA\(\) has not"),
        ([("a", KMeans(3)), ("b", MIXTURE), ("c", KMeans(4))], "but a has 3, b has 3, c has 4; pass n_clusters"),
        ([("a", KMeans(2)), ("b", DBSCAN(2))], r"DBSCAN\(eps=2\) has found 3 clusters, but .* at most n_clusters=2"),
        (KMeans(200), "n_clusters=200 must be <= n_samples=120"),
        (PCA(), "The 'estimators' parameter of ConsensusClusterer must be an object implementing 'fit_predict'"),
    ],
)
def test_estimators_that_cannot_vote_are_refused(estimators, message):
    with pytest.raises(ValueError, match=message):
        ConsensusClusterer(estimators).fit(BLOBS)


def test_voters_are_listed_even_if_some_are_no_pairs():
    one, other = KMeans(3), KMeans(4)
    assert estimators_in(one) == [one]
    assert estimators_in([("one", one), other, ("other", other)]) == [one, other]


def test_the_number_of_clusters_is_that_of_the_last_steps():
    assert common_n_clusters([("kmeans", KMeans(3)), ("mixture", MIXTURE), ("dbscan", DBSCAN())]) == 3
    assert common_n_clusters([("dbscan", DBSCAN())]) is None


def test_the_number_of_clusters_is_set_on_the_last_step():
    pipe = Pipeline([("pca", PCA(2)), ("gmm", GaussianMixture(3))])
    set_n_clusters("pipe", pipe, 5)
    assert pipe.get_params()["gmm__n_components"] == 5
    assert pipe.get_params()["pca__n_components"] == 2
