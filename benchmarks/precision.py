"""`compute_dtype="bfloat16"` compared with float32 on torch and on jax: the time of an epoch and the loss.

    pip install . --group benchmarks && python -m benchmarks.precision [--repeats 5]

12,800 training images of Fashion-MNIST, epochs timed as in `benchmarks.epochs`. Each backend has a process of its own.
"""

import argparse
import os
import subprocess
import sys
from dataclasses import replace
from functools import partial

from benchmarks.epochs import time_epochs
from benchmarks.harness import machine, median_and_spread, ratio
from benchmarks.networks import NETWORKS

DTYPES = ("float32", "bfloat16")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    print(f"{machine('keras', 'jax', 'torch')}; {repeats} repetitions\n")
    print("| backend | network | float32, s an epoch | bfloat16 | times faster | loss | loss in bfloat16 |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for backend in ("torch", "jax"):
        command = [sys.executable, "-c", f"from benchmarks.precision import measure; measure({backend!r}, {repeats})"]
        subprocess.run(command, env=os.environ | {"KERAS_BACKEND": backend}, check=True)


def measure(backend, repeats):
    """Print a line for each network."""
    from skfashion import DenseAE

    for network in NETWORKS.values():
        network = replace(network, n_rows=12_800, n_epochs=2)
        X, losses = network.images(), {}

        def fit(dtype, n_epochs, network=network, X=X, losses=losses):
            params = {"hidden_layer_sizes": network.hidden, "compute_dtype": dtype, "tol": 0.0, "random_state": 0}
            losses[dtype] = DenseAE(network.n_components, max_iter=n_epochs, **params).fit(X).loss_curve_[-1]

        seconds = time_epochs({dtype: partial(fit, dtype) for dtype in DTYPES}, network.n_epochs, repeats)
        times = " | ".join(median_and_spread(seconds[dtype]) for dtype in DTYPES)
        shown = " | ".join(f"{losses[dtype]:.5f}" for dtype in DTYPES)
        print(f"| {backend} | {network.name} | {times} | {ratio(seconds, *DTYPES)} | {shown} |", flush=True)


if __name__ == "__main__":
    main()
