"""An epoch of `DenseAE`, of the same network in Keras, torch, ClustPy and scikit-learn, and of its matrix products.

    pip install . --group benchmarks && python -m benchmarks.epochs [--network NAME ...] [--repeats 5]

The time of an epoch is the difference between a fit of several epochs and a fit of one, divided by the number of epochs
between: costs of a fit as a whole do not count. The contenders take turns, so that a busy neighbour slows them all. The
loss is that of the training images after the longer fit; every repetition has a seed of its own, and the first epochs
of a deep network depend on it. All draw their weights like Glorot and Bengio (2010). MLPRegressor has one activation
for all layers: with hidden layers, its code is rectified, too, and its loss differs. The bare products are those of
`benchmarks.networks`; our share of their rate is their time divided by ours. In brackets: the lowest and the highest.
"""

import argparse
import statistics
from functools import partial

from benchmarks.harness import machine, median_and_spread, ratio, time_alternately
from benchmarks.networks import NETWORKS, products_of_an_epoch
from benchmarks.peers import PEERS, skfashion


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--network", nargs="+", choices=list(NETWORKS), default=list(NETWORKS))
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()

    print(f"{machine('keras', 'jax', 'torch', 'clustpy', 'scikit-learn')}; {arguments.repeats} repetitions\n")
    print("| network, rows | | s an epoch | times ours | loss |\n|---|---|---|---|---|")
    for name in arguments.network:
        measure(NETWORKS[name], arguments.repeats)


def measure(network, repeats):
    """Print a line for each contender."""
    X = network.images()
    contenders = {"skfashion": skfashion, **PEERS}
    losses = {name: [] for name in contenders}

    def fit(name, n_epochs):
        error = contenders[name](network, X, n_epochs, seed=len(losses[name]))
        if n_epochs > 1:
            losses[name].append(error)

    products = products_of_an_epoch(network)
    runs = {name: partial(fit, name) for name in contenders}
    runs["bare products"] = lambda n_epochs: [products() for _ in range(n_epochs)]
    seconds = time_epochs(runs, network.n_epochs, repeats)
    for name, times in seconds.items():
        loss = median_and_range([error(X) for error in losses[name]]) if name in losses else ""
        spread = ratio(seconds, name, "skfashion")
        print(f"| {network.name}, {len(X):,} | {name} | {median_and_spread(times)} | {spread} | {loss} |", flush=True)


def median_and_range(losses):
    return f"{statistics.median(losses):.5f} ({min(losses):.5f}-{max(losses):.5f})"


def time_epochs(fits, n_epochs, repeats):
    """Measure the seconds of an epoch in each repetition, by the name of the function that fits."""
    runs = {(name, n): partial(fit, n) for name, fit in fits.items() for n in (1, 1 + n_epochs)}
    seconds = time_alternately(runs, repeats)
    pairs = {name: zip(seconds[name, 1], seconds[name, 1 + n_epochs], strict=True) for name in fits}
    return {name: [(long - short) / n_epochs for short, long in pairs[name]] for name in fits}


if __name__ == "__main__":
    main()
