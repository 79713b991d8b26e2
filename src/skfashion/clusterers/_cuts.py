"""Cuts of a weighted graph into clusters: balanced partitions, spectral clusterings, conductance."""

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.cluster import KMeans
from sklearn.utils.parallel import Parallel, delayed
from threadpoolctl import threadpool_limits

from skfashion.clusterers._eigenvectors import at_length_1, leading_eigenvectors

MEAN_WEIGHT = 100  # METIS takes integers
N_SPECTRAL_STARTS = 4  # of k-means in each run


def partitions_of(graph, node_weights, n_parts, imbalances, rng, n_jobs=None):
    """Cut a graph into parts of bounded size so that little weight is cut, once for each imbalance.

    Parameters
    ----------
    graph : sparse matrix of shape (n_nodes, n_nodes)
        Symmetric weights.
    node_weights : ndarray of shape (n_nodes,), int
        The number of rows that a node stands for. Numbers above half of a part count as this half.
    n_parts : int
        Number of parts.
    imbalances : list of float
        A part has at most 1 + imbalance times the mean weight of a part, as far as this is possible.
    rng : numpy.random.RandomState
        Source of the orders of the nodes. The result of METIS depends on this order, not on METIS' own seed.
    n_jobs : int or None, default=None
        Number of parallel jobs.

    Returns
    -------
    list of ndarray of shape (n_nodes,)
        Parts. Each has a node.
    """
    # a node that fills a part on its own would leave METIS no cut to make
    node_weights = np.minimum(node_weights, max(1, node_weights.sum() // (2 * n_parts)))
    orders = [rng.permutation(graph.shape[0]) for _ in imbalances]
    jobs = (delayed(_partition)(graph, node_weights, n_parts, *each) for each in zip(imbalances, orders, strict=True))
    return Parallel(n_jobs=n_jobs)(jobs)


def _partition(graph, node_weights, n_parts, imbalance, order):
    """Return the parts of METIS' k-way partition of the nodes in this order, shape (n_nodes,)."""
    pymetis = _import_pymetis()
    if n_parts == 1:
        return np.zeros(len(order), np.int32)
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
            "Balanced partitions need the package pymetis; run: pip install pymetis, or pass max_imbalance=None."
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


def spectral_clusterings(graph, n_clusters, n_runs, rng):
    """Cluster the leading eigenvectors of a graph by k-means, as Ng, Jordan and Weiss (2002) do, several times.

    Parameters
    ----------
    graph : sparse matrix of shape (n_nodes, n_nodes)
        Symmetric weights.
    n_clusters, n_runs : int
        Numbers of clusters and of runs.
    rng : numpy.random.RandomState
        Source of the starts.

    Returns
    -------
    list of ndarray of shape (n_nodes,)
        Clusters.
    """
    degrees = np.asarray(graph.sum(axis=1)).ravel()
    embedding = at_length_1(leading_eigenvectors(graph, degrees, n_clusters, rng)[1])
    runs = (KMeans(n_clusters, n_init=N_SPECTRAL_STARTS, random_state=rng) for _ in range(n_runs))
    with threadpool_limits(1):  # threads cost more than they give on so few columns
        return [kmeans.fit(embedding).labels_ for kmeans in runs]


def conductance(graph, labels, n_clusters):
    """Return the mean share of the weight at a cluster's nodes that leads out of the cluster, in [0, 1].

    Shi and Malik (2000) call the sum over clusters the normalised cut. An empty cluster counts as 1.
    """
    degrees = np.asarray(graph.sum(axis=1)).ravel()
    shape = len(labels), n_clusters
    members = csr_matrix((np.ones(len(labels)), labels, np.arange(len(labels) + 1)), shape=shape)
    inside = (members.T @ graph @ members).diagonal()
    volumes = np.bincount(labels, degrees, n_clusters)
    return float(1 - np.divide(inside, volumes, out=np.zeros(n_clusters), where=volumes > 0).mean())
