"""Latent spaces of 64 components: scores of their neighbours, and the error of restored images.

    pip install . && python -m benchmarks.representations [--seeds 5] | tee benchmarks/representations.md

`ConvAE` and `ConvVAE` with their default networks are trained for 30 epochs on the 60,000 training images of
Fashion-MNIST, bytes without classes. Then classes score the spaces: the share of test images with the class of their
nearest training image, or of most of the five nearest.
"""

import argparse
import statistics

import numpy as np
from benchmarks.harness import machine
from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier

from skfashion import ConvAE, ConvVAE, fetch_fashion_mnist

N_COMPONENTS, N_EPOCHS = 64, 30
# Goals of this project: 1-NN and 5-NN accuracy and test MSE of networks of this kind and size.
MARKS = {"PCA": (0.840, 0.857, None), "ConvAE": (0.867, 0.876, 0.0054), "ConvVAE": (0.875, 0.883, 0.00577)}


def model(name, seed):
    if name == "PCA":
        return PCA(N_COMPONENTS, random_state=seed)
    cls = {"ConvAE": ConvAE, "ConvVAE": ConvVAE}[name]
    return cls(N_COMPONENTS, rescale=255.0, max_iter=N_EPOCHS, tol=0.0, random_state=seed)


def measure(reducer, train, test):
    """Measure the 1-NN and 5-NN accuracy and the mean squared error of the test images."""
    Z, Z_test = reducer.fit_transform(train.data), reducer.transform(test.data)
    accuracies = [KNeighborsClassifier(k).fit(Z, train.target).score(Z_test, test.target) for k in (1, 5)]
    difference = (reducer.inverse_transform(Z_test) - test.data) / 255
    return *accuracies, float(np.mean(np.square(difference)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    n_seeds = parser.parse_args().seeds
    train, test = fetch_fashion_mnist(), fetch_fashion_mnist(subset="test")
    print(f"{machine('keras', 'jax', 'scikit-learn')}; mean and range of {n_seeds} seeds, PCA of one\n")
    print("| 64 components | 1-NN accuracy | mark | 5-NN accuracy | mark | test MSE | mark |")
    print("|---|---|---|---|---|---|---|")
    for name, marks in MARKS.items():
        results = [measure(model(name, seed), train, test) for seed in range(n_seeds if name != "PCA" else 1)]
        cells = []
        for values, mark, digits in zip(zip(*results, strict=True), marks, (4, 4, 5), strict=True):
            mean, low, high = (f"{f(values):.{digits}f}" for f in (statistics.mean, min, max))
            cells += [f"{mean} ({low}-{high})", "" if mark is None else f"{mark:g}"]
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
