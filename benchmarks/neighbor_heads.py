"""Accuracy and time of NeighborHeads, next to k-means and GraphPartition on the features that its encoder begins with.

    python -m benchmarks.neighbor_heads [--data Fashion-MNIST digits glyphs blobs] | tee benchmarks/neighbor_heads.md

60,000 images of Fashion-MNIST, the digits of scikit-learn, letters in the fonts of matplotlib, and ten blobs of 1,000
to 100 rows, which are no images. Means over the seeds of Hungarian accuracy and NMI, and the standard deviation of the
accuracy. Times are medians.
"""

import argparse
import statistics
import time

import numpy as np
from benchmarks.harness import machine
from benchmarks.image_sets import blobs, digits, fashion, glyphs
from sklearn.cluster import KMeans
from sklearn.metrics import normalized_mutual_info_score
from sklearn.pipeline import make_pipeline

from skfashion import GraphPartition, ImageFeatures, NeighborHeads
from skfashion.metrics import hungarian_accuracy_score

METHODS = {
    "k-means": lambda k, seed, features: make_pipeline(*features, KMeans(k, n_init=10, random_state=seed)),
    "GraphPartition": lambda k, seed, features: make_pipeline(*features, GraphPartition(k, random_state=seed)),
    "NeighborHeads": lambda k, seed, features: NeighborHeads(k, random_state=seed),  # noqa: ARG005
}
DATA = {
    "Fashion-MNIST": lambda: [values[:60_000] for values in fashion()],
    "digits": digits,
    "glyphs": glyphs,
    "blobs": lambda: blobs(np.geomspace(1000, 100, 10).astype(int), 0),
}


def measure(make, k, X, y, features, seeds):
    """Return the cells of a row."""
    found, seconds = [], []
    for seed in seeds:
        start = time.perf_counter()
        labels = make(k, seed, features).fit_predict(X)
        seconds.append(time.perf_counter() - start)
        found.append([hungarian_accuracy_score(y, labels), normalized_mutual_info_score(y, labels)])
    accuracy, nmi = np.mean(found, axis=0)
    deviation = np.std([pair[0] for pair in found], ddof=1) if len(seeds) > 1 else 0
    return f"{accuracy:.3f} | {deviation:.3f} | {nmi:.3f} | {statistics.median(seconds):.0f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", nargs="+", choices=DATA, default=list(DATA))
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(5)))
    arguments = parser.parse_args()
    print(f"{machine('scikit-learn', 'keras', 'jax')}; {len(arguments.seeds)} seeds\n")
    print("| set | rows | method | accuracy | deviation | NMI | seconds |\n|---|---|---|---|---|---|---|", flush=True)
    for name in arguments.data:
        X, y = DATA[name]()
        features = [] if name == "blobs" else [ImageFeatures()]
        for method in arguments.methods:
            cells = measure(METHODS[method], len(np.unique(y)), X, y, features, arguments.seeds)
            print(f"| {name} | {len(X):,} | {method} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
