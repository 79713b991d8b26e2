"""Choice among clusters of nearly equal size, of any size, and of average linkage, without labels."""

from dataclasses import replace

from skfashion.clusterers._linkage_runs import MAX_DRAWN, LinkageRuns

EQUAL_SIZES = (0.1, 0.3)  # imbalances that the runs take in turn
N_TESTS = 8  # runs on resampled rows, with equal sizes and with any size
MIN_AGREEMENT = 0.72  # of runs with equal sizes that fit the data, beyond chance
MIN_ANY_AGREEMENT = 0.5  # of runs with any size, beyond chance for these sizes; else one cluster may hold nearly all
LINKAGE_MARGIN = 0.05  # by which runs of average linkage agree better, beyond chance, where a graph has no groups
MARGIN = 0.09  # by which runs with any size may agree better where equal sizes fit
PARTS_PER_CLUSTER = 5  # before parts are merged to clusters of any size


def choose_runs(equal, rows, max_imbalance, rng):
    """Choose the sizes of the clusters, if they are not given.

    Parameters
    ----------
    equal : Cutter
        Cuts the graph of the rows into as many parts as clusters.
    rows : ndarray of shape (n_nodes, n_features)
        The rows of the nodes.
    max_imbalance : float, None or "auto"
        As in `GraphPartition`.
    rng : numpy.random.RandomState
        Source of the runs that test the sizes.

    Returns
    -------
    chosen : Cutter or LinkageRuns
        Its runs make clusters of these sizes.
    has_equal_sizes : bool
        True if it bounds the sizes.
    agreements : dict of str to float
        Agreement of runs with "equal sizes" and with "any size", and, if the graph has no groups, of "average linkage";
        empty if there was nothing to choose.
    """
    n_clusters = equal.n_clusters
    free = replace(equal, n_parts=min(PARTS_PER_CLUSTER * n_clusters, len(rows)))
    if max_imbalance is None:
        return free, False, {}
    if max_imbalance != "auto":
        return replace(equal, imbalances=(max_imbalance,)), True, {}
    if free.n_parts == n_clusters or n_clusters == 1:
        return equal, True, {}
    of_equal_sizes, of_any_size = (cutter.resampled_agreement(N_TESTS, rng) for cutter in (equal, free))
    agreements = {"equal sizes": of_equal_sizes.share, "any size": of_any_size.share}
    has_groups = max(of_equal_sizes.beyond_chance, of_any_size.beyond_chance) >= MIN_ANY_AGREEMENT
    if not has_groups and 2 * n_clusters <= MAX_DRAWN:
        linkage = LinkageRuns(rows, n_clusters)
        of_linkage = linkage.resampled_agreement(N_TESTS, rng)
        agreements["average linkage"] = of_linkage.share
        if of_linkage.beyond_chance >= of_equal_sizes.beyond_chance + LINKAGE_MARGIN:
            return linkage, False, agreements
    is_bounded = of_any_size.beyond_chance < MIN_ANY_AGREEMENT or _suits_equal_sizes(
        *(_beyond_equal_clusters(agreement.share, n_clusters) for agreement in (of_equal_sizes, of_any_size))
    )
    return equal if is_bounded else free, is_bounded, agreements


def _suits_equal_sizes(of_equal_sizes, of_any_size):
    """Return True if agreements beyond chance speak for clusters of equal size."""
    return of_equal_sizes >= max(MIN_AGREEMENT, of_any_size - MARGIN)


def _beyond_equal_clusters(agreement, n_clusters):
    """Return 0 for the agreement of random clusters of equal size, and 1 for that of equal ones."""
    return (agreement - 1 / n_clusters) / (1 - 1 / n_clusters)
