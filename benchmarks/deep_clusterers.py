"""Accuracy and time of the deep clusterers on Fashion-MNIST, next to simpler ways with the same autoencoder.

    python -m benchmarks.deep_clusterers [--rows 60000] [--seeds 0 1 2 3 4] | tee benchmarks/deep_clusterers.md

All have a dense autoencoder 784-500-500-2000-10. k-means and the Gaussian mixture cluster its codes. Means over the
seeds of Hungarian accuracy, NMI and ARI, and the standard deviation of the accuracy. Times are medians, with the
pretraining.
"""

import argparse
import statistics
import time

import numpy as np
from benchmarks.harness import machine
from benchmarks.image_sets import fashion
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import make_pipeline

from skfashion import DCN, DEC, IDEC, DenseAE
from skfashion.metrics import hungarian_accuracy_score

N_CLUSTERS, EPOCHS = 10, 50


def autoencoder(seed=None):
    return DenseAE(10, hidden_layer_sizes=(500, 500, 2000), rescale=255.0, max_iter=EPOCHS, random_state=seed)


def deep(kind):
    return lambda seed: kind(N_CLUSTERS, autoencoder=autoencoder(), random_state=seed)


METHODS = {
    "autoencoder and k-means": lambda seed: make_pipeline(
        autoencoder(seed), KMeans(N_CLUSTERS, n_init=20, random_state=seed)
    ),
    "autoencoder and Gaussian mixture": lambda seed: make_pipeline(
        autoencoder(seed), GaussianMixture(N_CLUSTERS, random_state=seed)
    ),
    "DEC": deep(DEC),
    "IDEC": deep(IDEC),
    "DCN": deep(DCN),
}
SCORES = (hungarian_accuracy_score, normalized_mutual_info_score, adjusted_rand_score)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=60_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(5)))
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    arguments = parser.parse_args()
    X, y = fashion()[:2]
    X, y = X[: arguments.rows], y[: arguments.rows]
    print(f"{machine('scikit-learn', 'keras', 'jax')}; {len(X):,} images, {len(arguments.seeds)} seeds\n")
    print("| method | accuracy | deviation | NMI | ARI | seconds (median) |\n|---|---|---|---|---|---|", flush=True)
    for name in arguments.methods:
        found, seconds = [], []
        for seed in arguments.seeds:
            start = time.perf_counter()
            labels = METHODS[name](seed).fit_predict(X)
            seconds.append(time.perf_counter() - start)
            found.append([score(y, labels) for score in SCORES])
        accuracy, nmi, ari = np.mean(found, axis=0)
        deviation = np.std([scores[0] for scores in found], ddof=1) if len(found) > 1 else 0
        cells = [f"{value:.3f}" for value in (accuracy, deviation, nmi, ari)]
        print(f"| {name} | {' | '.join(cells)} | {statistics.median(seconds):.0f} |", flush=True)


if __name__ == "__main__":
    main()
