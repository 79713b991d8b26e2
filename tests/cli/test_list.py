from importlib.metadata import EntryPoint

import pytest
from sklearn.cluster import KMeans

import skfashion
from skfashion.cli import main
from skfashion.cli._output import console
from skfashion.plugins import Plugin, registry


def test_every_name_is_listed_with_its_origin(capsys):
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sum(f"skfashion {skfashion.__version__}" in line for line in lines) == 35
    assert any(line.split()[:2] == ["dense-ae", "skfashion"] for line in lines)
    assert any(line.split()[:2] == ["gmm", "skfashion"] for line in lines)


def test_the_objects_are_named_without_importing_them(monkeypatch, capsys):
    monkeypatch.setattr(console, "width", 120)
    assert main(["list"]) == 0
    assert "skfashion.plugins.builtin:dense_ae" in capsys.readouterr().out


def test_details_are_listed_on_demand(monkeypatch, capsys):
    monkeypatch.setattr(console, "width", 200)
    assert main(["list", "-v"]) == 0
    shown = capsys.readouterr().out
    assert "KMeans(n_init=10)" in shown
    assert "20,000" in shown
    assert "covariance_type: full or tied or diag; reg_covar: 1e-06 to 0.001 (log)" in shown


def test_details_name_the_clusterers_of_images(monkeypatch, capsys, plugins):
    monkeypatch.setattr(console, "width", 200)
    plugins("clusterer", "of-images", Plugin(KMeans, takes="images"))
    assert main(["list", "-v"]) == 0
    assert capsys.readouterr().out.count("KMeans() on the images themselves") == 1


def test_a_broken_plugin_does_not_hide_the_others(monkeypatch, capsys):
    entries = [
        EntryPoint("broken", "no.such.module:broken", "skfashion.reducers"),
        EntryPoint("pca", "sklearn.decomposition:PCA", "skfashion.reducers"),
    ]
    monkeypatch.setattr(
        registry, "_installed", lambda group, times: [entry for entry in entries if entry.group == group]
    )
    assert main(["list", "-v"]) == 0
    captured = capsys.readouterr()
    assert "The reducer 'broken' of no.such.module:broken cannot be loaded: ModuleNotFoundError: No mo" in captured.err
    assert "PCA()" in captured.out


@pytest.mark.parametrize("verbose", [[], ["-v"]])
def test_listing_needs_no_backend(monkeypatch, verbose):
    monkeypatch.setenv("KERAS_BACKEND", "numpy")
    assert main(["list", *verbose]) == 0
