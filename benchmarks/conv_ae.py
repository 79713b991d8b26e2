"""An epoch of `ConvAE` on jax, and of the plain strided network of the same filters on every installed backend.

    pip install '.[torch,tensorflow]' && python -m benchmarks.conv_ae [--repeats 5] | tee benchmarks/conv_ae.md

6,000 training images of Fashion-MNIST, filters 32 and 64, codes of 64 numbers, batches of 256. The plain network is two
Conv2D(3, strides=2) and a dense layer, mirrored by Conv2DTranspose, in `keras.Model.fit`. Each contender has a process
of its own, and they take turns: an epoch each, after one that is not measured. Then each starts again, and the test
errors after 10 epochs are compared.
"""

import argparse
import importlib.util
import os
import subprocess
import sys
import time

import numpy as np
from benchmarks.harness import machine, median_and_spread, ratio

BACKENDS = ("jax", "torch", "tensorflow")
N_ROWS, FILTERS, N_COMPONENTS, N_EPOCHS = 6000, (32, 64), 64, 10


def images():
    from skfashion import fetch_fashion_mnist

    X = fetch_fashion_mnist().data[:N_ROWS]
    return np.float32(X) / 255, np.float32(fetch_fashion_mnist(subset="test").data) / 255


def ours(X, X_test):
    """Make two functions: one trains for an epoch, one measures the test error."""
    from skfashion import ConvAE

    ae = ConvAE(N_COMPONENTS, filters=FILTERS, random_state=0)
    return lambda: ae.partial_fit(X), lambda: -ae.score(X_test)


def plain(X, X_test):
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    small, (first, second) = 28 // 4, FILTERS
    model = keras.Sequential(
        [
            keras.Input((784,)),
            layers.Reshape((28, 28, 1)),
            layers.Conv2D(first, 3, strides=2, padding="same", activation="relu"),
            layers.Conv2D(second, 3, strides=2, padding="same", activation="relu"),
            layers.Flatten(),
            layers.Dense(N_COMPONENTS),
            layers.Dense(small * small * second, activation="relu"),
            layers.Reshape((small, small, second)),
            layers.Conv2DTranspose(first, 3, strides=2, padding="same", activation="relu"),
            layers.Conv2DTranspose(1, 3, strides=2, padding="same"),
            layers.Flatten(),
        ]
    )
    model.compile(keras.optimizers.Adam(1e-3), "mse")
    return (
        lambda: model.fit(X, X, batch_size=256, epochs=1, verbose=0),
        lambda: model.evaluate(X_test, X_test, batch_size=512, verbose=0),
    )


def serve(contender):
    """Train for an epoch at each line of input, and print the seconds; at the end, print the error."""
    data = images()
    make = ours if contender == "skfashion" else plain
    epoch, _ = make(*data)
    epoch()  # compiles
    for _ in sys.stdin:
        start = time.perf_counter()
        epoch()
        print(time.perf_counter() - start, flush=True)
    epoch, error = make(*data)
    for _ in range(N_EPOCHS):
        epoch()
    print(error(), flush=True)


def start(contender, backend):
    environment = os.environ | {"KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "2"}
    command = [sys.executable, __file__, "--serve", contender]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


def ask(process):
    process.stdin.write("\n")
    process.stdin.flush()
    return float(process.stdout.readline())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--serve", choices=("skfashion", "plain"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.serve)
        return
    installed = [backend for backend in BACKENDS if importlib.util.find_spec(backend)]
    contenders = {"ConvAE on jax": ("skfashion", "jax")}
    contenders |= {f"plain, keras.Model.fit on {backend}": ("plain", backend) for backend in installed}
    processes = {name: start(*what) for name, what in contenders.items()}
    seconds = {name: [] for name in contenders}
    for _ in range(arguments.repeats):
        for name, process in processes.items():
            seconds[name].append(ask(process))
    errors = {}
    for name, process in processes.items():
        errors[name] = float(process.communicate()[0])
    print(f"{machine('keras', *installed, 'numpy')}; {arguments.repeats} repetitions\n")
    print(f"| {N_ROWS:,} rows | epoch, s | to ConvAE on jax | test MSE after {N_EPOCHS} epochs |\n|---|---|---|---|")
    for name, times in seconds.items():
        print(f"| {name} | {median_and_spread(times)} | {ratio(seconds, name, 'ConvAE on jax')} | {errors[name]:.5f} |")


if __name__ == "__main__":
    main()
