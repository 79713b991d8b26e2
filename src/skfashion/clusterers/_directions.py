"""Directions of rows, and the most similar of them."""

import numpy as np
from sklearn.preprocessing import normalize
from sklearn.utils import gen_batches

from skfashion._utils.blocks import block_size


def at_length_1(X):
    """Return rows of length 1; zeros stay zeros."""
    largest = np.abs(X).max(axis=1, keepdims=True)
    largest[largest == 0] = 1
    with np.errstate(under="ignore"):
        return normalize(X / largest, copy=False)  # the squares of the values themselves could overflow


def most_similar(rows, centers):
    """Return the most similar centre of each row, and the similarity, from -1 to 1. Centres of zeros are not taken.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_features)
        Rows of length 1.
    centers : ndarray of shape (n_centers, n_features)
        Centres of length 1, and zeros.

    Returns
    -------
    labels : ndarray of shape (n_rows,), int
        Places among the centres.
    similarities : ndarray of shape (n_rows,)
        Cosines.
    """
    labels, similarities = np.empty(len(rows), np.intp), np.empty(len(rows), rows.dtype)
    is_zero = ~centers.any(axis=1)
    for block in gen_batches(len(rows), block_size(len(centers))):
        of_block = rows[block] @ centers.T
        if not is_zero.all():
            of_block[:, is_zero] = -np.inf
        labels[block], similarities[block] = of_block.argmax(axis=1), of_block.max(axis=1)
    return labels, similarities
