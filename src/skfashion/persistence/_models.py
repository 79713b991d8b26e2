"""Functions that save and load models."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline

from skfashion.persistence._archive import (
    ModelFileError,
    UntrustedModelError,
    damaged,
    other_versions,
    read,
    read_manifest_only,
    with_manifest,
    write,
)
from skfashion.persistence._contents import adapt, refuse_unsafe
from skfashion.persistence._layout import layouts_of, restore_layouts
from skfashion.persistence._trust import refuse_untrusted, trusted_names


def save(estimator, path, *, metadata: dict[str, Any] | None = None, trusted: Iterable = ()) -> None:
    """Save an estimator: one of ours, one of scikit-learn's, or a Pipeline of them, fitted or not.

    The file appears whole or not at all. An estimator of scikit-learn can be saved if skops trusts its state. Trees and
    neighbours cannot: a forged file could make their compiled parts read memory that is not theirs.

    Parameters
    ----------
    estimator : estimator
        Estimator to save. Functions among its parameters, such as ``FunctionTransformer(func=...)`` or `augment`, can
        only be saved if they are numpy's or ours. A cache (`memory`), the storage of a search, and support vector
        machines of libsvm that are fitted cannot be saved.
    path : str or path-like
        File to write; an old one is replaced.
    metadata : dict or None, default=None
        Further facts for the manifest: anything that JSON can hold.
    trusted : iterable of types, functions or their full names, default=()
        Further types and functions that the estimator may hold. `load` needs the same.

    Raises
    ------
    UntrustedModelError
        If the estimator holds something that `load` would refuse. A ValueError.
    ModelFileError
        If a part of the estimator cannot be saved at all, such as a `KerasClassifier`. A ValueError.
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
            f"{type(estimator).__name__} holds an Optuna study; save its best_estimator_ instead (refit=True)."
        )
    _refuse_networks_of_scikeras(estimator)
    what = f"This {type(estimator).__name__}"
    content, trusted = _dumped(estimator), list(trusted)
    refuse_untrusted(content, trusted, what)
    refuse_unsafe(what, estimator, trusted_names(trusted))
    write(Path(path), with_manifest(content, metadata=metadata or {}, layouts=layouts_of(estimator)))


def _refuse_networks_of_scikeras(estimator):
    """Refuse wrappers of Keras' own models: their file would have to hold code."""
    for part in (estimator, *estimator.get_params().values()):
        if any(kind.__module__.startswith("scikeras.") for kind in type(part).__mro__):
            raise ModelFileError(
                f"{type(part).__name__} holds a network of your own code, which is not supported; save its model_ with "
                "model_.save('network.keras'), or use DenseClassifier or ConvClassifier."
            )


def _dumped(estimator, where=""):
    """Turn an estimator into an archive of skops; if that fails, name the step of the Pipeline that is to blame."""
    import skops.io

    try:
        return skops.io.dumps(estimator)
    except Exception as error:  # skops has no single exception for types that it does not know
        for name, step in estimator.steps if isinstance(estimator, Pipeline) else ():
            _dumped(step, f", the step {name!r},")
        raise ModelFileError(f"{type(estimator).__name__}{where} cannot be saved: {error}") from error


def load(path, *, trusted: Iterable = ()):
    """Load an estimator that `save` has written.

    Loading runs no code of the file and calls no function that it names. It makes objects of scikit-learn's and our
    classes, and sets their attributes. (The memory of a forged model is not bounded.) On the same backend and machine,
    results are bitwise those of the saved estimator.

    Parameters
    ----------
    path : str or path-like
        The file.
    trusted : iterable of types, functions or their full names, default=()
        Further types and functions that the file may name, for example your own subclasses of `BaseAutoencoder`.

    Returns
    -------
    estimator
        The saved estimator.

    Raises
    ------
    UntrustedModelError
        If the file names something that is not trusted, a cache or a study, or holds a fitted estimator of scikit-learn
        whose state was not reviewed. A ValueError.
    ModelFileError
        If the file is damaged, is no model, or was written in a later format, or if the file of a pretrained network is
        gone or has changed. A ValueError.
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
        estimator.get_params()  # fails if they are not those of its class
        restore_layouts(estimator, manifest["layouts"])
        refuse_unsafe(str(path), estimator, trusted_names(trusted))
        adapt(estimator)
    except UntrustedModelError:
        raise
    except Exception as error:  # parts that fit no estimator raise many exceptions
        hint = "; define its class in a module, not in a script" if "'__main__'" in str(error) else ""
        problem = f"its parts do not make an estimator here{other_versions(manifest)}: {error}{hint}"
        raise damaged(path, problem) from error
    _check_model_files(path, estimator)
    return estimator


def _check_model_files(path, estimator):
    """Check the files that parts of an estimator need, such as that of a pretrained network."""
    for part in (estimator, *estimator.get_params().values()):
        if hasattr(part, "check_model_file"):
            try:
                part.check_model_file()
            except (ValueError, OSError, ImportError) as error:
                raise ModelFileError(f"{path} cannot be used: {error}") from error


def read_manifest(path) -> dict[str, Any]:
    """Read the manifest of a saved model without loading the model.

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
