"""What trials note in their study, as text that every storage takes."""

import base64
import zlib

import numpy as np

from skfashion._utils.pipelines import NOISE


def pack_labels(labels) -> str:
    """Clusters, as small integers from -1, compressed."""
    names, places = np.unique(labels, return_inverse=True)
    places = places.astype("<i4") - (names[0] == NOISE)  # noise keeps its name
    return base64.b85encode(zlib.compress(places.tobytes(), 9)).decode()


def unpack_labels(text: str) -> np.ndarray:
    """What `pack_labels` was given, up to the names of clusters, shape (n_samples,)."""
    return np.frombuffer(zlib.decompress(base64.b85decode(text)), "<i4").astype(int)
