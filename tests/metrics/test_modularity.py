import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import pairwise_distances
from sklearn.pipeline import make_pipeline

from skfashion import HOGFeatures
from skfashion.metrics import Modularity, modularity_score


@pytest.mark.parametrize("n_groups", [2, 3, 5])
def test_groups_that_share_no_edge_reach_one_less_their_share(n_groups):
    X = np.arange(4 * n_groups)[:, None] + 100 * np.repeat(np.arange(n_groups), 4)[:, None]
    labels = np.repeat(np.arange(n_groups), 4)
    assert modularity_score(X, labels, n_neighbors=3) == pytest.approx(1 - 1 / n_groups)
    assert modularity_score(X, np.zeros(len(X)), n_neighbors=3) == 0


def test_it_is_newmans_and_girvans_sum_over_pairs():
    X = np.random.default_rng(0).random((40, 3))
    labels = np.random.default_rng(1).integers(4, size=40)
    nearest = np.argsort(pairwise_distances(X), axis=1)[:, 1:6]
    adjacency = np.zeros((40, 40))
    adjacency[np.arange(40)[:, None], nearest] = 1
    adjacency = np.maximum(adjacency, adjacency.T)
    degrees = adjacency.sum(axis=1)
    same = labels[:, None] == labels
    expected = np.sum((adjacency - np.outer(degrees, degrees) / degrees.sum()) * same) / degrees.sum()
    assert modularity_score(X, labels, n_neighbors=5) == pytest.approx(expected)


def test_a_row_of_noise_is_a_cluster_of_its_own():
    X = np.random.default_rng(0).random((30, 2))
    labels = np.repeat([0, 1, -1], 10)
    alone = np.concatenate([labels[:20], np.arange(2, 12)])
    assert modularity_score(X, labels, noise_label=-1) == pytest.approx(modularity_score(X, alone))
    assert modularity_score(X, labels) != pytest.approx(modularity_score(X, alone))


def test_the_scorer_takes_the_space_that_it_is_told(images):
    pipe = make_pipeline(PCA(2, random_state=0), KMeans(4, n_init=1, random_state=0)).fit(images)
    labels, Z = pipe.predict(images), pipe[:-1].transform(images)
    assert Modularity()(pipe, images) == modularity_score(Z, labels)
    assert Modularity(space="input", n_neighbors=5)(pipe, images) == modularity_score(images, labels, n_neighbors=5)
    assert Modularity().uses_labels is False


def test_neighbours_by_gradients_do_not_depend_on_the_range_of_the_pixels(images):
    labels = KMeans(4, n_init=1, random_state=0).fit_predict(images)
    pixels = np.asarray(images, dtype=float)
    unit = (pixels - pixels.min()) / np.ptp(pixels)
    gradients = PCA(150, random_state=0).fit_transform(HOGFeatures().fit_transform(unit))
    scorer = Modularity(space="gradients", image_shape=(28, 28))
    known = {"Z": None, "y": None, "clusterer": None}
    assert scorer.score_clusters(labels, X=pixels, **known) == pytest.approx(
        modularity_score(gradients, labels), abs=0.01
    )
    assert scorer.score_clusters(labels, X=9 * pixels + 5, **known) == scorer.score_clusters(labels, X=pixels, **known)
    constant = Modularity(space="gradients").score_clusters(labels, X=np.ones_like(pixels), **known)
    assert np.isfinite(constant)


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="n_neighbors=0 must be an integer of at least 1"):
        Modularity(n_neighbors=0)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        modularity_score([[0.0], [1.0]], [0])
    with pytest.raises(ValueError, match="minimum of 2"):
        modularity_score([[0.0]], [0])


def test_neighbours_are_exact_for_any_number_of_rows(monkeypatch):
    X, labels = [[0], [1], [2], [10], [11], [12]], [0, 0, 0, 1, 1, 1]
    monkeypatch.setattr("skfashion._utils.neighbor_graph.MAX_EXACT_ROWS", 3)
    assert modularity_score(X, labels, n_neighbors=2) == 0.5


def test_the_gradients_of_the_same_images_are_computed_once(images, monkeypatch):
    """HOGFeatures of the images take longer than anything else of a score."""
    computed, transform = [], HOGFeatures.transform
    monkeypatch.setattr(HOGFeatures, "transform", lambda self, X: computed.append(len(X)) or transform(self, X))
    known = {"X": np.asarray(images)[:77].copy(), "Z": None, "y": None, "clusterer": None}
    for seed in range(3):
        Modularity(space="gradients").score_clusters(np.random.default_rng(seed).integers(3, size=77), **known)
    assert sum(computed) == 77


def test_few_rows_are_all_neighbours_of_one_another():
    score = modularity_score([[0], [1], [10], [11]], [0, 0, 1, 1], n_neighbors=10)
    assert score == pytest.approx(1 / 3 - 1 / 2)  # 2 of 6 edges are in clusters, which have half of the ends each
