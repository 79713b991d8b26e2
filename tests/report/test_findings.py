import numpy as np
import pytest
from sklearn.cluster import DBSCAN, KMeans
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skfashion import DenseAE
from skfashion.inspection import Copies
from skfashion.report._findings import findings, split_copies

X = np.arange(5.0).reshape(5, 1)  # images that differ


def test_nothing_is_said_of_an_even_clustering():
    assert findings(KMeans(3), X, np.repeat([0, 1, 2], 10)) == []


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ([0] * 10 + [1] * 10, "1 of 3 clusters are empty"),
        ([0] * 12 + [1] * 5 + [2] * 5, "Unbalanced: cluster 0 holds 55% of the images"),
        ([0] * 50 + [1] * 50 + [2], "Unbalanced: cluster 2 holds less than a tenth of an even share"),
    ],
    ids=["empty", "large", "small"],
)
def test_clusters_that_are_filled_unevenly_are_named(labels, said):
    (sentence,) = findings(KMeans(3), X, np.array(labels))
    assert sentence.startswith(said)


def test_several_small_clusters_are_named_together():
    sentences = findings(KMeans(5), X, np.repeat([0, 1, 2, 3, 4], [60, 60, 2, 2, 1]))
    assert sentences == ["Unbalanced: the clusters 2, 3 and 4 hold less than a tenth of an even share of the images."]


@pytest.mark.filterwarnings("ignore:Best performing initialization did not converge")
def test_fits_that_were_cut_short_are_named(images):
    pipeline = make_pipeline(DenseAE(3, max_iter=2), GaussianMixture(2, max_iter=1, tol=1e-9)).fit(images)
    of_the_reducer, of_the_clusterer = findings(pipeline, images, np.repeat([0, 1], 150))
    assert of_the_reducer.startswith(
        "The training of DenseAE ended after max_iter=2 epochs, before its loss had settled"
    )
    assert of_the_clusterer.startswith("GaussianMixture did not converge in max_iter=1 iterations")


def test_training_that_ended_by_itself_is_fine(images):
    pipeline = make_pipeline(DenseAE(3, max_iter=50, tol=1e9, n_iter_no_change=1), KMeans(2, n_init=1)).fit(images)
    assert findings(pipeline, images, np.repeat([0, 1], 150)) == []


def test_noise_is_no_cluster():
    assert findings(DBSCAN(), X, np.repeat([-1, 0, 1], [60, 20, 20])) == [
        "60% of the images are noise, which is no cluster."
    ]


def test_images_that_are_all_the_same_are_named():
    (sentence,) = findings(KMeans(2), np.zeros((4, 3)), np.array([0, 0, 1, 1]))
    assert sentence == "All images are the same: their clusters mean nothing."


@pytest.mark.parametrize("attributes", [{}, {"n_iter_": 3}, {"n_iter_": 3, "max_iter": None}], ids=str)
def test_anothers_reducer_may_lack_the_usual_attributes(attributes):
    reducer = FunctionTransformer()
    vars(reducer).update(loss_curve_=[1.0], **attributes)
    assert findings(make_pipeline(reducer, KMeans(2)), X, np.array([0, 0, 1, 1, 1])) == []


@pytest.mark.parametrize(("n_noise", "words"), [(1, "1 of the images is"), (2, "2 of the images are"), (9, "2% of")])
def test_little_noise_is_counted(n_noise, words):
    labels = np.r_[np.full(n_noise, -1), np.arange(500 - n_noise) % 3]
    (said,) = [sentence for sentence in findings(KMeans(3), np.eye(500), labels) if "noise" in sentence]
    assert said.startswith(words)


@pytest.mark.parametrize(("labels", "n_split"), [([0, 0, 1, 2, 2], 0), ([0, 1, 1, 2, -1], 2), ([0, 1, 1, 2, 2], 1)])
def test_equal_images_in_several_clusters_are_said(labels, n_split):
    copies = Copies(
        rows=np.array([0, 1, 3, 4, 2]), groups=np.array([0, 0, 1, 1, 1]), distances=np.array([0, 0, 0, 0, 0.1])
    )
    said = split_copies(copies, labels)
    assert len(said) == (n_split > 0)
    assert ".csv" not in "".join(said)  # it may not be written
    assert not said or said[0].startswith(("1 group of equal images is", "2 groups of equal images are")[n_split - 1])
