"""Eigenvectors of graphs of nearest neighbours."""

import numpy as np
from scipy.sparse import diags_array
from scipy.sparse.linalg import eigsh
from sklearn.preprocessing import normalize

MAX_DENSE_ROWS = 300  # with so few rows, all eigenvectors are computed: the iteration needs many more rows than vectors


def at_length_1(vectors):
    """Scale rows to length 1 as Ng, Jordan and Weiss (2002) do; a single vector would lose all information."""
    return normalize(vectors) if vectors.shape[1] > 1 else vectors


def leading_eigenvectors(graph, degrees, n_vectors, rng):
    """Return the largest eigenvalues of the normalised graph and their vectors, in descending order."""
    scaling = diags_array(1 / np.sqrt(degrees))
    normalised = scaling @ graph @ scaling
    if len(degrees) <= max(MAX_DENSE_ROWS, 4 * n_vectors):
        values, vectors = np.linalg.eigh(normalised.toarray())
    else:
        start = rng.uniform(-1, 1, len(degrees)).astype(normalised.dtype)
        values, vectors = eigsh(normalised, k=n_vectors, which="LA", v0=start)
    order = np.argsort(values)[::-1][:n_vectors]
    return values[order], vectors[:, order]
