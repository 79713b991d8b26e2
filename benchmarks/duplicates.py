"""Copies and odd images that are found in Fashion-MNIST: recall, false pairs, seconds and memory.

    python -m benchmarks.duplicates | tee benchmarks/duplicates.md

Copies: 2,000 of 10,000 training images get a changed copy each, and all are searched. Recall is the share of these
that are in the group of their original. Other copies are those among the 60,000 training images themselves, in which
some products occur several times with small changes; they are the upper limit of false pairs.

Odd images: 1 % of 10,000 images are foreign, and recall is their share among the 100 highest scores. New images: a
model of 10,000 images judges others; the share that is called unlike should be 0.01 for images of Fashion-MNIST.
"""

import io
from functools import partial

import numpy as np
from benchmarks.harness import machine, peak_memory, time_alternately
from PIL import Image
from sklearn.datasets import load_digits

from skfashion import fetch_fashion_mnist
from skfashion.inspection import Likeness, find_copies
from skfashion.plugins import pipeline_from_names

SHAPE = (28, 28)
N_PLANTED, N_TRAINED, N_FOREIGN = 2000, 10_000, 100
DISTANCES = (0.05, 0.06, 0.07, 0.08, 0.1)


def jpeg(image, quality):
    buffer = io.BytesIO()
    Image.fromarray(image.reshape(SHAPE)).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer)).ravel()


def resized(image, side):
    there = Image.fromarray(image.reshape(SHAPE)).resize((side, side), Image.Resampling.LANCZOS)
    return np.asarray(there.resize(SHAPE, Image.Resampling.LANCZOS)).ravel()


def brightened(image, factor):
    return np.clip(np.rint(image * factor), 0, 255).astype(np.uint8)


def shifted(image):
    return np.roll(image.reshape(SHAPE), 1, axis=1).ravel()


CHANGES = {
    "none (exact)": lambda image: image,
    "JPEG, quality 75": partial(jpeg, quality=75),
    "JPEG, quality 50": partial(jpeg, quality=50),
    "5 % brighter": partial(brightened, factor=1.05),
    "5 % darker": partial(brightened, factor=0.95),
    "20 % brighter": partial(brightened, factor=1.2),
    "resized to 24 x 24 and back": partial(resized, side=24),
    "resized to 56 x 56 and back": partial(resized, side=56),
    "shifted by a pixel (not claimed)": shifted,
}


def recall(X, places, change, max_distance):
    """Return the share of planted copies that share a group with their original."""
    planted = np.array([change(X[place]) for place in places])
    copies = find_copies(np.concatenate([X, planted]), image_shape=SHAPE, max_distance=max_distance)
    group = dict(zip(copies.rows.tolist(), copies.groups.tolist(), strict=True))
    return np.mean([group.get(p, -1) == group.get(len(X) + i, -2) for i, p in enumerate(places.tolist())])


def print_copies(X):
    rng = np.random.default_rng(0)
    places = rng.choice(N_TRAINED, N_PLANTED, replace=False)
    print(f"| planted copies | {' | '.join(f'{d:g}' for d in DISTANCES)} |\n|---|{'---|' * len(DISTANCES)}")
    for name, change in CHANGES.items():
        print(
            f"| {name} | {' | '.join(f'{recall(X[:N_TRAINED], places, change, d):.3f}' for d in DISTANCES)} |",
            flush=True,
        )
    counts = [find_copies(X, image_shape=SHAPE, max_distance=d).n_copies for d in DISTANCES]
    cells = [f"{10_000 * count / len(X):.1f}" for count in counts]
    print(f"| other copies per 10,000 images | {' | '.join(cells)} |\n")


def print_costs(X):
    print("| search for copies | s | MiB beyond the images |\n|---|---|---|")
    many = np.concatenate([X] * 4)
    many[len(X) :, ::9] += np.random.default_rng(0).integers(9, size=(3 * len(X), 88), dtype=np.uint8)
    for rows in (X, many):
        seconds = time_alternately({"find": partial(find_copies, rows, image_shape=SHAPE)}, 1)["find"][0]
        print(f"| {len(rows):,} images | {seconds:.1f} | {peak_memory(imports, partial(_find, len(rows))):.0f} |")
    print()


def imports():
    """Import the modules that a process has before it searches."""


def _find(n_rows):
    find_copies(np.resize(fetch_fashion_mnist(return_X_y=True)[0], (n_rows, 784)), image_shape=SHAPE)


def foreign_images(X):
    digits = (load_digits().data / 16 * 255).astype(np.uint8).reshape(-1, 8, 8)
    enlarged = [np.asarray(Image.fromarray(d).resize((20, 20), Image.Resampling.BILINEAR)) for d in digits]
    noise = np.random.default_rng(0).integers(256, size=(1000, 784), dtype=np.uint8)
    return {
        "noise": noise,
        "handwritten digits": np.pad(enlarged, ((0, 0), (4, 4), (4, 4))).reshape(len(digits), -1),
        "negatives of Fashion-MNIST": 255 - X[-1000:],
        "Fashion-MNIST upside down": X[-1000:].reshape(-1, *SHAPE)[:, ::-1].reshape(1000, -1),
    }


def print_odd(X):
    rng = np.random.default_rng(0)
    X = X[rng.permutation(len(X))]
    known, new, foreign = X[:N_TRAINED], X[N_TRAINED : 2 * N_TRAINED], foreign_images(X)
    print("| images | reducer | share found among the first 1 % | share called unlike by a model |\n|---|---|---|---|")
    for name in ("hog", "pca", "dense-ae"):
        reducer = pipeline_from_names(name, "kmeans", n_clusters=10, scale="bytes")[:-1]
        reducer.set_params(**{p: 0 for p in reducer.get_params() if p.endswith("random_state")})
        found = {kind: among_first(reducer, known, images[:N_FOREIGN]) for kind, images in foreign.items()}
        likeness, _ = Likeness.of(known, reducer.fit_transform(known), image_shape=SHAPE)
        for kind, images in {"Fashion-MNIST, held out": new, **foreign}.items():
            scores = likeness.scores(images, reducer.transform(images), image_shape=SHAPE)
            first = f"{found[kind]:.2f}" if kind in found else ""
            print(f"| {kind} | {name} | {first} | {np.mean(scores > likeness.limit):.3f} |", flush=True)


def among_first(reducer, known, planted):
    X = np.concatenate([known[: -len(planted)], planted])
    _, scores = Likeness.of(X, reducer.fit_transform(X), image_shape=SHAPE)
    return np.mean(np.argsort(-scores)[: len(planted)] >= len(X) - len(planted))


def main():
    X, _ = fetch_fashion_mnist(return_X_y=True)
    print(f"{machine('numpy', 'scipy', 'scikit-learn')}\n")
    print_costs(X)
    print_odd(X)
    print()
    print_copies(X)


if __name__ == "__main__":
    main()
