import numpy as np
import pytest
from sklearn.cluster import DBSCAN, KMeans
from sklearn.datasets import make_blobs
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture

from skfashion import GraphPartition
from skfashion.labelling import DecisionError, split_rows, with_parts


@pytest.fixture(scope="module")
def blobs():
    return make_blobs(90, centers=3, n_features=4, cluster_std=0.1, random_state=0)


@pytest.mark.parametrize("clusterer", [KMeans(10, random_state=0), GaussianMixture(10, random_state=0)])
def test_a_split_finds_the_parts(blobs, clusterer):
    Z, y = blobs
    parts = split_rows(Z, clusterer, 3)
    assert adjusted_rand_score(y, parts.labels) == 1
    assert set(parts.labels) == {0, 1, 2}
    assert clusterer.get_params().get("n_clusters", clusterer.get_params().get("n_components")) == 10


def test_the_confidence_of_the_clusterer_is_passed_on(blobs):
    parts = split_rows(blobs[0], GraphPartition(10, random_state=0), 3)
    assert parts.confidence.shape == (90,)
    assert split_rows(blobs[0], KMeans(10, random_state=0), 3).confidence is None


@pytest.mark.parametrize("clusterer", [DBSCAN(eps=100), DBSCAN(eps=1e-9), GaussianMixture()])
def test_k_means_splits_what_the_clusterer_cannot(clusterer):
    parts = split_rows(np.array([[0.0], [0.1], [9.0]]), clusterer, 5)
    assert isinstance(parts.clusterer, KMeans)
    assert len(set(parts.labels)) == 2


def test_noise_stays_noise(blobs):
    Z = np.vstack([blobs[0], [[1000.0] * 4]])
    parts = split_rows(Z, DBSCAN(eps=1))
    assert parts.labels[-1] == -1
    assert set(parts.labels) == {-1, 0, 1, 2}
    assert with_parts([0] * 91, np.arange(91), parts.labels)[-1] == -1


def test_equal_rows_cannot_be_split():
    with pytest.raises(DecisionError, match="3 images with equal codes"):
        split_rows(np.ones((3, 2)), KMeans(2))


def test_parts_get_numbers_that_no_cluster_has():
    clusters = np.array([0, 1, 1, 1, 4])
    assert with_parts(clusters, np.array([1, 2, 3]), np.array([1, 0, -1])).tolist() == [0, 6, 5, -1, 4]
    assert clusters.tolist() == [0, 1, 1, 1, 4]
