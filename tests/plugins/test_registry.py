from importlib.metadata import EntryPoint

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from skfashion.plugins import (
    Plugin,
    PluginError,
    bytes_to_unit,
    get_plugin,
    list_plugins,
    pipeline_from_names,
    plugin_path,
    registry,
    usable_plugins,
)


@pytest.fixture
def entries(monkeypatch):
    """Entry points that tests may add to."""
    entries = []
    monkeypatch.setattr(registry, "entry_points", lambda group: [e for e in entries if e.group == group])
    return entries


def _entry(name, value, group="skfashion.reducers"):
    return EntryPoint(name, value, group)


def test_names_are_listed_without_importing_anything(entries):
    entries += [
        _entry("b", "no.such.module:b"),
        _entry("a", "no.such.module:a"),
        _entry("c", "x:c", "skfashion.clusterers"),
    ]
    assert list_plugins("reducer") == ["a", "b"]
    assert list_plugins("clusterer") == ["c"]


def test_a_bare_class_is_a_plugin_without_a_space(entries):
    entries.append(_entry("pca", "sklearn.decomposition:PCA"))
    assert get_plugin("reducer", "pca") == Plugin(PCA)


def test_two_plugins_of_one_name_are_an_error_that_names_both(entries):
    entries += [_entry("pca", "sklearn.decomposition:PCA"), _entry("pca", "elsewhere:PCA")]
    with pytest.raises(PluginError, match=r"registered by elsewhere:PCA and sklearn.decomposition:PCA"):
        get_plugin("reducer", "pca")


def test_a_broken_plugin_is_named_with_its_distribution_and_the_others_work(entries):
    entries += [_entry("pca", "sklearn.decomposition:PCA"), _entry("broken", "sklearn.decomposition:NoSuchThing")]
    with pytest.raises(PluginError, match=r"reducer 'broken' of .*:NoSuchThing cannot be loaded: AttributeError"):
        get_plugin("reducer", "broken")
    with pytest.warns(UserWarning, match=r"reducer 'broken' of .* cannot be loaded: AttributeError: .* It is left out"):
        assert list(usable_plugins("reducer")) == ["pca"]


def test_what_is_no_plugin_is_broken(entries):
    entries.append(_entry("number", "math:pi"))
    with pytest.raises(
        PluginError, match=r"'number' of math:pi cannot be loaded: TypeError: estimator=3.14159\d* must be"
    ):
        get_plugin("reducer", "number")


def test_a_plugin_that_lacks_the_package_of_an_extra_says_which_and_is_left_out(entries):
    entries += [_entry("pca", "sklearn.decomposition:PCA"), _entry("far", "no_such_package.parts:far [distant]")]
    with pytest.raises(PluginError, match=r"needs the package no_such_package; pip install '.*\[distant\]'"):
        get_plugin("reducer", "far")
    assert list(usable_plugins("reducer")) == ["pca"]  # without a warning
    assert plugin_path("reducer", "far") == "no_such_package.parts:far"


def test_an_unknown_name_suggests_the_nearest():
    with pytest.raises(PluginError, match="no clusterer named 'kmean'; did you mean 'kmeans'"):
        get_plugin("clusterer", "kmean")
    with pytest.raises(
        PluginError,
        match=r"no reducer named 'xyzzy'; choose one of contrastive, conv-ae, conv-vae, dense-ae, dense-vae, ",
    ):
        get_plugin("reducer", "xyzzy")
    with pytest.raises(ValueError, match="kind='scaler' must be"):
        list_plugins("scaler")


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


def test_a_plugin_takes_features_or_images():
    assert Plugin(KMeans).takes == "features"
    with pytest.raises(ValueError, match="takes='pixels' must be 'features' or 'images'"):
        Plugin(KMeans, takes="pixels")


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


@pytest.mark.parametrize(("scale", "kind"), [("minmax", MinMaxScaler), ("standard", StandardScaler)])
def test_scalers(scale, kind):
    assert isinstance(pipeline_from_names("pca", "kmeans", n_clusters=3, scale=scale)["scale"], kind)


def test_bytes_become_single_floats_from_0_to_1():
    scale = pipeline_from_names("pca", "kmeans", n_clusters=3, scale="bytes")["scale"]
    X = scale.fit_transform(np.array([[0, 51, 255]], np.uint8))
    assert X.dtype == np.float32
    np.testing.assert_allclose(X, [[0, 0.2, 1]])
    np.testing.assert_array_equal(X, bytes_to_unit([[0, 51, 255]]))


def test_an_unknown_scale_is_refused():
    with pytest.raises(ValueError, match="scale='max' must be one of 'minmax'"):
        pipeline_from_names("pca", "kmeans", n_clusters=3, scale="max")


def test_a_plugin_that_needs_a_parameter_is_drawn_only_by_its_name(plugins):
    plugins("reducer", "asking", Plugin(PCA, needs=("n_components",)))
    assert "asking" not in usable_plugins("reducer")
    assert get_plugin("reducer", "asking").needs == ("n_components",)
    assert "pretrained" not in usable_plugins("reducer")


def test_a_slow_plugin_is_drawn_only_by_its_name(plugins):
    plugins("clusterer", "slow", Plugin(KMeans, only_if_named=True))
    assert "slow" not in usable_plugins("clusterer")
    assert "dec" not in usable_plugins("clusterer")


def test_a_parameter_without_its_step_is_refused_with_the_way_out():
    with pytest.raises(ValueError, match=r"'random_state' names no step; write reducer__random_state=\.\.\. or clust"):
        pipeline_from_names("pca", "kmeans", n_clusters=3, random_state=0)
