"""Run scikit-learn's checks on every public estimator with its true defaults, and with two more settings.

python tools/check_estimators.py [NAME ...]

The tests run the checks on small networks that are trained for a few epochs. With their defaults, the deep clusterers
and a search of all plugins take hours, so name what is to be checked: DenseAE KNNSpectral.
"""

import sys
import tempfile
import time
import warnings
from pathlib import Path

from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KNeighborsClassifier
from sklearn.utils.estimator_checks import check_estimator

import skfashion

NETWORK = [{"activation": "tanh", "dropout": 0.2}, {"batch_size": 8, "max_iter": 5, "early_stopping": True}]
SMALL = {"autoencoder": skfashion.DenseAE(2, hidden_layer_sizes=(8,), max_iter=3)}
VARIATIONAL = {"autoencoder": skfashion.DenseVAE(2, hidden_layer_sizes=(8,), max_iter=3)}
PAIRS = {"n_copies": 2, "hidden_layer_sizes": (8,), "max_iter": 3}
KMEANS = KMeans(2, n_init=1)
PIPELINES = {"n_clusters": 2, "n_trials": 1, "clusterers": ["kmeans"]}

NEEDED = {"ConsensusClusterer": (KMeans(),), "PipelineSearch": (), "PretrainedFeatures": ("network.keras",)}
SETTINGS: dict[str, list[dict]] = {  # besides the defaults
    "ClusterClassifier": [{"share": 0.5}, {"clusterer": KMEANS, "classifier": KNeighborsClassifier(1)}],
    "ConsensusClusterer": [{"n_repeats": 3, "pick": "medoid"}, {"n_clusters": 2, "n_repeats": 2}],
    "ContrastiveEncoder": [PAIRS, PAIRS | {"loss": "vicreg", "features": "passthrough", "n_neighbors": 3}],
    "ConvAE": NETWORK,
    "ConvClassifier": NETWORK,
    "ConvVAE": NETWORK,
    "DCN": [SMALL, SMALL | {"n_clusters": 2, "update_interval": 2, "max_iter": 3}],
    "DEC": [SMALL, SMALL | {"n_clusters": 2, "update_interval": 2, "max_iter": 3}],
    "DenseAE": NETWORK,
    "DenseClassifier": NETWORK,
    "DenseVAE": NETWORK,
    "GraphPartition": [{"n_clusters": "auto"}, {"n_clusters": 2, "n_neighbors": 3, "max_imbalance": 0.1}],
    "HOGFeatures": [{"cell": 2, "n_bins": 4}, {"cell": 0.5}],
    "IDEC": [SMALL, SMALL | {"n_clusters": 2, "gamma": 1.0, "max_iter": 3}],
    "ImageFeatures": [{"n_components": 2}, {"whitening": 0.0}],
    "KNNSpectral": [{"n_clusters": 2, "n_neighbors": 3}, {"n_components": 2, "n_init": 1}],
    "NeighborHeads": [
        {"encoder": skfashion.ContrastiveEncoder(**PAIRS), "n_networks": 1, "n_heads": 6},
        {"encoder": skfashion.ContrastiveEncoder(**PAIRS), "n_clusters": 2, "sizes": "any"},
    ],
    "PipelineSearch": [PIPELINES | {"reducers": ["pca"]}, PIPELINES | {"reducers": ["identity"], "n_restarts": 2}],
    "PretrainedFeatures": [{"batch_size": 4}, {"mean": 0.5, "std": 0.25, "image_size": (8, 8)}],
    "SphericalKMeans": [{"n_clusters": 2}, {"n_clusters": 1}],
    "SubclusterRefiner": [
        {"threshold": 1.0},
        {"clusterer": GaussianMixture(2), "splitter": AgglomerativeClustering(2)},
    ],
    "VaDE": [VARIATIONAL, VARIATIONAL | {"n_clusters": 2, "update_interval": 2, "max_iter": 3}],
    "Ward": [{"n_clusters": 2}, {"n_clusters": 1}],
}
REPEATED = {"check_sample_weight_equivalence_on_dense_data": "a repeated row is in other batches than a heavy one"}
EXPECTED_TO_FAIL = {  # labels keep the numbers of the clusterer, and the fit warns
    "ClusterClassifier": {"check_clustering": "labels have gaps where the classifier loses clusters"},
    "ConvClassifier": REPEATED,
    "DenseClassifier": REPEATED,
}


def estimators(names):
    """Yield the estimators and their settings: the defaults first."""
    for name in names:
        for setting in [{}, *SETTINGS[name]]:
            needed = {"n_clusters": 2} if name == "PipelineSearch" else {}
            yield name, setting, getattr(skfashion, name)(*NEEDED.get(name, ()), **needed | setting)


def check(estimator):
    """Run all checks; return their number and the failures, as lines."""
    expected = EXPECTED_TO_FAIL.get(type(estimator).__name__)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(estimator, expected_failed_checks=expected, on_skip=None, on_fail=None)
    failed = [result for result in results if result["status"] == "failed"]
    n_run = sum(result["status"] != "skipped" for result in results)
    return n_run, [f"  {result['check_name']}: {result['exception']!r}" for result in failed]


def write_network(path):
    """Write the network of PretrainedFeatures: one convolution, for images of any size."""
    from skfashion.engine.backend import import_keras

    keras = import_keras()
    layers = [keras.layers.Conv2D(4, 1), keras.layers.GlobalAveragePooling2D()]
    keras.Sequential([keras.Input((None, None, 1)), *layers]).save(path)


def main(*names):
    """Check the named estimators, or all of them; return 1 if a check fails."""
    unknown = set(names) - set(SETTINGS)
    if unknown:
        sys.exit(f"Unknown: {', '.join(sorted(unknown))}; choose from {', '.join(SETTINGS)}")
    n_settings = n_checks = n_failed = 0
    with tempfile.TemporaryDirectory() as folder:
        NEEDED["PretrainedFeatures"] = (Path(folder, "network.keras"),)
        if not names or "PretrainedFeatures" in names:
            write_network(*NEEDED["PretrainedFeatures"])
        for name, setting, estimator in estimators(names or SETTINGS):
            start = time.perf_counter()
            n_run, failures = check(estimator)
            print(f"{name} {setting or 'defaults'}: {n_run} checks, {time.perf_counter() - start:.0f} s", flush=True)
            print(*failures, sep="\n", end="\n" if failures else "")
            n_settings, n_checks, n_failed = n_settings + 1, n_checks + n_run, n_failed + len(failures)
    print(f"{n_settings} estimators, {n_checks} checks, {n_failed} failures")
    return int(n_failed > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
