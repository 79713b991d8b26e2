"""The consensus of soft clusterings of the same rows, as a function that holds for new rows."""

import numpy as np
from sklearn.cluster import KMeans
from sklearn.preprocessing import normalize

SMALLEST = 1e-9  # sum of a cluster's soft members
N_STARTS = 5  # of k-means


def spectral_consensus(ballots, n_clusters, rng):
    """Return clusters of rows that share clusters in many soft clusterings, shape (n_rows,).

    Rows and the clusters of all ballots are the two sides of a graph, with memberships as weights. Its leading singular
    vectors are clustered by k-means. Dhillon 2001, section 4.2.

    Parameters
    ----------
    ballots : list of ndarray of shape (n_rows, n_clusters)
        Soft clusters; the sum of each row is 1.
    n_clusters : int
        Number of clusters.
    rng : numpy.random.RandomState
        Source of the starts of k-means.
    """
    members = np.concatenate(ballots, axis=1)  # (n_rows, n_ballots * n_clusters)
    members /= np.sqrt(members.sum(axis=0) + SMALLEST)
    _, vectors = np.linalg.eigh(members.T @ members)
    embedding = normalize(members @ vectors[:, ::-1][:, :n_clusters])
    return KMeans(n_clusters, n_init=N_STARTS, random_state=rng).fit_predict(embedding)


def translations(ballots, labels, n_clusters):
    """Return the shares of each cluster of each ballot in the clusters of the rows.

    Parameters
    ----------
    ballots : list of ndarray of shape (n_rows, n_clusters)
        Soft clusters.
    labels : ndarray of shape (n_rows,)
        Clusters.
    n_clusters : int
        Number of clusters.

    Returns
    -------
    ndarray of shape (n_ballots, n_clusters, n_clusters)
        The sum of each row is 1, or 0 for an empty cluster of a ballot.
    """
    is_member = np.eye(n_clusters, dtype=np.float32)[labels]
    sums = [ballot.sum(axis=0)[:, np.newaxis] for ballot in ballots]
    return np.stack([ballot.T @ is_member / np.maximum(n, SMALLEST) for ballot, n in zip(ballots, sums, strict=True)])


def translated(ballots, shares):
    """Return the mean of soft clusters after their translation, shape (n_rows, n_clusters); rows sum to 1."""
    total = sum(ballot @ share for ballot, share in zip(ballots, shares, strict=True))
    return total / total.sum(axis=1, keepdims=True)
