"""The best number of parts to split poor clusters into, before the closest are merged.

    pip install . && python -m benchmarks.subclusters | tee benchmarks/subclusters.md

K-means on 24 principal components of scikit-learn's digits, nine tenths of them drawn by each of ten seeds, refined by
`SubclusterRefiner`. Then classes score the clusters. The default of `n_subclusters` follows from this table, which was
made after two parts had changed nothing on Fashion-MNIST; row A18 of docs/reproduction.md has the result of ten.
"""

import numpy as np
from benchmarks.harness import machine
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score
from sklearn.pipeline import Pipeline
from sklearn.utils import resample

from skfashion import SubclusterRefiner, metrics

N_SEEDS, N_SAMPLES = 10, 1617
SCORES = (adjusted_rand_score, metrics.hungarian_accuracy_score)


def measure(n_subclusters, threshold, seed):
    """Return both scores of the clusters of a seed, and the improvement by refining them."""
    X, y = resample(*load_digits(return_X_y=True), replace=False, n_samples=N_SAMPLES, random_state=seed)
    kmeans = Pipeline([("pca", PCA(24, random_state=seed)), ("kmeans", KMeans(10, n_init=10, random_state=seed))])
    refiner = SubclusterRefiner(kmeans, n_subclusters=n_subclusters, threshold=threshold, random_state=seed).fit(X)
    before = [score(y, refiner.clusterer_[-1].labels_) for score in SCORES]
    return np.subtract([score(y, refiner.labels_) for score in SCORES], before), before


def main():
    print(f"{machine('scikit-learn')}; {N_SEEDS} seeds\n")
    print("| parts | clusters that are split | adjusted Rand index | rises for | Hungarian accuracy | rises for |")
    print("|---|---|---|---|---|---|")
    for threshold, words in (("mean", "below the mean silhouette"), (1.0, "all")):
        for n_subclusters in (2, 3, 5, 10, 20):
            results = [measure(n_subclusters, threshold, seed) for seed in range(N_SEEDS)]
            gains, before = np.transpose([gain for gain, _ in results]), np.mean([b for _, b in results], axis=0)
            cells = [
                f"{base:.3f} {of_score.mean():+.3f} | {np.sum(of_score > 0)}"
                for base, of_score in zip(before, gains, strict=True)
            ]
            print(f"| {n_subclusters} | {words} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
