"""Thirty small fits in a row, as a grid search has them, on jax: what is compiled once and what thirty times.

    pip install . && python -m benchmarks.small_fits [--repeats 5]

Two epochs of 1,000 rows each, 784-32-784 with thirty learning rates. Compilations are counted as jax logs them, in a
process that has fitted this architecture before (as in every repetition but the first) and in one that has not.
"""

import argparse
import logging

import numpy as np
from benchmarks.harness import machine, median_and_spread, ratio, time_alternately

LEARNING_RATES = np.logspace(-4, -2, 30)


def fit_ours(X):
    from skfashion import DenseAE

    for rate in LEARNING_RATES:
        DenseAE(32, learning_rate_init=float(rate), max_iter=2, random_state=0).fit(X)


def fit_keras(X):
    import keras

    for rate in LEARNING_RATES:
        model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(32), keras.layers.Dense(784)])
        model.compile(keras.optimizers.Adam(float(rate)), "mse")
        model.fit(X, X, batch_size=256, epochs=2, verbose=0)


def compilations(run, X):
    """How many programs that have a network's matrix products in them jax compiles meanwhile."""
    import jax

    counted = []

    class Counter(logging.Handler):
        def emit(self, record):
            counted.append(record.getMessage())

    logger, handler = logging.getLogger("jax._src.dispatch"), Counter()
    propagate, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    with jax.log_compiles():
        run(X)
    logger.removeHandler(handler)
    logger.propagate = propagate
    names = ("_run_loop", "train_step", "one_train_step", "step")
    return sum("Finished XLA compilation" in text and any(f"jit({name})" in text for name in names) for text in counted)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats

    X = np.random.default_rng(0).random((1000, 784), dtype=np.float32)
    contenders = {"skfashion": fit_ours, "keras.Model.fit": fit_keras}
    first = {name: compilations(run, X) for name, run in contenders.items()}
    again = {name: compilations(run, X) for name, run in contenders.items()}
    seconds = time_alternately({name: lambda run=run: run(X) for name, run in contenders.items()}, repeats)
    print(f"{machine('keras', 'jax')}; {repeats} repetitions\n")
    print("| | thirty fits, s | times ours | training steps compiled at first | and again |\n|---|---|---|---|---|")
    for name in contenders:
        cells = f"{median_and_spread(seconds[name])} | {ratio(seconds, name, 'skfashion')}"
        print(f"| {name} | {cells} | {first[name]} | {again[name]} |")


if __name__ == "__main__":
    main()
