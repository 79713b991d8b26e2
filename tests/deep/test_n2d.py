import sys

import numpy as np
import pytest
from sklearn.datasets import make_blobs
from sklearn.frozen import FrozenEstimator

from skfashion import DenseAE, make_n2d
from skfashion.metrics import hungarian_accuracy_score


@pytest.mark.filterwarnings("ignore:'force_all_finite' was renamed:FutureWarning")  # umap-learn 0.5.7
@pytest.mark.once
def test_blobs_are_found_and_new_rows_follow():
    pytest.importorskip("umap")
    X, y = make_blobs(150, 8, centers=3, cluster_std=0.7, random_state=0)
    n2d = make_n2d(3, autoencoder=DenseAE(4, max_iter=20, tol=0, random_state=3), random_state=0)
    labels = n2d.fit_predict(X)
    assert hungarian_accuracy_score(y, labels) > 0.98
    np.testing.assert_array_equal(n2d.predict(X), labels)
    np.testing.assert_allclose(n2d.predict_proba(X).sum(axis=1), 1, rtol=1e-5)
    assert {step.random_state for step in n2d} == {0}
    assert [*n2d.named_steps] == ["autoencoder", "whitening", "umap", "mixture"]
    np.testing.assert_allclose(np.cov(n2d[:2].transform(X), rowvar=False), np.eye(4), atol=1e-3)


def test_axes_of_the_codes_without_variance_are_left_out():
    pytest.importorskip("umap")
    X = make_blobs(500, 8, centers=3, cluster_std=0.7, random_state=0)[0].astype(np.float32)
    n2d = make_n2d(3, autoencoder=DenseAE(6, hidden_layer_sizes=(3,), max_iter=5, tol=0), random_state=0)
    assert n2d[:2].fit_transform(X).shape[1] <= 3


def test_codes_may_stay_as_they_are():
    pytest.importorskip("umap")
    assert [*make_n2d(3, whiten=False).named_steps] == ["autoencoder", "umap", "mixture"]


def test_a_frozen_autoencoder_is_a_step_as_it_is():
    pytest.importorskip("umap")
    autoencoder = FrozenEstimator(DenseAE(4, random_state=3))
    n2d = make_n2d(3, autoencoder=autoencoder, random_state=0)
    assert n2d["autoencoder"] is autoencoder
    assert (autoencoder.random_state, n2d["umap"].random_state, n2d["mixture"].random_state) == (3, 0, 0)


def test_the_default_is_the_network_of_the_paper():
    pytest.importorskip("umap")
    n2d = make_n2d(7)
    assert n2d["autoencoder"].n_components == n2d["umap"].n_components == n2d["mixture"].n_components == 7
    assert n2d["autoencoder"].hidden_layer_sizes == (500, 500, 2000)


def test_a_missing_package_is_named_with_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "umap", None)
    with pytest.raises(ImportError, match=r"N2D needs the package umap-learn; pip install 'skfashion\[umap\]'\."):
        make_n2d(3)
