"""Rows that the default pipeline is fitted to: accuracy, and the time to predict others.

    pip install . && python -m benchmarks.sample_rows | tee benchmarks/sample_rows.md

Training images of Fashion-MNIST in random order. The last 10,000 are never fitted. Labels only score the clusters.
"""

import time

import numpy as np
from benchmarks.harness import machine

from skfashion import GraphPartition, ImageFeatures, fetch_fashion_mnist
from skfashion.metrics import hungarian_accuracy_score

N_NEW = 10_000


def main():
    X, y = fetch_fashion_mnist(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(X))
    X, y = X[order], y[order]
    Z = ImageFeatures().fit(X[:20_000]).transform(X)
    print(f"{machine('scikit-learn', 'pymetis')}\n")
    print("| rows fitted | accuracy of these | accuracy of 10,000 others | ms to predict one |\n|---|---|---|---|")
    for n in (5_000, 10_000, 20_000, 50_000):
        clusterer = GraphPartition(10, random_state=0).fit(Z[:n])
        start = time.perf_counter()
        labels = clusterer.predict(Z[-N_NEW:])
        milliseconds = 1000 * (time.perf_counter() - start) / N_NEW
        fitted = hungarian_accuracy_score(y[:n], clusterer.labels_)
        new = hungarian_accuracy_score(y[-N_NEW:], labels)
        print(f"| {n:,} | {fitted:.3f} | {new:.3f} | {milliseconds:.2f} |", flush=True)


if __name__ == "__main__":
    main()
