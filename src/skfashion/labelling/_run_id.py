"""The name of a clustering, by which decisions find the run that they belong to."""

import hashlib
from collections.abc import Sequence

import numpy as np

N_DIGITS = 16


def run_id(labels, filenames: Sequence[str] | None = None) -> str:
    """Return the hexadecimal digits that identify a clustering.

    Parameters
    ----------
    labels : array-like of shape (n_samples,)
        Cluster of each image, an integer.
    filenames : sequence of str or None, default=None
        File of each image.

    Returns
    -------
    str
        The first 16 digits of the SHA-256 of the labels and the names.

    Examples
    --------
    >>> from skfashion.labelling import run_id
    >>> run_id([0, 0, 1])
    '85526ba79728a470'
    """
    digest = hashlib.sha256(np.asarray(labels).astype("<i8").tobytes())
    if filenames is not None:
        digest.update("\n".join(filenames).encode("utf-8", errors="surrogateescape"))
    return digest.hexdigest()[:N_DIGITS]
