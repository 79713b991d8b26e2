"""Forged states of our own estimators: each is refused at once, and not by whatever meets it first."""

import copy
from functools import cache

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import Pipeline, make_pipeline

import skfashion
from skfashion import load, save
from skfashion.persistence import ModelFileError, _archive, _models
from skfashion.persistence._consistency import check_consistency

X = np.random.RandomState(0).uniform(size=(60, 64)).astype(np.float32)
AE = skfashion.DenseAE(3, hidden_layer_sizes=(6,), max_iter=1)
ENCODER = skfashion.ContrastiveEncoder(4, hidden_layer_sizes=(6,), n_copies=2, n_neighbors=5, batch_size=32, max_iter=1)
HEADS = {"encoder": ENCODER, "n_heads": 3, "n_networks": 2, "sizes": "equal", "batch_size": 32, "max_iter": 1}
VOTERS = [(str(i), make_pipeline(PCA(4), GaussianMixture(3, random_state=i))) for i in range(2)]
ESTIMATORS = {
    "dec": skfashion.DEC(3, autoencoder=AE, max_iter=1, warm_start=True, random_state=0),
    "vade": skfashion.VaDE(3, autoencoder=skfashion.DenseVAE(3, hidden_layer_sizes=(6,), max_iter=1), max_iter=1),
    "encoder": ENCODER,
    "heads": skfashion.NeighborHeads(3, **HEADS, random_state=0),
    "vote": skfashion.ConsensusClusterer(KMeans(3, n_init=1), n_repeats=2, random_state=0),
    "soft vote": skfashion.ConsensusClusterer(VOTERS, random_state=0),
    "spectral": skfashion.KNNSpectral(3, random_state=0),
    "partition": skfashion.GraphPartition(3, n_votes=2, max_imbalance=0.1, random_state=0),
    "refiner": skfashion.SubclusterRefiner(
        make_pipeline(PCA(4), KMeans(4, n_init=1)), splitter=KMeans(2, n_init=1), threshold=1.0, random_state=0
    ),
    "classifier": skfashion.ClusterClassifier(KMeans(3, n_init=1), random_state=0),
    "images": skfashion.ImageFeatures(6, image_shape=(8, 8)),
    "hog": skfashion.HOGFeatures(image_shape=(8, 8)),
}


@cache
def fitted(name):
    return copy.deepcopy(ESTIMATORS[name]).fit(X)


def forge(path, name, change):
    """Write a changed estimator without the checks of `save`."""
    estimator = copy.deepcopy(fitted(name))
    change(estimator)
    _archive.write(path, _archive.with_manifest(_models._dumped(estimator), metadata={}, layouts=[]))


def attribute(name, value):
    return lambda estimator: setattr(estimator, name, value)


def swapped(estimator):
    """Give the network to an estimator of another class."""
    estimator._network = copy.deepcopy(fitted("encoder")._network)


def first_step(pipeline):
    pipeline.steps[0] = ("pca", PCA(3).fit(X))


def far(spectral):
    """Move the rows so far that the squares of their distances overflow."""
    spectral._X = spectral._neighbors._fit_X = spectral._X + np.float32(1e30)


FORGED = {
    "missing": ("spectral", lambda e: delattr(e, "_scales"), "a fitted KNNSpectral must have _scales"),
    "type": ("spectral", attribute("_vectors", None), "_vectors of KNNSpectral must be an array of floating numbers"),
    "dtype": ("spectral", attribute("_degrees", np.ones(60, complex)), "_degrees of KNNSpectral must be an array"),
    "not finite": ("spectral", attribute("_vectors", np.full((60, 3), np.nan)), "_vectors .* finite numbers only"),
    "zero": ("spectral", attribute("_degrees", np.zeros(60)), "_degrees of KNNSpectral must have no number below"),
    "length": (
        "spectral",
        attribute("labels_", np.zeros(3, int)),
        r"labels_ .* have the shape \(60,\), not \(3,\)",
    ),
    "shares": ("partition", lambda e: setattr(e, "_shares", e._shares * 0), "_shares .* must have rows with the sum 1"),
    "other labels": ("partition", attribute("_labels", np.zeros(60, int)), "must be of the same rows"),
    "centres": ("spectral", attribute("cluster_centers_", np.ones((3, 3))), "must be those of its k-means"),
    "search": ("spectral", lambda e: setattr(e._neighbors, "effective_metric_", "cosine"), "is another search"),
    "rows": (
        "spectral",
        lambda e: setattr(e._neighbors, "_fit_X", e._X + np.float32(1)),
        "_neighbors of KNNSpectral must have its rows",
    ),
    "overflow": ("spectral", far, "cannot hold the squares of their distances"),
    "eigenvalues": ("spectral", attribute("eigenvalues_", np.zeros(3)), "eigenvalues_ of KNNSpectral must not be 0"),
    "neighbours": ("spectral", lambda e: setattr(e._neighbors, "n_neighbors", 61), "n_neighbors=61, but only 60 rows"),
    "processes": ("spectral", lambda e: setattr(e._neighbors, "n_jobs", 2**40), "asks for n_jobs=1099511627776"),
    "parameter": ("spectral", attribute("n_clusters", -1), "'n_clusters' parameter of KNNSpectral"),
    "boolean": ("spectral", attribute("n_clusters", True), "n_clusters=True of KNNSpectral is a boolean"),
    "places": ("vote", attribute("_names", np.full((2, 3), 2**30)), "_names of ConsensusClusterer must be from 0 to 2"),
    "huge": ("vote", attribute("n_clusters_", 2**30), "_names of ConsensusClusterer must have the shape"),
    "one name": ("vote", attribute("_names", np.zeros((2, 3), int)), "_names of .* each number of a cluster once"),
    "one place": ("vote", attribute("_order", np.zeros(3, int)), "_order of .* each number of a cluster once"),
    "no part": (
        "vote",
        attribute("estimators_", [PCA(2)]),
        "estimators_ of ConsensusClusterer must be a fitted",
    ),
    "no voter": ("vote", attribute("medoid_", -1), r"medoid_ .* must be an integer in range\(2\)"),
    "twice": ("vote", attribute("_voters", [0, 0]), "_voters of ConsensusClusterer must be different"),
    "order": ("vote", attribute("_clusters", [np.array([2, 1, 0])] * 2), "in ascending order"),
    "columns": (
        "soft vote",
        attribute("_clusters", [np.arange(2)] * 2),
        "_clusters of ConsensusClusterer must be the 3 of its part",
    ),
    "widths": ("soft vote", lambda e: first_step(e.estimators_[0]), "PCA makes 3 columns, but GaussianMixture takes 4"),
    "mixture": (
        "soft vote",
        lambda e: setattr(e.estimators_[0][-1], "precisions_cholesky_", np.ones((3, 4))),
        "precisions_cholesky_ of GaussianMixture",
    ),
    "no precision": (
        "soft vote",
        lambda e: setattr(e.estimators_[0][-1], "precisions_cholesky_", np.zeros((3, 4, 4))),
        "precisions_cholesky_ of GaussianMixture must be finite, and above 0",
    ),
    "weights": (
        "soft vote",
        lambda e: setattr(e.estimators_[0][-1], "weights_", np.zeros(3)),
        "weights_ of GaussianMixture must have the sum 1",
    ),
    "no parts": ("refiner", attribute("merged_", np.zeros(0, int)), "merged_ of SubclusterRefiner must have the shape"),
    "means": ("refiner", lambda e: setattr(e, "_means", np.ones((len(e.parts_), 9))), "_means of SubclusterRefiner"),
    "merged": ("refiner", lambda e: setattr(e, "merged_", e.merged_ + 4), "merged_ of .* must be from 0 to 3"),
    "split": ("refiner", attribute("splitters_", {}), "splitters_ of .* must be those of its split_ clusters"),
    "splitter": ("refiner", attribute("splitters_", {0: None}), "splitters_ of SubclusterRefiner must be a fitted"),
    "steps": ("refiner", lambda e: setattr(e.clusterer_, "steps", []), "a Pipeline must have steps"),
    "names": ("refiner", lambda e: setattr(e.clusterer_, "steps", e.clusterer_.steps * 2), "must be different"),
    "classes": ("classifier", lambda e: setattr(e.classifier_, "classes_", np.arange(7)), "must fit its classes_"),
    "pixels": ("hog", attribute("image_shape_", (4, 8)), "must have n_features_in_=64 pixels"),
    "cells": ("hog", attribute("n_cells_", (2**31 - 1, 2**31 - 1)), "cannot have n_cells_="),
    "grid": ("hog", attribute("size_", (2**20, 2**20)), "make .* numbers of an image of 64 pixels"),
    "bins": ("hog", attribute("n_bins", 2**31), "make .* numbers of an image of 64 pixels"),
    "outputs": ("images", attribute("n_components_", 2**30), "n_components_"),
    "blocks": ("images", lambda e: e._scales.pop(), "_scales and _pca of ImageFeatures must be for blocks of"),
    "network": ("dec", swapped, "_network of BaseDeepClusterer must be built by a DEC"),
    "features": ("dec", attribute("n_features_in_", 10**6), "_network of BaseDeepClusterer has 64 for n_features_in_"),
    "labels": ("dec", attribute("labels_", np.full(60, 3)), "labels_ of DEC must be below n_clusters=3 of its network"),
    "callbacks": ("dec", attribute("callbacks", [1]), r"callbacks has 1, which has no method on_epoch_end"),
    "curve": ("dec", attribute("clustering_loss_curve_", None), "clustering_loss_curve_ of .* must be a list"),
    "seed": ("dec", lambda e: setattr(e._network, "seed", -1), r"seed is -1, but must be in range\(4294967296\)"),
    "epochs": ("dec", lambda e: setattr(e._network, "n_epochs", 10**30), "n_epochs is 1000000000000000000000000000000"),
    "optimiser": (
        "dec",
        lambda e: setattr(e._network, "_optimizer_state", [np.ones(3)]),
        "_optimizer_state does not",
    ),
    "renewal": ("dec", lambda e: setattr(e._network, "_renewal_state", ([], {})), "_renewal_state does not fit"),
    "variational": ("vade", attribute("_network", None), "_network of BaseDeepClusterer must be a network"),
    "front": ("encoder", attribute("_front", PCA(2)), "_front of ContrastiveEncoder must be a fitted estimator"),
    "gain": ("encoder", attribute("_gain", "2"), "_gain of ContrastiveEncoder must be a finite number"),
    "kept": ("heads", attribute("_kept", [np.array([9])] * 2), "_kept of NeighborHeads must be heads"),
    "ballots": ("heads", attribute("_translations", np.ones((9, 3, 3))), "_kept and _translations of NeighborHeads"),
    "encoders": ("heads", lambda e: e.encoders_.pop(), "_heads of NeighborHeads has 2 for n_networks, which is 1"),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "change", "problem"), FORGED.values(), ids=FORGED)
def test_a_forged_state_is_refused_in_one_line(tmp_path, name, change, problem):
    forge(tmp_path / "model.skfashion", name, change)
    with pytest.raises(ModelFileError, match=problem) as error:
        load(tmp_path / "model.skfashion")
    assert "\n" not in str(error.value)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ESTIMATORS)
def test_a_state_that_was_fitted_comes_back(tmp_path, name):
    estimator = fitted(name)
    save(estimator, tmp_path / "model.skfashion")
    method = "predict" if hasattr(estimator, "predict") else "transform"
    loaded = load(tmp_path / "model.skfashion")
    np.testing.assert_array_equal(getattr(loaded, method)(X), getattr(estimator, method)(X))


def test_weights_that_are_not_finite_are_refused(tmp_path, monkeypatch):
    network = type(fitted("dec")._network)
    state = network.__getstate__

    def forged(self):
        return state(self) | {"_weights": [np.full_like(weight, np.nan) for weight in state(self)["_weights"][:1]]}

    monkeypatch.setattr(network, "__getstate__", forged)
    content = _models._dumped(fitted("dec"))
    _archive.write(tmp_path / "model.skfashion", _archive.with_manifest(content, metadata={}, layouts=[]))
    with pytest.raises(ModelFileError, match="_weights must be arrays of finite numbers"):
        load(tmp_path / "model.skfashion")


def test_a_fitted_search_is_refused_as_it_cannot_be_saved_whole():
    search = skfashion.PipelineSearch(["pca"], ["kmeans"], n_clusters=2)
    check_consistency(search)
    search.best_estimator_ = KMeans(2)
    with pytest.raises(ValueError, match="a PipelineSearch with best_estimator_ is neither saved nor loaded"):
        check_consistency(search)


@pytest.mark.parametrize("step", [None, "passthrough"])
def test_steps_of_a_pipeline_that_do_nothing_are_no_fault(step):
    check_consistency(Pipeline([("none", step), ("pca", PCA(2))]).fit(X))


def test_a_step_that_is_not_fitted_in_a_fitted_pipeline_is_refused():
    pipeline = make_pipeline(PCA(3), KMeans(2, n_init=1)).fit(X)
    pipeline.steps[0] = ("pca", PCA(3))
    with pytest.raises(ValueError, match="PCA must be fitted, as the last step of its Pipeline is"):
        check_consistency(pipeline)
