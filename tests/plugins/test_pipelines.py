import pytest
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA

from skfashion.plugins import Plugin, PluginError, pipeline_from_names


@pytest.mark.parametrize(("name", "word"), [("kmeans", "n_clusters"), ("gmm", "n_components")])
def test_the_number_of_clusters_goes_where_the_clusterer_has_it(name, word):
    assert getattr(pipeline_from_names("pca", name, n_clusters=7)["clusterer"], word) == 7


def test_a_boolean_is_no_number_of_clusters():
    with pytest.raises(ValueError, match="n_clusters=True must be an integer of at least 1"):
        pipeline_from_names("pca", "kmeans", n_clusters=True)


def test_a_clusterer_of_images_goes_with_identity_only(plugins):
    plugins("clusterer", "of-images", Plugin(lambda: KMeans(n_init=2), takes="images"))
    pipe = pipeline_from_names("identity", "of-images", n_clusters=3)
    assert [name for name, _ in pipe.steps] == ["scale", "reducer", "clusterer"]
    assert pipe["clusterer"].n_clusters == 3
    with pytest.raises(PluginError, match="'of-images' takes the images themselves; its reducer must be 'identity', n"):
        pipeline_from_names("pca", "of-images", n_clusters=3)


def test_the_pipeline_is_scikit_learns_own_and_takes_its_parameters():
    pipe = pipeline_from_names("pca", "kmeans", n_clusters=3, scale=None, reducer__n_components=5)
    assert [(name, type(step)) for name, step in pipe.steps] == [("reducer", PCA), ("clusterer", KMeans)]
    assert pipe["reducer"].n_components == 5


def test_histograms_of_gradients_take_images_of_any_number_and_size(images):
    for X, n_components in ((images, 150), (images[:40], 40), (images[:, :64], 150)):
        pipe = pipeline_from_names("hog", "kmeans", n_clusters=3, scale=None)
        assert pipe[:-1].fit_transform(X).shape == (len(X), n_components)


def test_the_shape_of_images_reaches_the_step_of_a_reducer_that_takes_it(images):
    shape = (7, 28, 4)
    pipe = pipeline_from_names("hog", "kmeans", n_clusters=3, reducer__image_shape=shape).fit(images)
    assert pipe["reducer"]["hog"].image_shape_ == shape
    pipe = pipeline_from_names("conv-ae", "kmeans", n_clusters=3, reducer__image_shape=shape)
    assert pipe["reducer"].image_shape == shape
    with pytest.raises(ValueError, match="Invalid parameter 'image_shape' for estimator PCA"):
        pipeline_from_names("pca", "kmeans", n_clusters=3, reducer__image_shape=shape)


def test_a_parameter_without_its_step_is_refused_with_the_way_out():
    with pytest.raises(ValueError, match=r"'random_state' names no step; write reducer__random_state=\.\.\. or clust"):
        pipeline_from_names("pca", "kmeans", n_clusters=3, random_state=0)
