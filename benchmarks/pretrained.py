"""Accuracy and seconds of clusters of pixels, of gradients, and of the features of a pretrained network.

    python benchmarks/convert_efficientnet.py efficientnet_lite0.onnx
    python -m benchmarks.pretrained efficientnet_lite0.onnx | tee benchmarks/pretrained.md

The network is EfficientNet-Lite0 with weights of ImageNet, 1,280 features. The pictures are of three Debian packages:
tuxpaint-stamps-default (drawings and photos), openclipart-png (drawings) and KDE's wallpapers. The class of a stamp or
a drawing is its first folder, such as animals; that of a wallpaper is its name, for versions of several sizes. "Stamps,
changed" has 50 changed versions of each of 20 stamps: turned, cropped, brighter or darker; the stamp is the class.
"Clip art" has 2,000 of the drawings. Wallpapers are fewer than the 200 images that a graph of neighbours needs.
Features are taken as they are. No label takes part in a fit, except for the number of clusters, which is that of the
classes. Accuracy is Hungarian accuracy, the mean of the seeds.

Seconds are those of the processor, of all cores together: other work on the machine counts little. The
whole run takes about ten minutes on two idle cores.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from benchmarks.harness import machine
from PIL import Image, ImageEnhance
from sklearn.cluster import KMeans

from skfashion import GraphPartition, HOGFeatures, PretrainedFeatures, read_images
from skfashion.features import CappedPCA
from skfashion.metrics import hungarian_accuracy_score

STAMPS, CLIPART = Path("/usr/share/tuxpaint/stamps"), Path("/usr/share/openclipart/png")
WALLPAPERS = Path("/usr/share/wallpapers")
SIDE, SHAPE = 64, (64, 64, 3)
N_STAMPS, N_CHANGED = 20, 50
MAX_CLIPART = 2000
MIN_VERSIONS = 5  # of a wallpaper
MEAN, STD = 127 / 255, 128 / 255  # that the network was trained with
SEEDS = range(3)


def folder_classes(folder):
    """Read the pictures of a folder; the class is the first subfolder."""
    images = read_images(folder, image_size=SIDE, color=True, skip_unreadable=True)
    return images.data, np.array([name.split("/")[0] for name in images.filenames])


def wallpapers():
    """Read the versions of each wallpaper that has several; the class is its name."""
    X, y = folder_classes(WALLPAPERS)
    names, counts = np.unique(y, return_counts=True)
    kept = np.isin(y, names[counts >= MIN_VERSIONS])
    return X[kept], y[kept]


def clipart():
    """Read the drawings, and draw some of them."""
    X, y = folder_classes(CLIPART)
    rows = np.sort(np.random.default_rng(0).choice(len(X), MAX_CLIPART, replace=False))
    return X[rows], y[rows]


def changed_stamps():
    """Change each of some stamps in many ways."""
    rng = np.random.default_rng(0)
    X, _ = folder_classes(STAMPS)
    chosen = np.repeat(rng.choice(len(X), N_STAMPS, replace=False), N_CHANGED)
    return np.array([_changed(X[row], rng) for row in chosen]), chosen


def _changed(row, rng):
    image = Image.fromarray(row.reshape(SHAPE)).rotate(
        rng.uniform(-30, 30), Image.Resampling.BILINEAR, fillcolor=(255, 255, 255)
    )
    left, top, share = *rng.uniform(0, 0.25, 2), rng.uniform(0.7, 1)
    box = np.array([left, top, min(1, left + share), min(1, top + share)]) * SIDE
    image = image.resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=tuple(box.tolist()))
    return np.asarray(ImageEnhance.Brightness(image).enhance(rng.uniform(0.6, 1.4))).ravel()


SETS = {
    "wallpapers": wallpapers,
    "stamps": lambda: folder_classes(STAMPS),
    "stamps, changed": changed_stamps,
    "clip art": clipart,
}


def features(X, model):
    """Yield the name of a set of features, the features, and the seconds that they took."""
    makers = {
        "pixels": lambda: X.astype(np.float32) / 255,
        "hog": lambda: CappedPCA(150, random_state=0).fit_transform(HOGFeatures(image_shape=SHAPE).fit_transform(X)),
        "pretrained": lambda: PretrainedFeatures(model, image_shape=SHAPE, mean=MEAN, std=STD).fit_transform(X),
    }
    for name, make in makers.items():
        start = time.process_time()
        yield name, make(), time.process_time() - start


def clusterers(n_clusters, seed):
    return {
        "k-means": KMeans(n_clusters, n_init=4, random_state=seed),
        "graph-partition": GraphPartition(n_clusters, random_state=seed),
    }


def measured(clusterer, Z, y):
    start = time.process_time()
    labels = clusterer.fit_predict(Z)
    return hungarian_accuracy_score(y, labels), time.process_time() - start


def print_set(name, X, y, model):
    y = np.unique(y, return_inverse=True)[1]
    n_clusters = int(y.max()) + 1
    for kind, Z, seconds in features(X, model):
        cells = [f"{name}: {len(X):,} images, {n_clusters} classes", kind, f"{seconds:.1f}"]
        for clusterer in clusterers(n_clusters, 0):
            scores, times = np.transpose([measured(clusterers(n_clusters, seed)[clusterer], Z, y) for seed in SEEDS])
            cells += [f"{scores.mean():.3f} ({scores.min():.3f}-{scores.max():.3f})", f"{np.median(times):.1f}"]
        print(f"| {' | '.join(cells)} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", help="the .onnx file that convert_efficientnet writes")
    model = parser.parse_args().model
    print(f"{machine('numpy', 'scikit-learn', 'onnxruntime', 'pymetis')}; pictures of {SIDE} x {SIDE} in colour")
    print(f"{len(SEEDS)} seeds: mean and range of the accuracy, median of the seconds of the processor\n")
    headings = ["images", "features", "s", "k-means", "s", "graph-partition", "s"]
    print(f"| {' | '.join(headings)} |\n|{'---|' * len(headings)}")
    for name, make in SETS.items():
        print_set(name, *make(), model)


if __name__ == "__main__":
    main()
