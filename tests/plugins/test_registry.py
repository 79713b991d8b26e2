from importlib.metadata import EntryPoint

import pytest
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA

from skfashion.plugins import (
    Plugin,
    PluginError,
    get_plugin,
    list_plugins,
    plugin_path,
    registry,
    usable_plugins,
)


@pytest.fixture
def entries(monkeypatch):
    """Entry points that tests may add to."""
    entries = []
    monkeypatch.setattr(registry, "_installed", lambda group, times: [e for e in entries if e.group == group])
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


def test_a_distribution_that_is_installed_later_is_seen_and_the_others_are_read_once(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    before = list_plugins("reducer")
    monkeypatch.setattr(registry, "entry_points", None)  # it would fail
    assert list_plugins("reducer") == before
    monkeypatch.undo()
    monkeypatch.syspath_prepend(tmp_path)
    information = tmp_path / "later-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: later\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[skfashion.reducers]\nlater = sklearn.decomposition:PCA\n")
    assert set(list_plugins("reducer")) - set(before) == {"later"}


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


def test_a_plugin_takes_features_or_images():
    assert Plugin(KMeans).takes == "features"
    with pytest.raises(ValueError, match="takes='pixels' must be 'features' or 'images'"):
        Plugin(KMeans, takes="pixels")


def test_a_plugin_that_needs_a_parameter_is_drawn_only_by_its_name(plugins):
    plugins("reducer", "asking", Plugin(PCA, needs=("n_components",)))
    assert "asking" not in usable_plugins("reducer")
    assert get_plugin("reducer", "asking").needs == ("n_components",)
    assert "pretrained" not in usable_plugins("reducer")


def test_a_slow_plugin_is_drawn_only_by_its_name(plugins):
    plugins("clusterer", "slow", Plugin(KMeans, only_if_named=True))
    assert "slow" not in usable_plugins("clusterer")
    assert "dec" not in usable_plugins("clusterer")
