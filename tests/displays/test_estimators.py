import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.manifold import TSNE
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skfashion.displays._estimators import codes_and_clusters, codes_and_labels, encoder_and_decoder

CODES_AND = [codes_and_labels, codes_and_clusters]


@pytest.fixture(scope="module")
def pipe(images):
    return make_pipeline(PCA(4, random_state=0), KMeans(3, n_init=1, random_state=0)).fit(images)


@pytest.mark.parametrize("read", CODES_AND)
def test_a_pipeline_shows_what_its_clusterer_sees_and_says(pipe, images, read):
    Z, labels = read(pipe, images[:50])
    np.testing.assert_array_equal(Z, pipe[:-1].transform(images[:50]))
    np.testing.assert_array_equal(labels, pipe.predict(images[:50]))


@pytest.mark.parametrize("read", CODES_AND)
def test_a_clusterer_alone_sees_the_rows_themselves(images, read):
    kmeans = KMeans(3, n_init=1, random_state=0).fit(images)
    Z, labels = read(kmeans, images)
    assert Z is images
    np.testing.assert_array_equal(labels, kmeans.labels_)


@pytest.mark.parametrize("read", CODES_AND)
def test_a_search_shows_its_best_pipeline(images, read):
    pipe = make_pipeline(PCA(4, random_state=0), KMeans(2, n_init=1, random_state=0))
    search = GridSearchCV(pipe, {"kmeans__n_clusters": [2]}, cv=2).fit(images)
    np.testing.assert_array_equal(read(search, images)[1], search.predict(images))


@pytest.mark.parametrize("read", CODES_AND)
def test_without_predict_the_training_labels_are_taken(images, read):
    pipe = make_pipeline(PCA(4, random_state=0), AgglomerativeClustering(3)).fit(images)
    assert read(pipe, images)[1] is pipe[-1].labels_


def test_other_rows_have_no_labels_without_predict(images):
    pipe = make_pipeline(PCA(4, random_state=0), AgglomerativeClustering(3)).fit(images)
    assert codes_and_labels(pipe, images[:50])[1] is None
    with pytest.raises(ValueError, match=r"has no predict, and labels_ has 300 rows but X has 50; pass the training"):
        codes_and_clusters(pipe, images[:50])


def test_a_transformer_shows_its_codes_and_no_labels(images):
    pipe = make_pipeline(StandardScaler(), PCA(4, random_state=0)).fit(images)
    Z, labels = codes_and_labels(pipe, images)
    np.testing.assert_array_equal(Z, pipe.transform(images))
    assert labels is None


def test_what_does_not_cluster_is_named(images):
    with pytest.raises(TypeError, match="PCA is no clusterer: it has neither predict nor fit_predict"):
        codes_and_clusters(PCA(2).fit(images), images)
    with pytest.raises(TypeError, match="TSNE has no transform and does not cluster"):
        codes_and_labels(TSNE(), images)


def test_a_clusterer_that_is_not_fitted_says_so(images):
    with pytest.raises(NotFittedError):
        codes_and_clusters(AgglomerativeClustering(), images)


def test_the_part_before_the_clusterer_transforms_back(pipe, images):
    codes = pipe[:-1].transform(images)
    np.testing.assert_array_equal(
        encoder_and_decoder(pipe).inverse_transform(codes), pipe[:-1].inverse_transform(codes)
    )


def test_what_cannot_transform_back_is_named(images):
    with pytest.raises(TypeError, match="KMeans has no transform and inverse_transform; pass an autoencoder"):
        encoder_and_decoder(KMeans(2, n_init=1).fit(images))
