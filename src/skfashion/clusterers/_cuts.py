"""Cuts of a weighted graph into clusters: balanced partitions, and merges of their parts."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.utils.parallel import Parallel, delayed

from skfashion._utils.workers import safe_path
from skfashion.clusterers._vote import agreement_of

MEAN_EDGE_WEIGHT, MEAN_ROW_WEIGHT = 100, 100  # METIS takes integers
MIN_COUNT = 0.02  # how often a resampled row counts at least


@dataclass(eq=False)
class Cutter:
    """Cuts a weighted graph into clusters so that little weight is cut, in several runs.

    Parameters
    ----------
    graph : sparse matrix of shape (n_nodes, n_nodes)
        Symmetric weights.
    n_copies : ndarray of shape (n_nodes,), int
        The number of equal rows that a node stands for. Numbers above half of a part count as this half.
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
    n_copies: np.ndarray
    n_clusters: int
    n_parts: int
    imbalances: tuple[float, ...]
    n_jobs: int | None = None

    def runs(self, n_runs, rng, *, resample=False):
        """Return the clusters of each run, a list of arrays of shape (n_nodes,); no cluster is empty.

        Each run has another order of the nodes, on which the result of METIS depends. With `resample`, it has other
        rows, too: by the Bayesian bootstrap (Rubin 1981), each row counts a random number of times, 1 on average.
        """
        return [labels for (labels,) in self.runs_of_numbers((self.n_clusters,), n_runs, rng, resample=resample)]

    def runs_of_numbers(self, numbers, n_runs, rng, *, resample=False):
        """Return the clusters of each run for each of several numbers of clusters, instead of `n_clusters`."""
        seeds = rng.randint(np.iinfo(np.int32).max, size=n_runs)
        jobs = (delayed(self._run)(i, seed, numbers, resample) for i, seed in enumerate(seeds))
        with safe_path():
            return Parallel(n_jobs=self.n_jobs)(jobs)

    def resampled_agreement(self, n_runs, rng):
        """Return the mean agreement of two runs on resampled rows."""
        return agreement_of(self.runs(n_runs, rng, resample=True), self.n_clusters)

    def _run(self, i, seed, numbers, resample):
        rng, graph, weights = np.random.RandomState(seed), self.graph, self.n_copies
        if resample:
            counts = np.maximum(rng.standard_gamma(self.n_copies), MIN_COUNT)
            graph = _scaled(graph, counts / self.n_copies)
            weights = np.ceil(MEAN_ROW_WEIGHT * counts).astype(int)
        imbalance = self.imbalances[i % len(self.imbalances)]
        parts = _partition(graph, weights, self.n_parts, imbalance, rng.permutation(len(weights)))
        return merge_parts(graph, parts, numbers)


def _scaled(graph, factors):
    """Return a graph whose edges have the weight times the factors of both nodes."""
    factors = factors.astype(graph.dtype)
    data = graph.data * np.repeat(factors, np.diff(graph.indptr)) * factors[graph.indices]
    return csr_matrix((data, graph.indices, graph.indptr), shape=graph.shape)


def _partition(graph, node_weights, n_parts, imbalance, order):
    """Return the parts of METIS' k-way partition of the nodes in this order, shape (n_nodes,)."""
    if n_parts == 1:
        return np.zeros(len(order), np.int32)
    pymetis = import_pymetis()
    permuted = graph[order][:, order].tocsr()
    options = pymetis.Options(ufactor=max(1, round(1000 * min(imbalance, n_parts))), ncuts=1, niter=10)
    if not np.isfinite(permuted.data).all():  # METIS would not end
        raise ValueError("The graph has weights that are not finite; scale X.")
    weights = np.maximum(permuted.data * (MEAN_EDGE_WEIGHT / permuted.data.mean()), 1).astype(np.int32)
    _, parts = pymetis.part_graph(
        n_parts,
        pymetis.CSRAdjacency(permuted.indptr, permuted.indices),
        eweights=weights,
        vweights=_capped(node_weights, n_parts)[order],
        options=options,
        recursive=False,
    )
    labels = np.empty(len(order), np.int32)
    labels[order] = parts
    return _without_empty_parts(labels, n_parts)


def _capped(weights, n_parts):
    """Return weights of at most half a part; a node that fills a part would leave METIS no cut to make."""
    cap = weights.max()
    while True:
        capped = np.minimum(weights, cap)
        half_a_part = max(1, capped.sum() // (2 * n_parts))
        if half_a_part >= cap:
            return capped
        cap = half_a_part


def import_pymetis():
    """Return the package that cuts graphs, or raise an ImportError that names the ways out."""
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


def merge_parts(graph, parts, numbers):
    """Merge the two parts with the strongest link, again and again; return the clusters for each number of clusters.

    Chameleon (Karypis, Han and Kumar 1999) merges the parts of METIS in this way, by other links. Here, the link of two
    parts is the weight of the edges between them, divided by the square root of the product of their volumes. The
    volume of a part is the weight of all edges at its nodes. If no edge joins two parts, the two smallest merge.

    Parameters
    ----------
    graph : sparse matrix of shape (n_nodes, n_nodes)
        Symmetric weights.
    parts : ndarray of shape (n_nodes,), int
        Part of each node; no part is empty.
    numbers : sequence of int
        Numbers of clusters, at most that of the parts.

    Returns
    -------
    list of ndarray of shape (n_nodes,), int
        Clusters for each of the numbers.
    """
    n_parts = parts.max() + 1
    clusters_by_number = {n_parts: np.arange(n_parts)}
    if min(numbers) < n_parts:
        clusters_by_number |= dict(_merges(*_links(graph, parts, n_parts), down_to=min(numbers)))
    return [np.unique(clusters_by_number[k], return_inverse=True)[1][parts] for k in numbers]


def _links(graph, parts, n_parts):
    """Return the links of the parts, -1 on the diagonal, and their volumes."""
    members = csr_matrix((np.ones(len(parts)), parts, np.arange(len(parts) + 1)), shape=(len(parts), n_parts))
    weights = (members.T @ graph @ members).toarray()
    volumes = weights.sum(axis=1)
    links = weights / np.sqrt(np.outer(volumes, volumes))
    np.fill_diagonal(links, -1)
    return links, volumes


def _merges(links, volumes, *, down_to):
    """Yield the number of clusters and the cluster of each part after each merge; overwrite both arrays."""
    n_parts = len(links)
    clusters, nearest = np.arange(n_parts), links.argmax(axis=1)
    for n_clusters in range(n_parts - 1, down_to - 1, -1):
        kept = links[np.arange(n_parts), nearest].argmax()
        gone = nearest[kept]
        if links[kept, gone] == 0:
            kept, gone = volumes.argsort()[:2]
        volume = volumes[kept] + volumes[gone]
        shares = np.sqrt(volumes[[kept, gone]] / volume)
        links[kept] = links[:, kept] = shares @ links[[kept, gone]]
        links[kept, kept] = links[gone] = links[:, gone] = -1
        volumes[kept], volumes[gone] = volume, np.inf
        clusters = np.where(clusters == gone, kept, clusters)
        changed = np.isin(nearest, [kept, gone])
        changed[kept] = True
        nearest = np.where(links[:, kept] > links[np.arange(n_parts), nearest], kept, nearest)
        nearest[changed] = links[changed].argmax(axis=1)
        yield n_clusters, clusters
