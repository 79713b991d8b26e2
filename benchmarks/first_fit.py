"""The first fit in a fresh process, ours and plain Keras on jax: imports, building, compiling, an epoch of 1,000 rows.

    pip install . && python -m benchmarks.first_fit [--repeats 7]

Each repetition is a new interpreter for each contender, in turns. Importing Keras is the longest part of both.
"""

import argparse
import os
import subprocess
import sys

from benchmarks.harness import machine, median_and_spread, ratio

TIMED = """
import time; start = time.perf_counter()
import numpy as np
X = np.random.default_rng(0).random((1000, 784), dtype=np.float32)
{code}
print(*steps)
"""
OURS = """
from skfashion import DenseAE
import skfashion.engine.fitted
steps = [time.perf_counter() - start]
DenseAE(84, max_iter=1, random_state=0).fit(X)
steps.append(time.perf_counter() - start - steps[0])
DenseAE(84, max_iter=1, random_state=1).fit(X)
steps.append(time.perf_counter() - start - sum(steps))
"""
KERAS = """
import keras
steps = [time.perf_counter() - start]
def fit():
    model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(84), keras.layers.Dense(784)])
    model.compile(keras.optimizers.Adam(1e-3), "mse")
    model.fit(X, X, batch_size=256, epochs=1, verbose=0)
fit()
steps.append(time.perf_counter() - start - steps[0])
fit()
steps.append(time.perf_counter() - start - sum(steps))
"""
CONTENDERS = {"skfashion": OURS, "keras.Model.fit": KERAS}


def steps_of(name):
    """Measure the seconds of the imports, of the first and the second fit, and of the process up to the first fit."""
    environment = os.environ | {"KERAS_BACKEND": "jax"}
    code = TIMED.format(code=CONTENDERS[name])
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    imports, first, second = map(float, done.stdout.split())
    return imports, first, second, imports + first


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=7)
    repeats = parser.parse_args().repeats

    for name in CONTENDERS:
        steps_of(name)  # so that files are in memory
    steps = [{name: steps_of(name) for name in CONTENDERS} for _ in range(repeats)]
    print(f"{machine('keras', 'jax')}; {repeats} repetitions\n")
    print("| | skfashion, s | keras.Model.fit, s | Keras' time over ours |\n|---|---|---|---|")
    titles = ("imports", "first fit", "second fit, same architecture", "imports and first fit")
    for i, title in enumerate(titles):
        seconds = {name: [step[name][i] for step in steps] for name in CONTENDERS}
        cells = " | ".join(median_and_spread(times) for times in seconds.values())
        print(f"| {title} | {cells} | {ratio(seconds, 'keras.Model.fit', 'skfashion')} |")


if __name__ == "__main__":
    main()
