"""Features that were computed before, by the content of their images and of their network."""

import hashlib
import io

import numpy as np

from skfashion._utils.files import expanded, write_file
from skfashion._utils.unpacking import check_npy

ROWS = 4096  # of a piece that is hashed


def content_key(X, facts) -> str:
    """Return a hash of rows and of facts, such as the hash of a network."""
    found = hashlib.sha256(repr((X.shape, X.dtype.str, facts)).encode())
    for start in range(0, len(X), ROWS):
        found.update(np.ascontiguousarray(X[start : start + ROWS]).tobytes())
    return found.hexdigest()


class FeatureCache:
    """The last features in memory, and all of them in a folder if there is one.

    Parameters
    ----------
    folder : str, path-like or None
        Folder of .npy files, which is made if needed; None: only the last features are kept.
    """

    def __init__(self, folder):
        self._folder = None if folder is None else expanded(folder)
        self._key: str | None = None
        self._last: np.ndarray | None = None

    def get(self, key, shape):
        """Return a copy of features of a shape, or None if they are not known."""
        if key != self._key:
            self._key, self._last = key, self._read(key, shape)
        return None if self._last is None else self._last.copy()

    def put(self, key, features):
        """Keep features."""
        self._key, self._last = key, features.copy()
        if self._folder is not None:
            buffer = io.BytesIO()
            np.save(buffer, features, allow_pickle=False)
            self._folder.mkdir(parents=True, exist_ok=True)
            write_file(self._folder / f"{key}.npy", buffer.getvalue())

    def _read(self, key, shape):
        """Read a file; one that is missing or damaged is computed and written again."""
        if self._folder is None:
            return None
        try:
            path = self._folder / f"{key}.npy"
            with path.open("rb") as file:
                check_npy(file, path.stat().st_size)
            features = np.load(path, allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        is_ours = features.shape == tuple(shape) and features.dtype == np.float32
        return features if is_ours and np.isfinite(features).all() else None
