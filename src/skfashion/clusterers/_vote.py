"""Votes among clusterings of the same rows, with their clusters renamed to fit one another."""

from itertools import combinations
from typing import NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

from skfashion._utils.pipelines import NOISE, clusters_of


class Vote(NamedTuple):
    """Result of a vote.

    Attributes
    ----------
    labels : ndarray of shape (n_samples,), int32
        Cluster with the largest share; -1 for rows without votes.
    shares : ndarray of shape (n_samples, n_clusters), float32
        Share of each cluster in the votes for the row; 0 in rows without votes.
    agreement : float
        Mean share of rows that agree, over all pairs of different partitions; 1.0 for a single partition.
    medoid : int
        Position of the partition that agrees most with the others; of equals, the first.
    names : ndarray of shape (n_partitions, n_clusters)
        Cluster of the vote for each cluster of each partition.
    """

    labels: np.ndarray
    shares: np.ndarray
    agreement: float
    medoid: int
    names: np.ndarray


class RunAgreement(NamedTuple):
    """Agreement of runs.

    Attributes
    ----------
    share : float
        Mean share of nodes on which two runs agree.
    by_chance : float
        The same for random clusters of such sizes.
    """

    share: float
    by_chance: float

    @property
    def beyond_chance(self) -> float:
        """0 for random clusters, and 1 for equal ones."""
        return (self.share - self.by_chance) / (1 - self.by_chance) if self.by_chance < 1 else 0.0


def align(labels, reference, n_clusters):
    """Rename clusters so that most rows agree with a reference.

    Parameters
    ----------
    labels, reference : array-like of shape (n_samples,), int
        Clusters in ``range(n_clusters)``, or -1 for noise, which agrees with nothing and keeps its name.
    n_clusters : int
        Number of clusters; some may be empty.

    Returns
    -------
    renamed : ndarray of shape (n_samples,), int32
        The labels by their new names.
    agreement : float
        Share of the rows that agree, between 0 and 1.
    """
    labels, reference = _check_partitions([labels, reference], n_clusters)
    names, n_agreeing = _match(_overlaps(labels, reference, n_clusters))
    return renamed(labels, names), float(n_agreeing / len(labels))


def vote(partitions, n_clusters, n_rounds=3):
    """Give each row the cluster that most partitions give it.

    The clusters of all partitions are renamed to agree most with a reference (the Hungarian method). The first
    reference is the partition that agrees most with the others. The result of each round is the reference of the next.
    Equal numbers of votes are decided by that first partition, and by the lowest number of a cluster if it has none of
    the equals. Dudoit and Fridlyand 2003 vote on bootstrap samples in this way; Ayad and Kamel 2008 on memberships.

    Parameters
    ----------
    partitions : sequence of arrays of shape (n_samples,), int, or of shape (n_samples, n_clusters), float
        Labels in ``range(n_clusters)``, or -1 for noise, which is no vote. Or memberships: a row of them is a vote that
        is shared among clusters, and a row of zeros is no vote.
    n_clusters : int
        Number of clusters.
    n_rounds : int, default=3
        Largest number of rounds; the vote ends when no row changes. 0 keeps the labels of the first reference.

    Returns
    -------
    Vote
    """
    partitions = _check_partitions(partitions, n_clusters)
    labels = [labels_of(partition) for partition in partitions]
    n_agreeing = _pairwise_agreements(labels, n_clusters)
    medoid = int(n_agreeing.sum(axis=1).argmax())  # of equals, the first
    n_pairs = len(labels) * (len(labels) - 1)
    agreement = float(n_agreeing.sum() / (n_pairs * len(labels[0]))) if n_pairs else 1.0

    winning = labels[medoid]
    names, shares = _aligned_to(partitions[medoid], partitions, n_clusters)
    for i in range(n_rounds):
        if i > 0:
            names, shares = _aligned_to(winning if partitions[0].ndim == 1 else shares, partitions, n_clusters)
        before, winning = winning, winners(shares, renamed(labels[medoid], names[medoid]))
        if np.array_equal(before, winning):
            break
    return Vote(winning, shares, agreement, medoid, names)


def agreement_of(runs, n_clusters) -> RunAgreement:
    """Return the mean agreement of two runs, arrays of shape (n_nodes,) without an empty cluster."""
    shares = [np.bincount(labels) / len(labels) for labels in runs]
    by_chance = float(np.mean([share @ share for share in shares]))
    return RunAgreement(vote(runs, n_clusters, n_rounds=0).agreement, by_chance)


def tally(partitions, names):
    """Return the shares of clusters in the votes, renamed by `names`, shape (n_samples, n_clusters)."""
    votes = np.zeros((len(partitions[0]), names.shape[1]), np.float32)
    for partition, new in zip(partitions, names, strict=True):
        if partition.ndim == 2:
            votes[:, new] += partition
        else:
            rows = np.flatnonzero(partition != NOISE)
            votes[rows, new[partition[rows]]] += 1
    totals = votes.sum(axis=1, keepdims=True)
    return np.divide(votes, totals, out=votes, where=totals > 0)


def winners(shares, first_choice):
    """Return the cluster with the largest share in each row, of equals the first choice, shape (n_samples,), int32."""
    largest = shares.max(axis=1)
    rows = np.arange(len(shares))
    first_wins = (first_choice != NOISE) & (shares[rows, first_choice] == largest)
    return np.where(largest == 0, NOISE, np.where(first_wins, first_choice, shares.argmax(axis=1))).astype(np.int32)


def labels_of(partition):
    """Return the most probable cluster of each row, shape (n_samples,)."""
    if partition.ndim == 1:
        return partition
    return winners(partition, np.full(len(partition), NOISE))


def renamed(labels, names):
    """Return labels by their new names; noise keeps its own."""
    return np.append(names, NOISE).astype(np.int32)[labels]  # -1 is the last place


def clusters_on(ballot, n_clusters):
    """Return the labels of clusters that a run may vote for, in ascending order, and columns for probabilities."""
    if ballot.ndim == 2:
        return np.arange(ballot.shape[1])
    found = clusters_of(ballot)
    is_numbered = n_clusters is not None and np.isin(found, np.arange(n_clusters)).all()
    return np.arange(n_clusters) if is_numbered else found  # a mixture may predict a cluster without training rows


def numbered(ballot, clusters, n_clusters):
    """Return votes for clusters numbered from 0 to n_clusters - 1; other labels are no votes."""
    if ballot.ndim == 2:
        return np.pad(ballot, ((0, 0), (0, n_clusters - ballot.shape[1])))
    return np.where(np.isin(ballot, clusters), np.searchsorted(clusters, ballot), NOISE)


def by_size(labels, n_clusters):
    """Return the clusters from the largest to the smallest; of equals, the lowest number is first."""
    return np.argsort(-np.bincount(labels[labels != NOISE], minlength=n_clusters), kind="stable")


def renumbered(labels, order):
    """Return labels with the clusters numbered by their positions in an order."""
    return renamed(labels, np.argsort(order))


def _check_partitions(partitions, n_clusters):
    """Return labels as int32 and memberships as float32."""
    partitions = [np.asarray(partition) for partition in partitions]
    if not partitions:
        raise ValueError("partitions is empty; pass at least one partition.")
    if len({partition.shape for partition in partitions}) > 1:
        raise ValueError("partitions must be all labels or all memberships, of the same rows.")
    if partitions[0].ndim == 2:
        return [partition.astype(np.float32, copy=False) for partition in partitions]
    for partition in partitions:
        if partition.min() < NOISE or partition.max() >= n_clusters:
            raise ValueError(
                f"Labels from {partition.min()} to {partition.max()} must be in range(n_clusters={n_clusters}), or -1 "
                "for noise; number the clusters from 0."
            )
    return [partition.astype(np.int32, copy=False) for partition in partitions]


def _pairwise_agreements(labels, n_clusters):
    """Return the number of rows that agree for each pair of partitions, 0 on the diagonal."""
    n_agreeing = np.zeros((len(labels), len(labels)), dtype=np.int64)
    for (i, one), (j, other) in combinations(enumerate(labels), 2):
        _, n_agreeing[i, j] = _match(_overlaps(one, other, n_clusters))
    return n_agreeing + n_agreeing.T


def _aligned_to(reference, partitions, n_clusters):
    """Return the names that fit each partition to a reference, and the shares of votes by these names."""
    names = np.array([_match(_overlaps(partition, reference, n_clusters))[0] for partition in partitions])
    return names, tally(partitions, names)


def _overlaps(partition, reference, n_clusters):
    """Return the rows in common of each cluster and each cluster of a reference, shape (n_clusters, n_clusters)."""
    if partition.ndim == 2:
        return partition.T @ reference  # the expected number of rows in common
    pairs = (partition.astype(np.int64) + 1) * (n_clusters + 1) + (reference + 1)  # noise is number 0
    counts = np.bincount(pairs, minlength=(n_clusters + 1) ** 2)
    return counts.reshape(n_clusters + 1, n_clusters + 1)[1:, 1:]


def _match(overlaps):
    """Return the one-to-one names with the largest overlap, shape (n_clusters,), and this overlap."""
    clusters, names = linear_sum_assignment(overlaps, maximize=True)  # clusters are 0, 1, 2, ...
    return names, overlaps[clusters, names].sum()
