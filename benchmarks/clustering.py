"""Clusters of Fashion-MNIST by ours and by others, side by side, without labels.

    pip install '.[umap]' && python -m benchmarks.clustering [--seeds 5] | tee benchmarks/clustering.md
    pip install --group benchmarks && python -m benchmarks.clustering --methods "DEC of ClustPy"

Each seed draws its own 80 % of the 60,000 training images; "all images" takes them all. Labels only score the clusters.
Accuracy is Hungarian. Memory is the rise of anonymous memory during a fit of all images, features included.
scikit-learn's SpectralClustering factorises the graph, which takes too long for 48,000 images: it has 10,000. ClustPy's
method trains a network, for an hour on two cores: it runs if it is named.
"""

import argparse
import statistics
import time

import numpy as np
from benchmarks.harness import machine, peak_memory
from joblib import Parallel, delayed
from sklearn.cluster import KMeans, SpectralClustering
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skfashion import GraphPartition, HOGFeatures, KNNSpectral, fetch_fashion_mnist
from skfashion.features import CappedPCA
from skfashion.metrics import hungarian_accuracy_score

SHARE = 0.8


def _bytes_to_floats(X):
    return X.astype(np.float32) / 255


def _pixels(n_components):
    return FunctionTransformer(_bytes_to_floats), PCA(n_components, svd_solver="covariance_eigh")


def _umap_and_mixture(seed):
    from umap import UMAP

    umap = UMAP(n_neighbors=20, min_dist=0.0, n_components=10, random_state=seed, n_jobs=1)
    return make_pipeline(*_pixels(84), umap, GaussianMixture(10, random_state=seed))


def _dec(seed):
    from clustpy.deep import DEC

    return make_pipeline(FunctionTransformer(_bytes_to_floats), DEC(10, random_state=seed))


def _gradients(clusterer):
    return make_pipeline(HOGFeatures(), CappedPCA(150), clusterer)


FEW_IMAGES, N_FEW_IMAGES = "scikit-learn's SpectralClustering on gradients, 10,000 images", 10_000
METHODS = {
    "k-means on pixels": lambda seed: make_pipeline(
        FunctionTransformer(_bytes_to_floats), KMeans(10, n_init=3, random_state=seed)
    ),
    "Gaussian mixture on 84 components of pixels": lambda seed: make_pipeline(
        *_pixels(84), GaussianMixture(10, random_state=seed)
    ),
    "UMAP of 84 components and Gaussian mixture": _umap_and_mixture,
    "k-means on gradients": lambda seed: _gradients(KMeans(10, n_init=3, random_state=seed)),
    "Gaussian mixture on gradients": lambda seed: _gradients(GaussianMixture(10, random_state=seed)),
    "KNNSpectral on gradients": lambda seed: _gradients(KNNSpectral(10, random_state=seed)),
    "GraphPartition on gradients, equal sizes": lambda seed: _gradients(
        GraphPartition(10, max_imbalance=0.1, random_state=seed)
    ),
    "GraphPartition on gradients": lambda seed: _gradients(GraphPartition(10, random_state=seed)),
    FEW_IMAGES: lambda seed: _gradients(SpectralClustering(10, affinity="nearest_neighbors", random_state=seed)),
}
OF_CLUSTPY = {"DEC of ClustPy": _dec}
ON_ALL_IMAGES = ("GraphPartition on gradients",)


def measure(name, images, seed, n_images):
    """Measure accuracy, NMI, ARI and seconds of one fit to so many random images."""
    rows = np.sort(np.random.default_rng(seed).permutation(len(images.data))[:n_images])
    X, y = images.data[rows], images.target[rows]
    start = time.perf_counter()
    model = (METHODS | OF_CLUSTPY)[name](seed)
    labels = model.fit_predict(X)
    seconds = time.perf_counter() - start
    scores = [score(y, labels) for score in (hungarian_accuracy_score, normalized_mutual_info_score)]
    return [*scores, adjusted_rand_score(y, labels), seconds], model


class _Fit:
    """Fit of one method in a fresh process."""

    def __init__(self, name):
        self.name = name

    def __call__(self):
        n_images = N_FEW_IMAGES if self.name == FEW_IMAGES else None
        METHODS[self.name](0).fit_predict(fetch_fashion_mnist().data[:n_images])


def row(name, results, memory):
    """Write a row of the table: means, deviations and ranges."""
    accuracy, nmi, ari, seconds = zip(*results, strict=True)
    deviation = f"{statistics.stdev(accuracy):.3f}" if len(accuracy) > 1 else ""
    return (
        f"| {name} | {statistics.mean(accuracy):.3f} | {deviation} | {min(accuracy):.3f}-{max(accuracy):.3f} "
        f"| {statistics.mean(nmi):.3f} | {statistics.mean(ari):.3f} | {statistics.median(seconds):.0f} | {memory} |"
    )


def _gpu(methods):
    """Return the name of the GPU that the methods use, if any."""
    if not set(methods) & set(OF_CLUSTPY):
        return ""
    import torch

    return f", {torch.cuda.get_device_name()}" if torch.cuda.is_available() else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--methods", nargs="+", choices=[*METHODS, *OF_CLUSTPY], default=list(METHODS))
    parser.add_argument("--jobs", type=int, default=1, help="seeds at a time; more than one slows each down")
    arguments = parser.parse_args()
    train, test = fetch_fashion_mnist(), fetch_fashion_mnist(subset="test")
    packages = {"clustpy", "torch"} if set(arguments.methods) <= set(OF_CLUSTPY) else {"pymetis", "umap-learn"}
    print(f"{machine('scikit-learn', *sorted(packages))}{_gpu(arguments.methods)}; {arguments.seeds} seeds\n")
    print("| method | accuracy | deviation | range | NMI | ARI | seconds (median) | memory (GiB) |")
    print("|---|---|---|---|---|---|---|---|")
    on_test = []
    for name in arguments.methods:
        seeds = range(arguments.seeds)
        memory = "" if name in OF_CLUSTPY else f"{peak_memory(fetch_fashion_mnist, _Fit(name)) / 1024:.1f}"
        n_images = N_FEW_IMAGES if name == FEW_IMAGES else round(SHARE * len(train.data))
        jobs = (delayed(measure)(name, train, seed, n_images) for seed in seeds)
        results = Parallel(arguments.jobs)(jobs)
        print(row(name, [scores for scores, _ in results], memory), flush=True)
        if name in ON_ALL_IMAGES:
            results, models = zip(*(measure(name, train, seed, len(train.data)) for seed in seeds), strict=True)
            print(row(f"{name}, all images", results, memory), flush=True)
            on_test = [hungarian_accuracy_score(test.target, model.predict(test.data)) for model in models]
    if on_test:
        mean, low, high = statistics.mean(on_test), min(on_test), max(on_test)
        print(
            f"\n`predict` of the 10,000 test images, fitted to all training images: {mean:.3f} ({low:.3f}-{high:.3f})"
        )


if __name__ == "__main__":
    main()
