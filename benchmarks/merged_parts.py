"""Clusters of any size by other designs, on groups of equal and of unequal sizes.

    pip install . mlxtend && python -m benchmarks.merged_parts [--draws 1 2] | tee benchmarks/merged_parts.md

The sets are those of `benchmarks.unequal_groups`, drawn by other seeds; the constants were chosen on such draws. The
difference is that of the Hungarian accuracy and the better of the mixture and KNNSpectral, and "worse" counts the sets
on which it is below -.01.
"""

import argparse

import numpy as np
from benchmarks.harness import machine
from benchmarks.image_sets import sets
from scipy.sparse import csr_matrix
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture

from skfashion import KNNSpectral
from skfashion._utils.neighbor_graph import mutual_graph, nearest_neighbors, weights_among
from skfashion.clusterers._cuts import Cutter
from skfashion.clusterers._vote import vote
from skfashion.metrics import hungarian_accuracy_score

N_VOTES = 16


class Data:
    """Rows, their groups and the graph of their neighbours."""

    def __init__(self, X, y):
        self.X, self.y, self.k = X, y, int(y.max()) + 1
        self.distances, self.places = nearest_neighbors(X, min(30, max(10, len(X) // (8 * self.k))))

    def graph(self, one_sided=0.01, n_neighbors=None, tuned=True):
        distances, places = self.distances[:, :n_neighbors], self.places[:, :n_neighbors]
        weights = weights_among(distances, places) if tuned else np.ones(places.shape)
        return mutual_graph(weights, places, one_sided)

    def cutter(self, graph, factor=5, imbalances=(0.1, 0.3), merges=True):
        n_clusters = self.k if merges else factor * self.k
        return Cutter(graph, np.ones(len(self.X), int), n_clusters, factor * self.k, imbalances)


def merged(data, n_votes=N_VOTES, resample=False, **design):
    """Return the vote of runs that merge the parts with the strongest links."""
    graph_design = {name: design.pop(name) for name in ("one_sided", "n_neighbors", "tuned") if name in design}
    cutter = data.cutter(data.graph(**graph_design), **design)
    return vote(cutter.runs(n_votes, np.random.RandomState(0), resample=resample), data.k).labels


def by(merge, factor=5):
    """Return a design that merges the parts in another way."""

    def run(data):
        graph = data.graph()
        runs = data.cutter(graph, factor, merges=False).runs(N_VOTES, np.random.RandomState(0))
        return vote([merge(_weights_between(graph, parts), data.k)[parts] for parts in runs], data.k).labels

    return run


def _weights_between(graph, parts):
    members = csr_matrix((np.ones(len(parts)), parts, np.arange(len(parts) + 1)))
    return (members.T @ graph @ members).toarray()


def linked(exponent):
    """Return a merge by the weight between two parts over the product of their volumes to this power."""

    def merge(weights, k):
        weights, clusters = weights.copy(), np.arange(len(weights))
        left = list(range(len(weights)))
        while len(left) > k:
            between = weights[np.ix_(left, left)]
            links = between / np.outer(between.sum(axis=1), between.sum(axis=1)) ** exponent
            np.fill_diagonal(links, -1)
            kept, gone = (left[i] for i in np.unravel_index(links.argmax(), links.shape))
            weights[kept] += weights[gone]
            weights[:, kept] += weights[:, gone]
            clusters[clusters == gone] = kept
            left.remove(gone)
        return np.unique(clusters, return_inverse=True)[1]

    return merge


def spectral(weights, k):
    """Cluster the parts by the leading eigenvectors of their normalised weights."""
    volumes = weights.sum(axis=1)
    leading = np.linalg.eigh(weights / np.sqrt(np.outer(volumes, volumes)))[1][:, -k:]
    leading /= np.linalg.norm(leading, axis=1, keepdims=True)
    return KMeans(k, n_init=20, random_state=0).fit(leading).labels_


def equal_sizes(data):
    return vote(data.cutter(data.graph(), factor=1).runs(N_VOTES, np.random.RandomState(0)), data.k).labels


MIXTURE, SPECTRAL = "Gaussian mixture", "KNNSpectral"
DESIGNS = {
    MIXTURE: lambda data: GaussianMixture(data.k, reg_covar=1e-4, random_state=0).fit_predict(data.X),
    SPECTRAL: lambda data: KNNSpectral(data.k, random_state=0).fit_predict(data.X),
    "equal sizes": equal_sizes,
    "5 times as many parts, weight by root of volumes, 16 votes (default)": merged,
    "3 times as many parts": lambda data: merged(data, factor=3),
    "8 times as many parts": lambda data: merged(data, factor=8),
    "48 votes": lambda data: merged(data, n_votes=48),
    "resampled rows": lambda data: merged(data, resample=True),
    "weight by volumes to the power .35": by(linked(0.35)),
    "weight by volumes to the power .65": by(linked(0.65)),
    "weight by volumes (mean weight)": by(linked(1.0)),
    "spectral clusters of the parts": by(spectral),
    "imbalance 3 %": lambda data: merged(data, imbalances=(0.03,)),
    "imbalance 50 %": lambda data: merged(data, imbalances=(0.5,)),
    "10 neighbours": lambda data: merged(data, n_neighbors=10),
    "10 % of one-sided edges": lambda data: merged(data, one_sided=0.1),
    "all one-sided edges": lambda data: merged(data, one_sided=1.0),
    "equal weights": lambda data: merged(data, tuned=False),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, nargs="+", default=[1, 2])
    accuracy = {name: ([], []) for name in DESIGNS}
    for draw in parser.parse_args().draws:
        for name, X, y in sets(draw):
            data = Data(X, y)
            for design, run in DESIGNS.items():
                accuracy[design][name.endswith(" 1:1")].append(hungarian_accuracy_score(y, run(data)))
    floors = [np.maximum(accuracy[MIXTURE][is_equal], accuracy[SPECTRAL][is_equal]) for is_equal in (0, 1)]
    print(f"{machine('scikit-learn', 'pymetis')}; {len(floors[0])} sets of unequal groups, {len(floors[1])} of equal\n")
    print("| design | unequal groups | difference | lowest | worse | equal groups |\n|---|---|---|---|---|---|")
    for design, (unequal, equal) in accuracy.items():
        difference = np.array(unequal) - floors[0]
        cells = f"{difference.mean():+.3f} | {difference.min():+.3f} | {(difference < -0.01).sum()}"
        print(f"| {design} | {np.mean(unequal):.3f} | {cells} | {np.mean(equal):.3f} |")


if __name__ == "__main__":
    main()
