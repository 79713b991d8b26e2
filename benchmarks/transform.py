"""`transform` of `DenseAE` compared with the bare matrix products of its encoder.

    pip install . && python -m benchmarks.transform [--repeats 9]

60,000 training images of Fashion-MNIST, float32 in [0, 1]. The products are those of `benchmarks.networks`, in batches
of 512 rows as ours are, from numpy to numpy; `transform` also looks for NaN, adds biases and rectifies. Memory is the
rise of anonymous memory in a fresh process while it transforms, including the returned codes.
"""

import argparse
from dataclasses import replace
from functools import partial

from benchmarks.harness import machine, median_and_spread, peak_memory, ratio, time_alternately
from benchmarks.networks import NETWORKS, products_of_transform

_held = []  # `prepare` leaves it to `run`, in a process of their own


def fitted(network):
    from skfashion import DenseAE

    X = network.images()
    hidden = network.hidden
    return DenseAE(network.n_components, hidden_layer_sizes=hidden, max_iter=1, random_state=0).fit(X[:256]), X


def prepare(network):
    ae, X = fitted(network)
    ae.transform(X[:1])  # compiled
    _held.append((ae, X))


def run():
    ae, X = _held.pop()
    ae.transform(X)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=9)
    repeats = parser.parse_args().repeats

    print(f"{machine('keras', 'jax', 'numpy')}; {repeats} repetitions\n")
    print("| network | transform, s | bare products, s | share of their rate | memory, MiB | codes, MiB |")
    print("|---|---|---|---|---|---|")
    for network in NETWORKS.values():
        network = replace(network, n_rows=60_000)
        ae, X = fitted(network)
        contenders = {"ours": lambda ae=ae, X=X: ae.transform(X), "products": products_of_transform(network, 512)}
        seconds = time_alternately(contenders, repeats)
        times = " | ".join(median_and_spread(seconds[name]) for name in contenders)
        memory = peak_memory(partial(prepare, network), run)
        codes = len(X) * network.n_components * 4 / 2**20
        share = ratio(seconds, "products", "ours")
        print(f"| {network.name} | {times} | {share} | {memory:.0f} | {codes:.0f} |", flush=True)


if __name__ == "__main__":
    main()
