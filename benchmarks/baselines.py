"""The default of a search against the pick of a label-free score.

    pip install . mlxtend && python -m benchmarks.baselines | tee benchmarks/baselines.md

On each set there are 19 candidates: six clusterers on principal components, kernel principal components and gradients
of the images, and the default of `skfashion cluster`. The cells are Hungarian accuracies: of the default, of the best
candidate, and of the candidates with the highest modularity in the graph of neighbours by pixels and by gradients. The
second table has the mean over the sets if the default stays unless the modularity of another candidate is higher by
more than a margin. The blobs are no images, and are taken as such. One seed.
"""

import warnings

import numpy as np
from benchmarks import image_sets
from benchmarks.harness import machine
from benchmarks.label_free import DATA, shapes
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.decomposition import PCA, KernelPCA
from sklearn.mixture import GaussianMixture

from skfashion import GraphPartition, KNNSpectral
from skfashion.metrics import Modularity, hungarian_accuracy_score

EQUAL = {
    "digits": image_sets.digits,
    "letters": image_sets.glyphs,
    "handwritten digits": image_sets.handwritten,
    "shapes with noise": lambda: shapes(2000),
    "shapes": image_sets.shapes,
    "blobs": DATA["blobs"],
}
UNEQUAL = ("digits", "letters", "handwritten digits", "shapes")
RATIOS = (3, 10)
MARGINS = (0, 0.02, 0.05, 0.1, 0.2)
SPACES = {"pixels": "input", "gradients": "gradients"}


def sets():
    """Yield the name, the rows, scaled to [0, 1], and the groups of each set."""
    data = {name: make() for name, make in EQUAL.items()}
    for name in UNEQUAL:
        data |= {f"{name} {ratio}:1": image_sets.with_ratio(*data[name], ratio, ratio) for ratio in RATIOS}
    for name, (X, y) in data.items():
        X = np.asarray(X, np.float32)
        yield name, (X - X.min()) / np.ptp(X), y


def candidates(X, k):
    """Yield the clusters of each candidate; those of the default come first."""
    gradients = image_sets.features(X)
    yield GraphPartition(k, random_state=0).fit_predict(gradients)
    kernel = KernelPCA(24, kernel="cosine", random_state=0).fit_transform(X)
    for Z in (PCA(24, random_state=0).fit_transform(X), kernel.astype(np.float32), gradients):
        covariance = "diag" if Z is gradients else "full"
        for clusterer in (
            KMeans(k, n_init=3, random_state=0),
            GaussianMixture(k, covariance_type=covariance, reg_covar=1e-4, random_state=0),
            AgglomerativeClustering(k),
            KNNSpectral(k, random_state=0),
            GraphPartition(k, max_imbalance=0.2, random_state=0),
            GraphPartition(k, max_imbalance=None, random_state=0),
        ):
            yield clusterer.fit_predict(Z)


def main():
    warnings.simplefilter("ignore")
    print(f"{machine('scikit-learn', 'pymetis')}\n")
    print("| set | images | default | best | by pixels | by gradients |\n|---|---|---|---|---|---|")
    picks = {(space, margin): [] for space in SPACES for margin in MARGINS}
    for name, X, y in sets():
        partitions = list(candidates(X, len(np.unique(y))))
        accuracy = np.array([hungarian_accuracy_score(y, labels) for labels in partitions])
        for space, value in SPACES.items():
            scorer = Modularity(space=value)
            score = np.array([scorer.score_clusters(p, X=X, Z=None, y=None, clusterer=None) for p in partitions])
            for margin in MARGINS:
                picks[space, margin].append(accuracy[0 if score[0] >= score.max() - margin else score.argmax()])
        shown = (accuracy[0], accuracy.max(), *(picks[space, 0][-1] for space in SPACES))
        print(f"| {name} | {len(X):,} | {' | '.join(f'{a:.3f}' for a in shown)} |", flush=True)
    print(f"\n| margin | {' | '.join(f'by {space}' for space in SPACES)} |\n|---|---|---|")
    for margin in MARGINS:
        print(f"| {margin:g} | {' | '.join(f'{np.mean(picks[space, margin]):.3f}' for space in SPACES)} |")


if __name__ == "__main__":
    main()
