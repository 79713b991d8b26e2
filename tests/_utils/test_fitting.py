"""A fit that fails changes nothing: of every public estimator, wherever it fails."""

import sys

import numpy as np
import pytest
from sklearn.cluster import KMeans

import skfashion
from skfashion import clusterers, features
from skfashion._utils.range_scaler import RangeScaler

X = np.random.default_rng(0).uniform(size=(60, 64)).astype(np.float32)
Y = np.arange(60) % 3
OTHER = np.random.default_rng(1).uniform(size=(50, 100)).astype(np.float32)
SHORT = {"max_iter": 1, "random_state": 0}
MADE = {
    "ClusterClassifier": lambda: skfashion.ClusterClassifier(KMeans(2, n_init=1), random_state=0),
    "ConsensusClusterer": lambda: skfashion.ConsensusClusterer([("k", KMeans(2, n_init=1))], n_clusters=2),
    "SubclusterRefiner": lambda: skfashion.SubclusterRefiner(KMeans(2, n_init=1)),
    "GraphPartition": lambda: skfashion.GraphPartition(2, n_votes=2, random_state=0),
    "KNNSpectral": lambda: skfashion.KNNSpectral(2, random_state=0),
    "SphericalKMeans": lambda: skfashion.SphericalKMeans(2),
    "Ward": lambda: clusterers.Ward(2),
    "HOGFeatures": lambda: skfashion.HOGFeatures(),
    "ImageFeatures": lambda: skfashion.ImageFeatures(8),
    "CappedPCA": lambda: features.CappedPCA(8),
    "RangeScaler": lambda: RangeScaler(),
    "PipelineSearch": lambda: skfashion.PipelineSearch(["pca"], ["kmeans"], n_clusters=2, n_trials=1, random_state=0),
    "DenseAE": lambda: skfashion.DenseAE(2, **SHORT),
    "DenseVAE": lambda: skfashion.DenseVAE(2, **SHORT),
    "ConvAE": lambda: skfashion.ConvAE(2, filters=(2,), **SHORT),
    "DenseClassifier": lambda: skfashion.DenseClassifier((4,), **SHORT),
    "DCN": lambda: skfashion.DCN(2, autoencoder=skfashion.DenseAE(2, **SHORT), **SHORT),
    "ContrastiveEncoder": lambda: skfashion.ContrastiveEncoder(2, n_copies=2, max_iter=1),
    "NeighborHeads": lambda: skfashion.NeighborHeads(
        2, encoder=skfashion.ContrastiveEncoder(2, n_copies=2, max_iter=1), n_networks=1, n_heads=3, max_iter=1
    ),
    "DEC": lambda: skfashion.DEC(2, autoencoder=skfashion.DenseAE(2, **SHORT), **SHORT),
    "VaDE": lambda: skfashion.VaDE(2, autoencoder=skfashion.DenseVAE(2, **SHORT), **SHORT),
}


class Failure(Exception):
    """An error in the middle of a fit."""


class FailingAt:
    """Raise a Failure in the call of this number of a function of ours; without a number, count the calls."""

    def __init__(self, number=None):
        self.number, self.n_calls = number, 0

    def __call__(self, frame, event, arg):
        if event == "call" and "/skfashion/" in frame.f_code.co_filename and frame.f_code.co_name != "whole_fit":
            self.n_calls += 1
            if self.n_calls == self.number:
                sys.setprofile(None)
                raise Failure


def refit(estimator, profile):
    sys.setprofile(profile)
    try:
        estimator.fit(OTHER, Y[: len(OTHER)])
    finally:
        sys.setprofile(None)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", MADE)
def test_a_failed_fit_changes_nothing(name):
    counting = FailingAt()
    refit(MADE[name]().fit(X, Y), counting)
    estimator = MADE[name]().fit(X, Y)
    before = dict(vars(estimator))
    failed = 0
    for number in np.unique(np.linspace(1, counting.n_calls, 6).astype(int)):
        try:
            refit(estimator, FailingAt(number))
        except (Failure, ValueError):  # a search says why all of its trials failed
            failed += 1
        else:  # a trial of a search may fail
            estimator = MADE[name]().fit(X, Y)
            before = dict(vars(estimator))
            continue
        after = vars(estimator)
        if name == "PipelineSearch" and "best_estimator_" not in after:  # the trials are kept, and nothing else
            assert after["n_features_in_"] == OTHER.shape[1]
            estimator = MADE[name]().fit(X, Y)
            before = dict(vars(estimator))
            continue
        assert after.keys() == before.keys()
        assert [key for key in before if after[key] is not before[key]] == []
    assert failed > 0
    assert estimator.n_features_in_ == X.shape[1]


GIVEN = {  # parameters whose defaults are no numbers
    "DenseAE": {"batch_size": 16, "hidden_layer_sizes": 3},
    "DenseVAE": {"batch_size": 16, "noise_variance": 1.0, "beta_warmup": 1},
    "ConvAE": {"batch_size": 16},
    "DenseClassifier": {"batch_size": 16, "hidden_layer_sizes": 3},
    "PipelineSearch": {"max_samples": 50, "fixed_params": {"reducer__n_components": np.int64(3)}, "timeout": 600},
    "HOGFeatures": {"cell": 4, "image_shape": np.array([8, 8])},
    "ImageFeatures": {"image_shape": np.array([8, 8])},
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", MADE)
def test_numbers_of_numpy_are_numbers(name, tmp_path):
    estimator = MADE[name]().set_params(**GIVEN.get(name, {}))
    if name == "PipelineSearch":
        estimator.set_params(storage=str(tmp_path / "journal.log"))
    for parameter, value in estimator.get_params().items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            estimator.set_params(**{parameter: np.int64(value) if isinstance(value, int) else np.float32(value)})
    assert estimator.fit(X, Y).n_features_in_ == X.shape[1]


def test_every_public_estimator_is_tested():
    public = {name for name in skfashion.__all__ if hasattr(getattr(skfashion, name), "fit")}
    alike = {"ConvVAE", "ConvClassifier", "IDEC", "PretrainedFeatures"}  # their fit is inherited, or needs a file
    assert public - alike <= set(MADE)
