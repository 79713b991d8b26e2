"""`DenseAE(84)` beside plain Keras: the same network 784-84-784, data, batches and epochs, in one run.

    python benchmarks/dense_ae.py [--epochs 6] [--repeats 5] | tee benchmarks/dense_ae.md

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
NAMES = ("skfashion", "keras")


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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()

    backend = choose_backend()
    epochs = arguments.epochs
    ours, (model, encoder) = fit_ours(epochs), fit_keras(epochs)
    seconds = time_alternately(
        {
            "skfashion 1": partial(fit_ours, 1),
            "keras 1": partial(fit_keras, 1),
            "skfashion": partial(fit_ours, epochs),
            "keras": partial(fit_keras, epochs),
        },
        arguments.repeats,
    )
    one_epoch = {name: seconds[f"{name} 1"] for name in NAMES}
    further = {n: [(b - a) / (epochs - 1) for a, b in zip(one_epoch[n], seconds[n], strict=True)] for n in NAMES}
    transform = time_alternately(
        {
            "skfashion": lambda: ours.transform(images()),
            "keras": lambda: encoder.predict(images(), batch_size=512, verbose=0),
        },
        arguments.repeats,
    )
    fit = {"skfashion": partial(fit_ours, epochs), "keras": partial(fit_keras, epochs)}
    memory = {name: peak_memory(images, run) for name, run in fit.items()}
    loss = {"skfashion": -ours.score(images()), "keras": model.evaluate(images(), images(), batch_size=512, verbose=0)}

    print(f"{machine('keras', backend, 'numpy')}; {epochs} epochs, {arguments.repeats} repetitions\n")
    print("| | skfashion | keras | keras / skfashion |\n|---|---|---|---|")
    for title, times in (
        ("fit of one epoch, s (each Keras model compiles anew)", one_epoch),
        ("each further epoch, s", further),
        ("transform, s", transform),
    ):
        cells = [median_and_spread(times[name]) for name in NAMES]
        print(f"| {title} | {' | '.join(cells)} | {ratio(times, 'keras', 'skfashion')} |")
    for title, values, form in (("peak memory of fit above the data, MiB", memory, ".0f"), ("loss", loss, ".6f")):
        cells = [format(values[name], form) for name in NAMES]
        print(f"| {title} | {' | '.join(cells)} | {values['keras'] / values['skfashion']:.2f} |")


if __name__ == "__main__":
    main()
