"""Reduction of rows to two dimensions."""

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

from skfashion._utils.checks import check_option

METHODS = ("first", "pca", "tsne", "umap")


def project(Z, method, random_state):
    """Reduce rows to two dimensions; return them, shape (n_samples, 2), and the applied method.

    A single column gets a second one of zeros. If "pca" finds two columns, they stay: the applied method is "first".
    """
    check_option("method", method, METHODS)
    if Z.shape[1] == 1:
        Z = np.hstack([Z, np.zeros_like(Z)])
    if method == "first" or (method == "pca" and Z.shape[1] == 2):
        return Z[:, :2], "first"
    with np.errstate(invalid="ignore"):  # equal rows have no variance that PCA could take shares of
        return _reducer(method, len(Z), random_state).fit_transform(Z), method


def spread_out(embedding, n_points):
    """Choose points far from one another, at most n_points; return their positions.

    The first is the point nearest to the median; each next one is the farthest from those chosen before: T. Gonzalez
    (1985), Clustering to minimize the maximum intercluster distance, Theoretical Computer Science 38.
    """
    points = (embedding - np.median(embedding, axis=0)) / np.maximum(np.ptp(embedding, axis=0), 1e-12)
    chosen: list[int] = []
    next_one, distance = int((points**2).sum(axis=1).argmin()), np.full(len(points), np.inf)
    for _ in range(min(n_points, len(points))):
        chosen.append(next_one)
        distance = np.minimum(distance, ((points - points[next_one]) ** 2).sum(axis=1))
        distance[next_one] = -1  # points in the same place are chosen last, and no point twice
        next_one = int(distance.argmax())
    return np.array(chosen, dtype=int)


def _reducer(method, n_samples, random_state):
    if method == "pca":
        return PCA(2, random_state=random_state)
    if method == "tsne":
        return TSNE(2, perplexity=min(30, (n_samples - 1) / 3), random_state=random_state)
    try:
        from umap import UMAP
    except ImportError as error:
        raise ImportError(
            "method='umap' needs the package umap-learn; pip install umap-learn, or pass method='tsne'."
        ) from error
    return UMAP(n_components=2, n_jobs=1, random_state=random_state)  # a seed allows one thread only
