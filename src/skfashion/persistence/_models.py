"""Saving and loading."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline

from skfashion.persistence._archive import other_versions, read, read_manifest_only, with_manifest, write
from skfashion.persistence._errors import ModelFileError, damaged
from skfashion.persistence._layout import layouts_of, restore_layouts
from skfashion.persistence._trust import refuse_untrusted, trusted_names


def save(estimator, path, *, metadata: dict[str, Any] | None = None, trusted: Iterable = ()) -> None:
    """Save an estimator: one of ours, of scikit-learn's, or a Pipeline of them, fitted or not.

    The file appears whole or not at all. Of scikit-learn's estimators, those can be saved whose state skops trusts: not
    trees and neighbours, whose compiled parts a forged file could make read where they should not.

    Parameters
    ----------
    estimator : estimator
        What to save. Functions among its parameters, such as ``FunctionTransformer(func=...)`` or `augment`, cannot be
        saved unless they are numpy's or ours; nor can a cache (`memory`).
    path : str or path-like
        File to write; an old one is replaced.
    metadata : dict or None, default=None
        What to write into the manifest besides: anything that JSON can hold.
    trusted : iterable of types, functions or their full names, default=()
        What the estimator may hold besides scikit-learn's and ours. `load` must be given the same.

    Raises
    ------
    UntrustedModelError
        If the estimator holds something that `load` would refuse. A ValueError.
    ModelFileError
        If a part of the estimator cannot be saved at all. A ValueError.
    TypeError
        If it is no estimator, or JSON cannot hold `metadata`.
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
    if not isinstance(estimator, BaseEstimator):
        raise TypeError(f"estimator={estimator!r} is no scikit-learn estimator; pass one, fitted or not.")
    if hasattr(estimator, "study_"):
        raise ModelFileError(
            f"{type(estimator).__name__} holds a study of Optuna's; save its best_estimator_ instead (refit=True)."
        )
    content = _dumped(estimator)
    refuse_untrusted(content, list(trusted), f"This {type(estimator).__name__}")
    write(Path(path), with_manifest(content, metadata=metadata or {}, layouts=layouts_of(estimator)))


def _dumped(estimator, where=""):
    """What skops makes of an estimator; of a Pipeline that it cannot keep, the step is named that is to blame."""
    import skops.io

    try:
        return skops.io.dumps(estimator)
    except Exception as error:  # what skops raises for a type that it does not know is not one class
        for name, step in estimator.steps if isinstance(estimator, Pipeline) else ():
            _dumped(step, f", the step {name!r},")
        raise ModelFileError(f"{type(estimator).__name__}{where} cannot be saved: {error}") from error


def load(path, *, trusted: Iterable = ()):
    """Load an estimator that `save` has written.

    No code of the file is run, and no function that it names is called: objects of scikit-learn's and our own classes
    are made and their attributes set. (How much memory a forged model takes is not bounded.) Results are bitwise those
    of the saved estimator on the same backend and machine.

    Parameters
    ----------
    path : str or path-like
        The file.
    trusted : iterable of types, functions or their full names, default=()
        What else the file may name: your own subclasses of `BaseAutoencoder`, for example.

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

    path, trusted = Path(path), list(trusted)
    content, manifest = read(path)
    refuse_untrusted(content, trusted, str(path))
    try:
        estimator = skops.io.loads(content, trusted=trusted_names(trusted))
        if not isinstance(estimator, BaseEstimator):
            raise TypeError(f"it holds {type(estimator).__name__}, which is no estimator")
        estimator.get_params()  # are they those of its class?
        restore_layouts(estimator, manifest["layouts"])
    except Exception as error:  # parts that fit no estimator fail in any way
        raise damaged(path, f"its parts do not make an estimator here{other_versions(manifest)}: {error}") from error
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
        "format", "format_version", "versions" (of packages), "backend" (of Keras), "metadata", "layouts" (of arrays
        with gaps in memory), and "sha256" of the parts.

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
    return read_manifest_only(Path(path))
