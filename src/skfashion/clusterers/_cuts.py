"""Cuts of a weighted graph into clusters: balanced partitions, and merges of their parts."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.utils.parallel import Parallel, delayed

from skfashion.clusterers._vote import vote

MEAN_WEIGHT, COUNT = 100, 100  # METIS takes integers: the mean weight of an edge, and a row that counts once
LEAST_COUNT = 0.02  # of a row in the Bayesian bootstrap


@dataclass
class Cutter:
    """Cuts a weighted graph into clusters so that little weight is cut, in several runs.

    Parameters
    ----------
    graph : sparse matrix of shape (n_nodes, n_nodes)
        Symmetric weights.
    n_rows : ndarray of shape (n_nodes,), int
        The number of rows that a node stands for. Numbers above half of a part count as this half.
    n_clusters : int
        Number of clusters.
    n_parts : int
        Number of parts that METIS cuts. If there are more than clusters, those with the strongest links are merged.
    imbalances : tuple of float
        A part has at most 1 + imbalance times the mean number of rows of a part, as far as this is possible. The runs
        take the imbalances in turn.
    n_jobs : int or None
        Number of parallel jobs.
    """

    graph: csr_matrix
    n_rows: np.ndarray
    n_clusters: int
    n_parts: int
    imbalances: tuple[float, ...]
    n_jobs: int | None = None

    def runs(self, n_runs, rng, *, resample=False):
        """Return the clusters of each run, a list of arrays of shape (n_nodes,); no cluster is empty.

        Each run has another order of the nodes, on which the result of METIS depends. With `resample`, it has other
        rows, too: by the Bayesian bootstrap (Rubin 1981), each row counts a random number of times, 1 on average.
        """
        jobs = []
        for i in range(n_runs):
            counts = np.maximum(rng.standard_gamma(self.n_rows), LEAST_COUNT) if resample else None
            order = rng.permutation(len(self.n_rows))
            jobs.append(delayed(self._run)(self.imbalances[i % len(self.imbalances)], order, counts))
        return Parallel(n_jobs=self.n_jobs)(jobs)

    def stability(self, n_runs, rng):
        """Return the agreement of runs on resampled rows."""
        return vote(self.runs(n_runs, rng, resample=True), self.n_clusters, n_rounds=0).agreement

    def _run(self, imbalance, order, counts):
        graph, n_rows = self.graph, self.n_rows
        if counts is not None:
            scale = diags(counts / self.n_rows)
            graph, n_rows = (scale @ graph @ scale).tocsr(), np.ceil(COUNT * counts).astype(int)
        parts = _partition(graph, n_rows, self.n_parts, imbalance, order)
        return merge_parts(graph, parts, self.n_clusters) if self.n_parts > self.n_clusters else parts


def _partition(graph, node_weights, n_parts, imbalance, order):
    """Return the parts of METIS' k-way partition of the nodes in this order, shape (n_nodes,)."""
    pymetis = _import_pymetis()
    if n_parts == 1:
        return np.zeros(len(order), np.int32)
    # a node that fills a part on its own would leave METIS no cut to make
    node_weights = np.minimum(node_weights, max(1, node_weights.sum() // (2 * n_parts)))
    permuted = graph[order][:, order].tocsr()
    options = pymetis.Options(ufactor=max(1, round(1000 * imbalance)), ncuts=1, niter=10)
    weights = np.maximum(permuted.data * (MEAN_WEIGHT / permuted.data.mean()), 1).astype(np.int32)
    _, parts = pymetis.part_graph(
        n_parts,
        pymetis.CSRAdjacency(permuted.indptr, permuted.indices),
        eweights=weights,
        vweights=node_weights[order],
        options=options,
        recursive=False,
    )
    labels = np.empty(len(order), np.int32)
    labels[order] = parts
    return _without_empty_parts(labels, n_parts)


def _import_pymetis():
    try:
        import pymetis
    except ImportError as error:
        raise ImportError(
            "Balanced partitions need the package pymetis; run: pip install pymetis, or use KNNSpectral."
        ) from error
    return pymetis


def _without_empty_parts(labels, n_parts):
    """Give each empty part a node of the largest part; METIS leaves parts empty where there are few nodes."""
    sizes = np.bincount(labels, minlength=n_parts)
    for empty in np.flatnonzero(sizes == 0):
        largest = sizes.argmax()
        labels[np.flatnonzero(labels == largest)[-1]] = empty
        sizes[largest] -= 1
        sizes[empty] += 1
    return labels


def merge_parts(graph, parts, n_clusters):
    """Merge the two parts with the strongest link until so many clusters are left.

    Chameleon (Karypis, Han and Kumar 1999) merges the parts of METIS, too. The link of two parts is the weight of the
    edges between them by the square root of the product of their volumes. A volume is the weight of all edges at the
    nodes of a part. Links by the weight alone would merge large parts first, and links by the mean weight of an edge
    small ones. Where no edge links two parts, those of the smallest volumes merge first.

    Parameters
    ----------
    graph : sparse matrix of shape (n_nodes, n_nodes)
        Symmetric weights.
    parts : ndarray of shape (n_nodes,), int
        Part of each node; no part is empty.
    n_clusters : int
        Number of clusters, at most that of the parts.

    Returns
    -------
    ndarray of shape (n_nodes,), int
        Clusters.
    """
    n_parts = parts.max() + 1
    members = csr_matrix((np.ones(len(parts)), parts, np.arange(len(parts) + 1)), shape=(len(parts), n_parts))
    weights = (members.T @ graph @ members).toarray()
    volumes = weights.sum(axis=1)
    links = weights / np.sqrt(np.outer(volumes, volumes))
    np.fill_diagonal(links, -1)
    clusters = np.arange(n_parts)
    for _ in range(n_parts - n_clusters):
        kept, gone = np.unravel_index(links.argmax(), links.shape)
        if links[kept, gone] == 0:
            kept, gone = volumes.argsort()[:2]
        volume = volumes[kept] + volumes[gone]
        shares = np.sqrt(volumes[[kept, gone]] / volume)
        links[kept] = links[:, kept] = shares @ links[[kept, gone]]
        links[kept, kept] = links[gone] = links[:, gone] = -1
        volumes[kept], volumes[gone] = volume, np.inf
        clusters[clusters == gone] = kept
    return np.unique(clusters, return_inverse=True)[1][parts]
