"""Accuracy and time of the deep clusterers on Fashion-MNIST, next to simpler ways with the same autoencoder.

    python -m benchmarks.deep_clusterers [--rows 60000] [--seeds 0 1 2 3 4] | tee benchmarks/deep_clusterers.md

All have a dense autoencoder, 784-500-500-2000-10 without `--hidden`. k-means and the Gaussian mixture cluster its
codes. Means over the seeds of Hungarian accuracy and NMI, and the standard deviation of the accuracy. Times are
medians, with the pretraining.

`--peers` runs the same methods of ClustPy in turns with ours: rows, sizes of layers, activations, batch size, learning
rate, and epochs of both trainings are the same, and no loss ends a training. Weights of the losses are those of each
package. It needs `pip install clustpy`. The last column is the median of the ratios of our time to theirs.
"""

import argparse
import contextlib
import statistics
import sys
import time

import numpy as np
from benchmarks.harness import machine
from benchmarks.image_sets import fashion
from benchmarks.peers import define_torchvisions_operators
from sklearn.cluster import KMeans
from sklearn.metrics import normalized_mutual_info_score
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import make_pipeline

from skfashion import DCN, DEC, IDEC, DenseAE, DenseVAE, VaDE, make_n2d
from skfashion.metrics import hungarian_accuracy_score

N_CLUSTERS, BATCH_SIZE, LEARNING_RATE = 10, 256, 1e-3
DEEP = {"DEC": DEC, "IDEC": IDEC, "DCN": DCN, "VaDE": VaDE}
SIMPLE = ("autoencoder and k-means", "autoencoder and Gaussian mixture")
METHODS = (*SIMPLE, *DEEP, "N2D")


class Ours:
    """Our estimators by the name of the method; every training has all of its epochs if `is_fixed`."""

    def __init__(self, hidden, epochs, *, is_fixed):
        self._training = {"max_iter": epochs, "batch_size": BATCH_SIZE, "tol": 0} if is_fixed else {}
        options = {"learning_rate": "constant", **self._training} if is_fixed else {"max_iter": epochs}
        self._network = {"hidden_layer_sizes": hidden, "rescale": 255.0, **options}

    def __call__(self, name, seed):
        autoencoder = DenseAE(N_CLUSTERS, **self._network, random_state=seed)
        if name in DEEP:
            if name == "VaDE":
                autoencoder = DenseVAE(N_CLUSTERS, **self._network, loss="log_loss", beta=0.0)
            return DEEP[name](N_CLUSTERS, autoencoder=autoencoder, **self._training, random_state=seed)
        if name == "N2D":
            return make_n2d(N_CLUSTERS, autoencoder=autoencoder, random_state=seed)
        kmeans = KMeans(N_CLUSTERS, n_init=20, random_state=seed)
        last = kmeans if name == SIMPLE[0] else GaussianMixture(N_CLUSTERS, random_state=seed)
        return make_pipeline(autoencoder, last)


class Peers:
    """ClustPy's estimators by the name of the method."""

    def __init__(self, hidden, epochs):
        self._layers = {"layers": [784, *hidden, N_CLUSTERS]}
        self._epochs = epochs

    def __call__(self, name, seed):
        import torch

        define_torchvisions_operators()
        from clustpy import deep
        from clustpy.deep.neural_networks import FeedforwardAutoencoder
        from clustpy.deep.vade import _VaDE_VAE

        kind = _VaDE_VAE if name == "VaDE" else FeedforwardAutoencoder
        rate = {"lr": LEARNING_RATE}
        options = {
            "neural_network": (kind, self._layers | {"activation_fn": torch.nn.ReLU}),
            "embedding_size": N_CLUSTERS,
            "batch_size": BATCH_SIZE,
            "pretrain_optimizer_params": rate,
            "pretrain_epochs": self._epochs,
            "random_state": seed,
        }
        if name == "N2D":
            from umap import UMAP

            graph = {"n_components": N_CLUSTERS, "n_neighbors": 20, "min_dist": 0.0, "n_jobs": 1, "random_state": seed}
            return deep.N2D(N_CLUSTERS, manifold_class=UMAP, manifold_params=graph, **options)
        training = {"clustering_optimizer_params": rate, "clustering_epochs": self._epochs}
        return getattr(deep, name)(N_CLUSTERS, **training, **options)

    @staticmethod
    def rows(X):
        """Divide bytes as our networks do."""
        return (X / 255).astype(np.float32)


def scores_and_seconds(estimator, X, y):
    """Return the accuracy, the NMI and the seconds of a fit."""
    start = time.perf_counter()
    with contextlib.redirect_stdout(sys.stderr):  # ClustPy prints
        labels = estimator.fit_predict(X)
    seconds = time.perf_counter() - start
    return hungarian_accuracy_score(y, labels), normalized_mutual_info_score(y, labels), seconds


def print_row(name, found, peers=None):
    """Print the results of a method, shape (n_seeds, 3); `peers` are those that its times are compared with."""
    accuracy, nmi, _ = np.mean(found, axis=0)
    deviation = f"{np.std([row[0] for row in found], ddof=1):.3f}" if len(found) > 1 else ""
    cells = [f"{accuracy:.3f}", deviation, f"{nmi:.3f}"]
    ratios = [mine[2] / theirs[2] for mine, theirs in zip(found, peers or [], strict=bool(peers))]
    ratio = f"{statistics.median(ratios):.2f}" if ratios else ""
    seconds = statistics.median(row[2] for row in found)
    print(f"| {name} | {' | '.join(cells)} | {seconds:.0f} | {ratio} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=60_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(5)))
    parser.add_argument("--hidden", type=int, nargs="+", default=[500, 500, 2000])
    parser.add_argument("--epochs", type=int, default=50, help="of the pretraining; of both with --peers")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--peers", action="store_true", help="run ClustPy's methods, too")
    arguments = parser.parse_args()
    X, y = fashion()[:2]
    X, y = X[: arguments.rows], y[: arguments.rows]
    ours = Ours(tuple(arguments.hidden), arguments.epochs, is_fixed=arguments.peers)
    peers = Peers(arguments.hidden, arguments.epochs)
    packages = ["scikit-learn", "keras", "jax", *(["torch", "clustpy"] if arguments.peers else [])]
    layers = "-".join(map(str, [784, *arguments.hidden, N_CLUSTERS]))
    data = f"{len(X):,} images, seeds {arguments.seeds}, {layers}, {arguments.epochs} epochs"
    print(f"{machine(*packages)}; {data}\n")
    print("| method | accuracy | deviation | NMI | seconds (median) | ratio of times |\n|---|---|---|---|---|---|")
    for name in arguments.methods:
        has_peer = arguments.peers and name not in SIMPLE
        found, theirs = [], []
        for seed in arguments.seeds:
            found.append(scores_and_seconds(ours(name, seed), X, y))
            if has_peer:
                theirs.append(scores_and_seconds(peers(name, seed), peers.rows(X), y))
        print_row(name, found, theirs)
        if has_peer:
            print_row(f"{name} of ClustPy", theirs)


if __name__ == "__main__":
    main()
