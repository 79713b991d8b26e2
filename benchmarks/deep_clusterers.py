"""Accuracy and time of the deep clusterers on Fashion-MNIST, next to simpler ways with the same autoencoder.

    python -m benchmarks.deep_clusterers [--rows 60000] [--seeds 0 1 2 3 4] | tee benchmarks/deep_clusterers.md

All have a dense autoencoder, 784-500-500-2000-10 without `--hidden`. With `--noise`, it is a denoising one, trained to
restore images from noisy ones, as in the paper of DEC; VaDE's has no noise. k-means and the Gaussian mixture cluster
its codes. Means over the seeds of Hungarian accuracy and NMI, and the standard deviation of the accuracy. Times are
medians, with the pretraining, which the methods of one seed share, except VaDE.

`--peers` runs the same methods of ClustPy in turns with ours: rows, sizes of layers, activations, batch size, learning
rate, and epochs of both trainings are the same, and no loss ends a training. Weights of the losses are those of each
package. It needs `pip install clustpy`. The last column is the median of the ratios of our time to theirs.

Ours whiten the codes of the autoencoder; with `--plain-codes`, they do not, as in the papers.

With `--records FILE`, each result is written to a file at once, and what is in it is not measured again; with
`--recorded`, nothing else is shown, so that some methods may have fewer seeds.
"""

import argparse
import contextlib
import statistics
import sys
import time
from collections import defaultdict
from functools import partial
from pathlib import Path

import numpy as np
from benchmarks.harness import Records, machine
from benchmarks.image_sets import fashion
from benchmarks.peers import define_torchvisions_operators
from sklearn.cluster import KMeans
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import normalized_mutual_info_score
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import make_pipeline

from skfashion import DCN, DEC, IDEC, DenseAE, DenseVAE, VaDE, make_n2d
from skfashion.metrics import hungarian_accuracy_score

N_CLUSTERS, BATCH_SIZE, LEARNING_RATE = 10, 256, 1e-3
DEEP = {"DEC": DEC, "IDEC": IDEC, "DCN": DCN}
SIMPLE = ("autoencoder and k-means", "autoencoder and Gaussian mixture")
METHODS = (*SIMPLE, *DEEP, "VaDE", "N2D")


class Ours:
    """Our estimators by the name of the method; every training has all of its epochs if `is_fixed`."""

    package = "skfashion"

    def __init__(self, hidden, epochs, *, is_fixed, whiten, noise):
        self._whiten, self._noise = whiten, noise
        self._training = {"max_iter": epochs, "batch_size": BATCH_SIZE, "tol": 0} if is_fixed else {}
        options = {"learning_rate": "constant", **self._training} if is_fixed else {"max_iter": epochs}
        self._network = {"hidden_layer_sizes": hidden, "rescale": 255.0, **options}

    def pretrained(self, seed, X):
        return FrozenEstimator(DenseAE(N_CLUSTERS, **self._network, noise=self._noise, random_state=seed).fit(X))

    def method(self, name, seed, autoencoder):
        if name == "VaDE":
            autoencoder = DenseVAE(N_CLUSTERS, **self._network, loss="log_loss", beta=0.0)
            return VaDE(N_CLUSTERS, autoencoder=autoencoder, **self._training, random_state=seed)
        options = {"autoencoder": autoencoder, "whiten": self._whiten, "random_state": seed}
        if name in DEEP:
            return DEEP[name](N_CLUSTERS, **self._training, **options)
        if name == "N2D":
            return make_n2d(N_CLUSTERS, **options)
        kmeans = KMeans(N_CLUSTERS, n_init=20, random_state=seed)
        last = kmeans if name == SIMPLE[0] else GaussianMixture(N_CLUSTERS, random_state=seed)
        return make_pipeline(autoencoder, last)

    @staticmethod
    def rows(X):
        return X


class Peers:
    """ClustPy's estimators by the name of the method."""

    package = "ClustPy"

    def __init__(self, hidden, epochs):
        self._layers = {"layers": [784, *hidden, N_CLUSTERS]}
        self._epochs = epochs

    def _network(self, kind):
        import torch

        return kind, self._layers | {"activation_fn": torch.nn.ReLU}

    def pretrained(self, seed, X):
        define_torchvisions_operators()
        from clustpy.deep import get_trained_network
        from clustpy.deep.neural_networks import FeedforwardAutoencoder

        return get_trained_network(
            data=X,
            n_epochs=self._epochs,
            batch_size=BATCH_SIZE,
            optimizer_params={"lr": LEARNING_RATE},
            embedding_size=N_CLUSTERS,
            neural_network=self._network(FeedforwardAutoencoder),
            random_state=seed,
        )

    def method(self, name, seed, autoencoder):
        define_torchvisions_operators()
        from clustpy import deep
        from clustpy.deep.vade import _VaDE_VAE

        rate = {"lr": LEARNING_RATE}
        options = {
            "neural_network": self._network(_VaDE_VAE) if name == "VaDE" else autoencoder,
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


class Measurement:
    """Accuracy, NMI and seconds of the methods of a package; a pretraining is shared by those of a seed."""

    def __init__(self, contender, X, y):
        self.package, self._contender, self._X, self._y = contender.package, contender, contender.rows(X), y
        self._pretrained = {}

    def __call__(self, name, seed):
        pretraining, autoencoder = 0.0, None
        if name != "VaDE":
            if seed not in self._pretrained:
                self._pretrained = {seed: seconds_of(lambda: self._contender.pretrained(seed, self._X))}
            pretraining, autoencoder = self._pretrained[seed]
        estimator = self._contender.method(name, seed, autoencoder)
        seconds, labels = seconds_of(lambda: estimator.fit_predict(self._X))
        accuracy, nmi = hungarian_accuracy_score(self._y, labels), normalized_mutual_info_score(self._y, labels)
        return accuracy, nmi, pretraining + seconds


def seconds_of(work):
    """Return the seconds of some work, and its result."""
    start = time.perf_counter()
    with contextlib.redirect_stdout(sys.stderr):  # ClustPy prints
        result = work()
    return time.perf_counter() - start, result


def print_row(name, found, peers=None):
    """Print the results of a method, shape (n_seeds, 3); `peers` are those that its times are compared with."""
    accuracy, nmi, _ = np.mean(found, axis=0)
    deviation = f"{np.std([row[0] for row in found], ddof=1):.3f}" if len(found) > 1 else ""
    cells = [f"{len(found)}", f"{accuracy:.3f}", deviation, f"{nmi:.3f}"]
    ratios = [mine[2] / theirs[2] for mine, theirs in zip(found, peers or [], strict=bool(peers))]
    ratio = f"{statistics.median(ratios):.2f}" if ratios else ""
    seconds = statistics.median(row[2] for row in found)
    print(f"| {name} | {' | '.join(cells)} | {seconds:.0f} | {ratio} |", flush=True)


def parsed():
    """Parse the arguments."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=60_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(5)))
    parser.add_argument("--hidden", type=int, nargs="+", default=[500, 500, 2000])
    parser.add_argument("--epochs", type=int, default=50, help="of the pretraining; of both with --peers")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--noise", type=float, default=0.0, help="deviation of the noise; pixels are from 0 to 1")
    parser.add_argument("--peers", action="store_true", help="run ClustPy's methods, too")
    parser.add_argument("--plain-codes", action="store_true", help="do not whiten the codes of ours")
    parser.add_argument("--records", type=Path, help="file of results, one a line; those in it are not measured again")
    parser.add_argument("--recorded", action="store_true", help="show what is in the records, and measure nothing")
    return parser.parse_args()


def main():
    arguments = parsed()
    X, y = (array[: arguments.rows] for array in fashion()[:2])
    hidden, epochs, with_peers = tuple(arguments.hidden), arguments.epochs, arguments.peers
    ours = Ours(hidden, epochs, is_fixed=with_peers, whiten=not arguments.plain_codes, noise=arguments.noise)
    contenders = [ours, *([Peers(hidden, epochs)] if with_peers else [])]
    measurements = [Measurement(contender, X, y) for contender in contenders]
    data = f"{len(X):,} images, {'-'.join(map(str, [784, *hidden, N_CLUSTERS]))}, {epochs} epochs"
    noise = f", noise {arguments.noise}" if arguments.noise else ""
    of_autoencoder = noise + ", fixed" * with_peers + ", plain codes" * arguments.plain_codes
    records, found = Records(arguments.records), defaultdict(list)
    for seed in arguments.seeds:
        for name in arguments.methods:
            conditions = ", fixed" * with_peers if name == "VaDE" else of_autoencoder
            for measure in measurements[: 1 if name in SIMPLE else None]:
                setting = f"{measure.package}: {name}, seed {seed}, {data}{conditions}"
                if arguments.recorded and setting not in records:
                    continue
                found[name, measure.package].append(records.result(setting, partial(measure, name, seed)))
    packages = ["scikit-learn", "keras", "jax", *(["torch", "clustpy"] if with_peers else [])]
    kind = ", codes not whitened" * arguments.plain_codes
    print(f"{machine(*packages)}; {data}, seeds {arguments.seeds}{noise}{kind}\n")
    columns = ("method", "seeds", "accuracy", "deviation", "NMI", "seconds (median)", "ratio of times")
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    for name in [name for name in arguments.methods if found[name, Ours.package]]:
        theirs = found[name, Peers.package]
        print_row(name, found[name, Ours.package], theirs)
        if theirs:
            print_row(f"{name} of ClustPy", theirs)


if __name__ == "__main__":
    main()
