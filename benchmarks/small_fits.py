"""Thirty small fits in a row on jax, as in a grid search: their time and the number of compilations.

    pip install . && python -m benchmarks.small_fits [--repeats 5]

Two epochs of 1,000 rows each, 784-32-784 with thirty learning rates. Every repetition is a fresh process for each
contender, in turns. The time starts after the imports and includes the first fit. Compilations of training steps are
counted from jax's log, in a process of their own.
"""

import argparse
import os
import subprocess
import sys

from benchmarks.harness import machine, median_and_spread, ratio

RUN = """
import logging, time
import jax, keras
import numpy as np
from skfashion import DenseAE
import skfashion.engine.fitted

class Counter(logging.Handler):
    n_steps = 0
    def emit(self, record):
        text = record.getMessage()
        Counter.n_steps += "Finished XLA compilation" in text and ("_in_a_loop" in text or "train_step" in text)

if {counting}:
    jax.config.update("jax_log_compiles", True)
    logger = logging.getLogger("jax._src.dispatch")
    logger.addHandler(Counter())
    logger.propagate = False

def skfashion(rate):
    DenseAE(32, learning_rate_init=rate, max_iter=2, random_state=0).fit(X)

def plain(rate):
    model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(32), keras.layers.Dense(784)])
    model.compile(keras.optimizers.Adam(rate), "mse")
    model.fit(X, X, batch_size=256, epochs=2, verbose=0)

X = np.random.default_rng(0).random((1000, 784), dtype=np.float32)
start = time.perf_counter()
for rate in np.logspace(-4, -2, 30).tolist():
    {contender}(rate)
print(time.perf_counter() - start, Counter.n_steps)
"""
CONTENDERS = {"skfashion": "skfashion", "keras.Model.fit": "plain"}


def run(name, counting=False):
    """Return the seconds, and the number of compiled training steps if they are counted."""
    code = RUN.format(contender=CONTENDERS[name], counting=counting)
    environment = os.environ | {"KERAS_BACKEND": "jax"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    seconds, n_steps = done.stdout.split()
    return float(seconds), int(n_steps)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats

    n_steps = {name: run(name, counting=True)[1] for name in CONTENDERS}
    seconds: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    for _ in range(repeats):
        for name in CONTENDERS:
            seconds[name].append(run(name)[0])
    print(f"{machine('keras', 'jax')}; {repeats} repetitions\n")
    print("| | thirty fits, s | times ours | training steps compiled |\n|---|---|---|---|")
    for name in CONTENDERS:
        print(
            f"| {name} | {median_and_spread(seconds[name])} | {ratio(seconds, name, 'skfashion')} | {n_steps[name]} |"
        )


if __name__ == "__main__":
    main()
