"""Scores that compare partitions of the same rows: clusters and classes, or clusterings with one another."""

from itertools import count, islice

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csc_array
from sklearn.utils import check_array, check_consistent_length, column_or_1d

from skfashion._utils.missing import known_labels, refuse_missing, require_labels

MAX_CLASS = 2**62  # that has integers above it
CHUNK_SIZE = 50  # partitions that are counted together: the counts of all would need much memory


def hungarian_accuracy_score(labels_true, labels_pred, *, noise_label=None, sample_weight=None):
    """Compute the share of rows that are right under the best one-to-one matching of clusters with classes.

    It is also known as clustering accuracy (ACC). Each cluster stands for at most one class and each class for at most
    one cluster. If their numbers differ, some stay unmatched. Uses labels.

    Parameters
    ----------
    labels_true : array-like of shape (n_samples,)
        Classes, of any one type. Rows without a class (None, NaN, pandas' NA, polars' null) are left out.
    labels_pred : array-like of shape (n_samples,)
        Clusters, of any one type.
    noise_label : int, str or None, default=None
        Rows in this cluster match no class, and still count as rows if they have one.
    sample_weight : array-like of shape (n_samples,), default=None
        Weight of each row.

    Returns
    -------
    float
        Between 0 and 1; 1 if the partitions are the same up to names.

    Raises
    ------
    ValueError
        If the lengths differ, no row has a class, a row has no cluster, or the weights are negative or sum to 0.

    See Also
    --------
    purity_score : The many-to-one score that some papers call accuracy.

    References
    ----------
    H. Kuhn (1955), The Hungarian method for the assignment problem, Naval Research Logistics Quarterly 2;
    J. Xie et al. (2016), Unsupervised deep embedding for clustering analysis, eq. 10.

    Examples
    --------
    >>> from skfashion.metrics import hungarian_accuracy_score
    >>> hungarian_accuracy_score(["cat", "cat", "dog", "dog"], [1, 1, 0, 1])
    0.75
    """
    table = _Contingency(labels_true, labels_pred, noise_label, sample_weight)
    rows, columns = table.best_matching()
    return float(table.weights[rows, columns].sum() / table.total)


def purity_score(labels_true, labels_pred, *, noise_label=None, sample_weight=None):
    """Compute the share of rows that belong to the majority class of their cluster.

    Several clusters may stand for one class, so purity grows with the number of clusters and is never below Hungarian
    accuracy. Uses labels.

    Parameters
    ----------
    labels_true : array-like of shape (n_samples,)
        Classes, of any one type. Rows without a class (None, NaN, pandas' NA, polars' null) are left out.
    labels_pred : array-like of shape (n_samples,)
        Clusters, of any one type.
    noise_label : int, str or None, default=None
        Rows in this cluster match no class, and still count as rows if they have one.
    sample_weight : array-like of shape (n_samples,), default=None
        Weight of each row.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If the lengths differ, no row has a class, a row has no cluster, or the weights are negative or sum to 0.

    References
    ----------
    C. Manning, P. Raghavan and H. Schütze (2008), Introduction to information retrieval, eq. 182.

    Examples
    --------
    >>> from skfashion.metrics import purity_score
    >>> purity_score(["cat", "cat", "dog", "dog"], [0, 1, 2, 2])
    1.0
    """
    table = _Contingency(labels_true, labels_pred, noise_label, sample_weight)
    return float(table.weights.max(axis=0, initial=0).sum() / table.total)


def match_labels(labels_true, labels_pred):
    """Rename clusters by the best one-to-one matching with classes.

    Uses labels.

    Parameters
    ----------
    labels_true : array-like of shape (n_samples,)
        Classes: all numbers or all strings. Rows without a class do not count in the matching.
    labels_pred : array-like of shape (n_samples,)
        Clusters, of any one type.

    Returns
    -------
    ndarray of shape (n_samples,)
        The class of the cluster of each row. Unmatched clusters get names that no class has: the integers above the
        classes, or "unmatched 0", "unmatched 1", ... if the classes are strings.

    Examples
    --------
    >>> from skfashion.metrics import match_labels
    >>> match_labels([5, 5, 7, 7, 7], [1, 1, 0, 0, 2]).tolist()
    [5, 5, 7, 7, 8]
    """
    table = _Contingency(labels_true, labels_pred)
    rows, columns = table.best_matching()
    unmatched = np.setdiff1d(np.arange(len(table.clusters)), columns)
    if table.classes.dtype.kind in "biuf":
        spare = _integers_above(table.classes.max(), len(unmatched))
    else:
        taken = set(table.classes.tolist())
        free = (name for name in map("unmatched {}".format, count()) if name not in taken)
        spare = np.array(list(islice(free, len(unmatched))), dtype=object)
    names = np.empty(
        len(table.clusters), dtype=np.result_type(table.classes, spare) if len(spare) else table.classes.dtype
    )
    names[columns] = table.classes[rows]
    names[unmatched] = spare
    return names[table.cluster_of_row]


def mean_agreement(partitions, *, noise_label=None):
    """Compute the mean `hungarian_accuracy_score` of each partition with all others. Label-free.

    If many different pipelines have clustered the same images, the partition with the highest mean is the closest to
    all others.

    Parameters
    ----------
    partitions : array-like of shape (n_partitions, n_samples), int
        The cluster of each row in each partition; at least two partitions.
    noise_label : int or None, default=None
        Rows of this cluster match nothing.

    Returns
    -------
    ndarray of shape (n_partitions,)
        Between 0 and 1.

    Raises
    ------
    ValueError
        If there are fewer than two partitions, or no rows.

    Examples
    --------
    >>> from skfashion.metrics import mean_agreement
    >>> mean_agreement([[0, 0, 1, 1], [1, 1, 0, 0], [0, 1, 0, 1]]).tolist()
    [0.75, 0.75, 0.5]
    """
    partitions = check_array(partitions, dtype=None, ensure_min_samples=2)
    n_partitions, n_samples = partitions.shape
    members, starts = _members(partitions, noise_label)
    agreement = np.zeros((n_partitions, n_partitions))
    for i in range(n_partitions):
        if i % CHUNK_SIZE == 0:  # rows in common, shape (n_clusters of the chunk, n_clusters of all)
            first = starts[i]
            counts = (members[:, first : starts[min(i + CHUNK_SIZE, n_partitions)]].T @ members).toarray()
        for j in range(i):
            table = counts[starts[i] - first : starts[i + 1] - first, starts[j] : starts[j + 1]]
            agreement[i, j] = agreement[j, i] = table[linear_sum_assignment(table, maximize=True)].sum() / n_samples
    return agreement.sum(axis=1) / (n_partitions - 1)


class _Contingency:
    """Weights of the rows by class and cluster, shape (n_classes, n_clusters), without noise."""

    def __init__(self, labels_true, labels_pred, noise_label=None, sample_weight=None):
        is_known, labels_true = known_labels(labels_true, "labels_true")
        is_cluster, labels_pred = known_labels(labels_pred, "labels_pred")
        check_consistent_length(is_known, is_cluster, sample_weight)
        if len(is_known) == 0:
            raise ValueError("labels_true and labels_pred are empty; pass at least one row.")
        require_labels(is_known, "labels_true")
        refuse_missing(is_cluster, "labels_pred", "leave these rows out, or give them a cluster of their own")
        weight = _check_weight(sample_weight, is_known)
        self.total = weight.sum()
        self.classes, class_of_row = np.unique(labels_true, return_inverse=True)
        self.clusters, self.cluster_of_row = np.unique(labels_pred, return_inverse=True)  # those of all rows
        self.weights = np.zeros((len(self.classes), len(self.clusters)))
        np.add.at(self.weights, (class_of_row, self.cluster_of_row[is_known]), weight)
        if noise_label is not None:
            self.weights[:, self.clusters == noise_label] = 0

    def best_matching(self):
        """Return the pairs (class, cluster) with the largest total weight; rectangular tables leave some unmatched."""
        return linear_sum_assignment(self.weights, maximize=True)


def _integers_above(largest, n):
    """Return the n integers above the largest class."""
    if n == 0:
        return np.arange(0)
    if not largest < MAX_CLASS:
        raise ValueError(
            f"labels_true has the class {largest}, and clusters without a class are named by integers above it; pass "
            "smaller numbers, or strings."
        )
    return int(np.floor(largest)) + 1 + np.arange(n)


def _check_weight(sample_weight, is_known):
    """Return the weights of the rows with a class."""
    if sample_weight is None:
        return np.ones(np.sum(is_known))
    weight = column_or_1d(sample_weight).astype(float)[is_known]
    with np.errstate(over="ignore"):
        total = weight.sum()
    if (weight < 0).any() or not 0 < total < np.inf:
        raise ValueError("sample_weight must not be negative, and have a finite sum above 0 in rows with a class.")
    return weight


def _members(partitions, noise_label):
    """Return the matrix of rows in the clusters of all partitions, and the first cluster of each partition."""
    rows, columns, starts = [], [], [0]
    for labels in partitions:
        names, places = np.unique(labels, return_inverse=True)
        is_cluster = np.full(len(labels), True) if noise_label is None else labels != noise_label
        rows.append(np.flatnonzero(is_cluster))
        columns.append(starts[-1] + places[is_cluster])
        starts.append(starts[-1] + len(names))
    where = np.concatenate(rows), np.concatenate(columns)
    return csc_array((np.ones(len(where[0]), np.int32), where), shape=(partitions.shape[1], starts[-1])), starts
