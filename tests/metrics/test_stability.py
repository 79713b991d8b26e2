import numpy as np
import pytest
from sklearn.cluster import DBSCAN, AgglomerativeClustering, KMeans
from sklearn.datasets import make_blobs
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skfashion.metrics import Stability


@pytest.fixture
def blobs():
    return make_blobs(300, centers=[[0, 0], [9, 0], [0, 9]], random_state=0)[0]


def test_the_right_number_of_clusters_is_the_most_stable(blobs):
    scores = {k: Stability()(KMeans(k, n_init=1, random_state=0).fit(blobs), blobs) for k in (2, 3, 4, 5)}
    assert scores[3] == 1
    assert max(scores[4], scores[5]) < 0.95


def test_clusters_of_noise_are_not_stable():
    X = np.random.default_rng(0).standard_normal((300, 10))
    assert Stability()(KMeans(5, n_init=1, random_state=0).fit(X), X) < 0.5


def test_a_single_cluster_is_worth_nothing(blobs):
    nothing_but_noise = DBSCAN(eps=1e-9).fit(blobs)
    assert Stability()(nothing_but_noise, blobs) == Stability()(KMeans(1).fit(blobs), blobs) == 0


def test_it_takes_clusterers_without_predict_behind_other_steps(blobs):
    pipe = make_pipeline(StandardScaler(), AgglomerativeClustering(3)).fit(blobs)
    assert Stability(n_fits=3)(pipe, blobs) == 1


def test_a_sample_and_a_seed_decide_the_rows(blobs):
    clusterer = KMeans(5, n_init=1, random_state=0).fit(blobs)
    score = Stability(sample_size=100, random_state=1)
    assert score(clusterer, blobs) == score(clusterer, blobs) != Stability(sample_size=100)(clusterer, blobs)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"n_fits": 1}, "n_fits=1 must be an integer of at least 2"),
        ({"share": 0}, "share=0 must be above 0 and at most 1"),
        ({"share": 1.01}, "share=1.01 must be above 0 and at most 1"),
        ({"sample_size": 1}, "sample_size=1 must be an integer of at least 2"),
    ],
)
def test_what_makes_no_sense_is_refused(params, message):
    with pytest.raises(ValueError, match=message):
        Stability(**params)


def test_two_groups_that_are_always_found_are_stable(blobs):
    X = blobs[blobs[:, 1] < 5]
    assert Stability()(KMeans(2, n_init=1, random_state=0).fit(X), X) == 1


def test_a_fit_has_its_share_of_the_rows_in_ascending_order_but_at_least_one():
    X, chosen = np.arange(20.0)[:, None], np.arange(1, 20, 2)
    rows, labels = Stability(share=0.5)._fit(DBSCAN(), X, chosen, 0)
    assert len(rows) == len(labels) == 5
    assert set(rows) <= set(chosen)
    assert (np.diff(rows) > 0).all()
    rows, labels = Stability(share=0.01)._fit(DBSCAN(), X, chosen, 0)
    assert (len(rows), labels.tolist()) == (1, [-1])
