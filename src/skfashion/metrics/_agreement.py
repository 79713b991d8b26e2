"""Agreement of partitions of the same rows."""

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csc_array
from sklearn.utils import check_array

CHUNK_SIZE = 50  # partitions that are counted together: the counts of all would need much memory


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
