"""`DenseAE(84)` beside plain Keras: the same network 784-84-784, data, batches and epochs, in one run.

    python benchmarks/dense_ae.py [--epochs 5] [--repeats 5] | tee benchmarks/dense_ae.md

Fit and transform of the 60,000 training images of Fashion-MNIST (float32 in [0, 1]): wall time of alternating
repetitions, anonymous peak memory of a fresh process each, and the losses that they reach.
"""

import argparse
import os
from functools import cache, partial

import numpy as np
from harness import machine, median_and_spread, peak_memory, ratio, time_alternately

from skfashion import DenseAE, fetch_fashion_mnist
from skfashion.networks import choose_backend

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


@cache
def images():
    return fetch_fashion_mnist().data.astype(np.float32) / 255


def fit_ours(epochs):
    return DenseAE(84, max_iter=epochs, n_iter_no_change=epochs, random_state=0).fit(images())


def fit_keras(epochs):
    import keras

    keras.utils.set_random_seed(0)
    encoder = keras.Sequential([keras.Input((784,)), keras.layers.Dense(84)])
    model = keras.Sequential([encoder, keras.layers.Dense(784)])
    model.compile(keras.optimizers.Adam(1e-3), "mse")
    model.fit(images(), images(), batch_size=256, epochs=epochs, verbose=0)
    return model, encoder


def load_only():
    images()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()

    backend = choose_backend()
    ours, (model, encoder) = fit_ours(arguments.epochs), fit_keras(arguments.epochs)
    fit = {"skfashion": partial(fit_ours, arguments.epochs), "keras": partial(fit_keras, arguments.epochs)}
    fit_seconds = time_alternately(fit, arguments.repeats)
    transform = {
        "skfashion": lambda: ours.transform(images()),
        "keras": lambda: encoder.predict(images(), batch_size=512, verbose=0),
    }
    transform_seconds = time_alternately(transform, arguments.repeats)
    base = peak_memory(load_only)
    memory = {name: peak_memory(run) - base for name, run in fit.items()}
    loss = {"skfashion": -ours.score(images()), "keras": model.evaluate(images(), images(), batch_size=512, verbose=0)}

    print(f"{machine('keras', backend, 'numpy')}; {arguments.epochs} epochs, {arguments.repeats} repetitions\n")
    print("| | skfashion | keras | keras / skfashion |\n|---|---|---|---|")
    for name, seconds in (("fit, s", fit_seconds), ("transform, s", transform_seconds)):
        cells = [median_and_spread(seconds[who]) for who in ("skfashion", "keras")]
        print(f"| {name} | {' | '.join(cells)} | {ratio(seconds, 'keras', 'skfashion')} |")
    for name, values, form in (("peak memory of fit beyond the data, MiB", memory, ".0f"), ("loss", loss, ".6f")):
        cells = [format(values[who], form) for who in ("skfashion", "keras")]
        print(f"| {name} | {' | '.join(cells)} | {values['keras'] / values['skfashion']:.2f} |")


if __name__ == "__main__":
    main()
