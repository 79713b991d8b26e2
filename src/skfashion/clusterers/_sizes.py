"""Choice between clusters of nearly equal size and clusters of any size, without labels."""

from dataclasses import replace

from skfashion.clusterers._cuts import Cutter

EQUAL_SIZES = (0.1, 0.3)  # imbalances that the runs take in turn
N_TESTS = 8  # runs on resampled rows, with equal sizes and with any size
MIN_AGREEMENT = 0.72  # of runs with equal sizes that fit the data, beyond chance
MIN_ANY_AGREEMENT = 0.5  # of runs with any size, beyond chance for these sizes; else one cluster may hold nearly all
MARGIN = 0.09  # by which runs with any size may agree better where equal sizes fit
PARTS_PER_CLUSTER = 5  # before parts are merged to clusters of any size


def choose_cutter(graph, n_copies, n_clusters, max_imbalance, n_jobs, rng):
    """Choose the sizes of the clusters, if they are not given.

    Parameters
    ----------
    graph : sparse matrix of shape (n_nodes, n_nodes)
        Symmetric weights.
    n_copies : ndarray of shape (n_nodes,), int
        The number of equal rows that a node stands for.
    n_clusters : int
        Number of clusters.
    max_imbalance : float, None or "auto"
        As in `GraphPartition`.
    n_jobs : int or None
        Number of parallel jobs.
    rng : numpy.random.RandomState
        Source of the runs that test the sizes.

    Returns
    -------
    cutter : Cutter
        Cuts the graph into clusters of these sizes.
    has_equal_sizes : bool
        True if the cutter bounds the sizes.
    agreements : dict of str to float
        Agreement of runs with "equal sizes" and with "any size"; empty if there was nothing to choose.
    """
    imbalances = EQUAL_SIZES if max_imbalance is None or isinstance(max_imbalance, str) else (max_imbalance,)
    equal = Cutter(graph, n_copies, n_clusters, n_clusters, imbalances, n_jobs)
    free = replace(equal, n_parts=min(PARTS_PER_CLUSTER * n_clusters, graph.shape[0]))
    if max_imbalance is None:
        return free, False, {}
    if max_imbalance != "auto" or free.n_parts == n_clusters or n_clusters == 1:
        return equal, True, {}
    of_equal_sizes, of_any_size = (cutter.resampled_agreement(N_TESTS, rng) for cutter in (equal, free))
    is_bounded = of_any_size.beyond_chance < MIN_ANY_AGREEMENT or _suits_equal_sizes(
        *(_beyond_equal_clusters(agreement.share, n_clusters) for agreement in (of_equal_sizes, of_any_size))
    )
    agreements = {"equal sizes": of_equal_sizes.share, "any size": of_any_size.share}
    return equal if is_bounded else free, is_bounded, agreements


def _suits_equal_sizes(of_equal_sizes, of_any_size):
    """Return True if agreements beyond chance speak for clusters of equal size."""
    return of_equal_sizes >= max(MIN_AGREEMENT, of_any_size - MARGIN)


def _beyond_equal_clusters(agreement, n_clusters):
    """Return 0 for the agreement of random clusters of equal size, and 1 for that of equal ones."""
    return (agreement - 1 / n_clusters) / (1 - 1 / n_clusters)
