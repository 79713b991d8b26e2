"""Saved models: one file from which no code is run.

The file is a zip archive in the format of skops with a manifest beside: JSON for what the estimators are and hold, an
.npy file for each array, and their SHA-256. Autoencoders are kept as parameters and weights; their networks are built
anew by the code that is installed.
"""

import hashlib
import io
import json
import os
import platform
import zipfile
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import uuid4

import skfashion

FORMAT = "skfashion model"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
PACKAGES = ("scikit-learn", "numpy", "keras", "skops")  # whose versions the manifest names, besides ours

# What scikit-learn's estimators hold besides estimators and skops does not trust by itself.
_OF_SCIKIT_LEARN = (
    "sklearn.cluster._bisect_k_means._BisectingTree",
    "sklearn.cluster._kmeans._kmeans_single_lloyd",
    "sklearn.model_selection._split.KFold",
    "sklearn.model_selection._split.StratifiedKFold",
)
_BROKEN_ZIP = (zipfile.BadZipFile, RuntimeError, EOFError, OSError, ValueError)  # what zipfile raises of a damaged one


class ModelFileError(ValueError):
    """A model cannot be saved, or what is loaded is damaged, not a model of ours, or of a later version."""


class UntrustedModelError(ModelFileError):
    """A model holds something that could run code when it is loaded or used."""


def save(estimator, path, *, metadata: dict[str, Any] | None = None, trusted: Iterable[type] = ()) -> None:
    """Save an estimator: one of ours, of scikit-learn's, or a Pipeline of them, fitted or not.

    The file appears whole or not at all.

    Parameters
    ----------
    estimator : estimator
        What to save. Functions among its parameters, such as ``FunctionTransformer(func=...)`` or `augment`, cannot be
        saved unless they are numpy's or ours; nor can a cache (`memory`).
    path : str or path-like
        File to write; an old one is replaced.
    metadata : dict or None, default=None
        What to write into the manifest besides: anything that JSON can hold.
    trusted : iterable of types, default=()
        Classes and functions, besides scikit-learn's and ours, that the estimator may hold. `load` must be given the
        same.

    Raises
    ------
    UntrustedModelError
        If the estimator holds something that `load` would refuse. A ValueError.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import skfashion, tempfile
    >>> from pathlib import Path
    >>> X, _ = skfashion.load_fashion_mnist_sample(return_X_y=True)
    >>> ae = skfashion.DenseAE(8, rescale=255.0, max_iter=1).fit(X)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     skfashion.save(ae, Path(folder, "ae.skfashion"))
    ...     loaded = skfashion.load(Path(folder, "ae.skfashion"))
    >>> bool((loaded.transform(X) == ae.transform(X)).all())
    True
    """
    import skops.io

    _refuse_caches(estimator)
    try:
        content = skops.io.dumps(estimator)
    except Exception as error:  # what skops raises for a type that it does not know is not one class
        raise ModelFileError(f"{type(estimator).__name__} cannot be saved: {error}") from error
    _refuse_untrusted(content, trusted, f"This {type(estimator).__name__}")
    _write(Path(path), _with_manifest(content, metadata or {}))


def load(path, *, trusted: Iterable[type] = ()):
    """Load an estimator that `save` has written.

    No code of the file is run: only classes of scikit-learn's and ours are made, and of numpy's functions none but
    the mathematical. Results are bitwise those of the saved estimator on the same backend and machine.

    Parameters
    ----------
    path : str or path-like
        The file.
    trusted : iterable of types, default=()
        Further classes and functions that the file may name: your own subclasses of `BaseAutoencoder`, for example.

    Returns
    -------
    estimator
        As it was saved.

    Raises
    ------
    UntrustedModelError
        If the file names something that is not trusted. A ValueError.
    ModelFileError
        If the file is damaged, is no model, or was written in a later format. A ValueError.
    OSError
        If the file cannot be read.

    Examples
    --------
    See `save`.
    """
    import skops.io

    path = Path(path)
    content = _read(path)
    trusted = list(trusted)
    _refuse_untrusted(content, trusted, str(path))
    try:
        estimator = skops.io.loads(content, trusted=_trusted_names(trusted))
    except Exception as error:  # parts that fit no estimator fail in any way
        raise _damaged(path, f"its parts do not make an estimator: {error}") from error
    _refuse_caches(estimator)
    return estimator


def read_manifest(path) -> dict[str, Any]:
    """Read what a saved model says of itself; nothing of the model is loaded.

    Parameters
    ----------
    path : str or path-like
        A file that `save` has written.

    Returns
    -------
    dict
        "format", "format_version", "versions" (of packages), "backend" (of Keras), "metadata", and "sha256" of the
        parts.

    Raises
    ------
    ModelFileError
        If the file is damaged, is no model, or was written in a later format. A ValueError.

    Examples
    --------
    >>> import skfashion, tempfile
    >>> from pathlib import Path
    >>> from skfashion.persistence import read_manifest
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     skfashion.save(skfashion.DenseAE(8), Path(folder, "ae.skfashion"), metadata={"image_size": 28})
    ...     manifest = read_manifest(Path(folder, "ae.skfashion"))
    >>> manifest["metadata"]
    {'image_size': 28}
    """
    path = Path(path)
    with _opened(path, path.read_bytes()) as archive:
        return _manifest(path, archive)


# Writing


def _with_manifest(content, metadata):
    """The archive of skops with a manifest appended."""
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a", compression=zipfile.ZIP_STORED) as archive:
        manifest = {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            "versions": {
                "python": platform.python_version(),
                "skfashion": skfashion.__version__,
                **{package: version(package) for package in PACKAGES},
            },
            "backend": os.environ.get("KERAS_BACKEND"),
            "metadata": metadata,
            "sha256": {name: _sha256(archive, name) for name in archive.namelist()},
        }
        archive.writestr(MANIFEST, json.dumps(manifest, indent=2))
    return buffer.getvalue()


def _sha256(archive, name):
    return hashlib.sha256(archive.read(name)).hexdigest()


def _write(path, content):
    """All of the file or nothing of it, also if the power fails."""
    temporary = path.with_name(f".{path.name}-{uuid4().hex}")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


# Reading


def _read(path):
    """The content of a file whose every part is what its manifest says."""
    content = path.read_bytes()
    with _opened(path, content) as archive:
        sha256 = _manifest(path, archive)["sha256"]
        names = archive.namelist()
        if len(names) != len(set(names)) or set(names) != {MANIFEST, *sha256}:
            raise _damaged(path, "its parts are not those of its manifest")
        if any(part.compress_type != zipfile.ZIP_STORED for part in archive.infolist()):
            raise _damaged(path, "its parts are compressed, which save never does")
        for name, expected in sha256.items():
            try:
                found = _sha256(archive, name)
            except _BROKEN_ZIP as error:
                raise _damaged(path, str(error)) from error
            if found != expected:
                raise _damaged(path, f"its part {name} has another SHA-256 than when it was saved")
    return content


def _opened(path, content):
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except _BROKEN_ZIP as error:
        raise _damaged(path, "it is no zip archive, or is cut short") from error


def _manifest(path, archive):
    try:
        manifest = json.loads(archive.read(MANIFEST))
        if manifest["format"] != FORMAT or not isinstance(manifest["sha256"], dict):
            raise ValueError
        format_version = int(manifest["format_version"])
    except (KeyError, TypeError, *_BROKEN_ZIP) as error:
        raise _damaged(path, "it has no manifest of a model") from error
    if format_version > FORMAT_VERSION:
        writer = manifest.get("versions", {}).get("skfashion", "a later version")
        raise ModelFileError(
            f"{path} has format {format_version}, of skfashion {writer}; this is {skfashion.__version__}, which reads "
            f"formats up to {FORMAT_VERSION}: upgrade skfashion."
        )
    return manifest


def _damaged(path, problem):
    return ModelFileError(f"{path} is not a model that skfashion has saved, or is damaged: {problem}.")


# What may be in a model


def _refuse_untrusted(content, trusted, what):
    import skops.io

    try:
        found = set(skops.io.get_untrusted_types(data=content)) - set(_trusted_names(trusted))
    except Exception as error:  # a forged archive
        raise ModelFileError(f"{what} cannot be read: {error}") from error
    if found:
        raise UntrustedModelError(
            f"{what} holds {', '.join(sorted(found))}, which may run code; leave it out, or pass it as trusted to both "
            "save and load if you know what it does."
        )


def _trusted_names(trusted):
    """Our public classes, what they need, and what the caller vouches for, by their full names."""
    from skfashion.plugins import bytes_to_unit, unit_to_bytes

    public = [getattr(skfashion, name) for name in skfashion.__all__]
    ours = [thing for thing in public if isinstance(thing, type)]
    return [
        *_OF_SCIKIT_LEARN,
        *(f"{t.__module__}.{t.__name__}" for t in (*ours, bytes_to_unit, unit_to_bytes, *trusted)),
    ]


def _refuse_caches(estimator):
    """Refuse caches on disk, which are pickles: a file that names one would have these loaded at the next fit."""
    params = estimator.get_params() if hasattr(estimator, "get_params") else {}
    for name, value in params.items():
        if name.split("__")[-1] == "memory" and value is not None:
            raise UntrustedModelError(f"{name}={value!r} is a cache of pickles; set it to None before saving.")
