import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.cluster import DBSCAN, AgglomerativeClustering, KMeans
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skfashion import (
    ClusterClassifier,
    ConsensusClusterer,
    ConvAE,
    GraphPartition,
    HOGFeatures,
    ImageFeatures,
    KNNSpectral,
    SubclusterRefiner,
)
from skfashion._utils.pipelines import (
    clusters_of,
    image_shape_parameters,
    last_step,
    n_clusters_of,
    n_clusters_parameter,
    seeded_clone,
    set_seed,
    steps_of,
    with_image_shapes,
)
from skfashion.features import CappedPCA


def test_the_last_step_of_a_pipeline_sees_what_the_others_make_of_X(images):
    pipeline = make_pipeline(PCA(3), KMeans(2, n_init=1, random_state=0)).fit(images)
    kmeans, Z = last_step(pipeline, images)
    assert kmeans is pipeline[-1]
    np.testing.assert_array_equal(Z, pipeline[:-1].transform(images))


@pytest.mark.parametrize("make", [lambda kmeans: kmeans, make_pipeline])
def test_a_single_estimator_sees_X_itself(images, make):
    kmeans = KMeans(2, n_init=1, random_state=0)
    step, Z = last_step(make(kmeans).fit(images), images)
    assert step is kmeans
    assert Z is images


def test_a_search_stands_for_its_best_estimator(images):
    pipeline = make_pipeline(PCA(3, random_state=0), KMeans(2, n_init=1, random_state=0))
    search = GridSearchCV(pipeline, {"kmeans__n_clusters": [2, 3]}, cv=2).fit(images)
    assert steps_of(search) == [step for _, step in search.best_estimator_.steps]
    assert last_step(search, images)[0] is search.best_estimator_[-1]


def test_a_seed_is_set_in_all_steps_except_where_it_is_fixed():
    pipeline = make_pipeline(PCA(random_state=7), KMeans())
    assert set_seed(pipeline, 3, fixed=("pca__random_state",)) is pipeline
    assert (pipeline["pca"].random_state, pipeline["kmeans"].random_state) == (7, 3)
    assert set_seed(KMeans(random_state=1), 2).random_state == 2
    assert set_seed(DBSCAN(), 0).get_params() == DBSCAN().get_params()


def test_a_seeded_clone_draws_only_the_states_that_are_not_set():
    pipeline = make_pipeline(PCA(random_state=7), KMeans())
    clones = [seeded_clone(pipeline, np.random.RandomState(seed)) for seed in (0, 0, 1)]
    assert [clone["pca"].random_state for clone in clones] == [7, 7, 7]
    drawn = [clone["kmeans"].random_state for clone in clones]
    assert drawn[0] == drawn[1] != drawn[2]
    assert pipeline["kmeans"].random_state is None


def test_the_shape_of_images_is_that_of_the_steps_within_a_step():
    inner = make_pipeline(HOGFeatures(), PCA(3))
    pipeline = make_pipeline(inner, ConvAE())
    shapes = ["pipeline__hogfeatures__image_shape", "convae__image_shape"]
    assert sorted(image_shape_parameters(pipeline)) == sorted(shapes)
    params = {"pipeline__image_shape": (2, 3), "convae__image_shape": (3, 2), "pipeline__pca__n_components": 1}
    assert with_image_shapes(params, pipeline) == {
        "pipeline__hogfeatures__image_shape": (2, 3),
        "convae__image_shape": (3, 2),
        "pipeline__pca__n_components": 1,
    }
    assert with_image_shapes({"pca__image_shape": (2, 3)}, make_pipeline(PCA())) == {"pca__image_shape": (2, 3)}


@pytest.mark.parametrize(
    ("clusterer", "parameter", "number"),
    [
        (KMeans(3), "n_clusters", 3),
        (GaussianMixture(4), "n_components", 4),
        (KNNSpectral(5, n_components=2), "n_clusters", 5),
        (AgglomerativeClustering(None, distance_threshold=1.0), "n_clusters", None),
        (DBSCAN(), None, None),
    ],
)
def test_the_number_of_clusters_has_one_of_two_names(clusterer, parameter, number):
    assert (n_clusters_parameter(clusterer), n_clusters_of(clusterer)) == (parameter, number)


def test_noise_is_no_cluster():
    assert clusters_of([2, -1, 0, 2]).tolist() == [0, 2]


def test_a_number_that_was_chosen_is_known_after_the_fit():
    X = np.random.default_rng(0).normal(0, 1, (60, 2)) + np.repeat([[0, 0], [30, 0], [0, 30]], 20, axis=0)
    partition = GraphPartition("auto", random_state=0)
    assert n_clusters_of(partition) is None
    assert n_clusters_of(partition.fit(X)) == partition.n_clusters_


MADE_OF = {
    "ClusterClassifier": lambda clusterer: ClusterClassifier(clusterer, random_state=0),
    "ConsensusClusterer": lambda clusterer: ConsensusClusterer(
        [("c", clusterer)], n_clusters=2, n_repeats=2, random_state=0
    ),
    "SubclusterRefiner": lambda clusterer: SubclusterRefiner(clusterer, random_state=0),
}


@pytest.mark.parametrize("output", ["default", "pandas"])
@pytest.mark.parametrize("name", MADE_OF)
def test_inner_steps_may_ask_for_columns_by_name_and_return_frames(name, output):
    X = pd.DataFrame(np.random.default_rng(0).uniform(size=(60, 4)), columns=list("abcd"))
    X["c"] = np.repeat([0.0, 9.0], 30)
    steps = ColumnTransformer([("chosen", "passthrough", ["c", "a"])]), PCA(2), KMeans(2, n_init=2)
    with config_context(transform_output=output), warnings.catch_warnings():
        warnings.simplefilter("error")
        model = MADE_OF[name](make_pipeline(*steps)).fit(X)
        predicted = model.predict(X[["a", "b", "c", "d"]])
    np.testing.assert_array_equal(predicted, model.labels_)
    if name != "SubclusterRefiner":
        assert adjusted_rand_score(X["c"], predicted) == 1


@pytest.mark.parametrize("features", [HOGFeatures(), ImageFeatures(3), CappedPCA(3)])
def test_features_are_the_same_where_steps_return_frames(features):
    X = np.random.default_rng(0).uniform(size=(30, 64))
    expected = features.fit_transform(X)
    with config_context(transform_output="pandas"):
        np.testing.assert_array_equal(features.fit_transform(X), expected)
