"""Reconstructions by autoencoders with default training, and by principal components, from few rows to many.

    python -m benchmarks.reconstruction [--rows 200 600 1797 2000 5000 60000] | tee benchmarks/reconstruction.md
    python -m benchmarks.reconstruction --rows 2000 5000 60000 --networks "ConvAE(k)" \
        | tee benchmarks/reconstruction_conv_ae.md

Up to 1,797 rows are the digits of scikit-learn (8 x 8), more are training images of Fashion-MNIST (28 x 28), in [0, 1].
The number is the mean squared error on the training rows, divided by that of principal components of the same width: 1
is equal, and less is better. The share of the variance that the principal components leave unexplained is in the third
column. In brackets are the seconds of a fit and its epochs. One seed.
"""

import argparse
import time
import warnings

import numpy as np
from benchmarks.harness import machine
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning

from skfashion import ConvAE, DenseAE, fetch_fashion_mnist

N_DIGITS = 1797
WIDTHS = (8, 24, 84)
NETWORKS = {
    "DenseAE(k)": DenseAE,
    "DenseAE(k, hidden_layer_sizes=(256, 64))": lambda k, **options: DenseAE(
        k, hidden_layer_sizes=(256, 64), **options
    ),
    "ConvAE(k)": ConvAE,
}
DENSE = list(NETWORKS)[:2]


def rows(n_rows):
    """Return so many images as rows in [0, 1]."""
    if n_rows <= N_DIGITS:
        return (load_digits().data[:n_rows] / 16).astype(np.float32)
    return fetch_fashion_mnist().data[:n_rows].astype(np.float32) / 255


def error_of(model, X):
    return np.mean((X - model.inverse_transform(model.transform(X))) ** 2, dtype=np.float64)


def cell(network, X, pca_error):
    """Fit a network, and write the ratio of its error to that of principal components, and the time."""
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        network.fit(X)
    seconds = time.perf_counter() - start
    return f"{error_of(network, X) / pca_error:.2f} ({seconds:.0f} s, {network.n_iter_} epochs of {network.max_iter_})"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[200, 600, N_DIGITS, 2000, 5000, 60_000])
    parser.add_argument("--networks", nargs="+", choices=list(NETWORKS), default=DENSE)
    parser.add_argument("--widths", type=int, nargs="+", default=list(WIDTHS))
    arguments = parser.parse_args()
    print(f"{machine('scikit-learn', 'keras', 'jax')}\n")
    print(f"| rows | k | unexplained by PCA | {' | '.join(arguments.networks)} |")
    print(f"|---|---|---|{'---|' * len(arguments.networks)}", flush=True)
    for n_rows in arguments.rows:
        X = rows(n_rows)
        for k in arguments.widths:
            if k > X.shape[1]:
                continue
            pca_error = error_of(PCA(k, random_state=0).fit(X), X)
            share = pca_error / X.var(axis=0).mean()
            cells = [cell(NETWORKS[name](k, random_state=0), X, pca_error) for name in arguments.networks]
            print(f"| {n_rows:,} | {k} | {share:.3f} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
