"""The registry of plugins: entry points in two groups, listed without any import and loaded on use."""

import difflib
import functools
import os
import sys
import warnings
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from typing import Any

GROUPS = {"reducer": "skfashion.reducers", "clusterer": "skfashion.clusterers"}
IDENTITY = "identity"  # the reducer that leaves the images as they are
MIN_IMAGES = 200  # fewer make a poor graph of neighbours, which the default pipeline for images needs


class PluginError(ValueError):
    """An error of a plugin: it is unknown, broken or ambiguous, or does not fit another one."""


class MissingPackageError(PluginError):
    """A plugin that needs a package of an extra that is not installed."""


class BrokenPluginError(PluginError):
    """A plugin that cannot be loaded."""


@dataclass(frozen=True)
class Plugin:
    """A reducer or clusterer for pipelines by name.

    Parameters
    ----------
    estimator : callable
        A class, or a function without arguments, that returns an unfitted estimator.
    suggest : callable or None, default=None
        ``suggest(trial)`` returns a dict of parameters for the estimator, drawn by an Optuna trial.
    max_samples : int or None, default=None
        Maximum number of rows. If there are more, it is fitted to some of them.
    max_features : int or None, default=None
        Maximum number of features of the embedding. In a search, a trial fails if its embedding has more.
    takes : {"features", "images"}, default="features"
        Input of a clusterer: the features that any reducer makes, or the scaled images themselves. A clusterer that
        takes images goes with the reducer "identity" only.
    needs : tuple of str, default=()
        Parameters without a default that suits everybody, such as the file of a model. A search draws the plugin only
        if it is named, and the parameters are given.
    only_if_named : bool, default=False
        True for a plugin that is too slow for a search that nobody limits: a search draws it only if it is named.
    divides_bytes : bool, default=False
        True for a reducer that divides bytes by 255 itself, in batches. `skfashion cluster` then makes no scaled copy
        of all images.

    Examples
    --------
    >>> from sklearn.decomposition import PCA
    >>> from skfashion.plugins import Plugin
    >>> plugin = Plugin(PCA, lambda trial: {"n_components": trial.suggest_int("n_components", 2, 64, log=True)})
    >>> plugin.estimator()
    PCA()
    """

    estimator: Callable[[], Any]
    suggest: Callable[[Any], dict[str, Any]] | None = None
    _: KW_ONLY
    max_samples: int | None = None
    max_features: int | None = None
    takes: str = "features"
    needs: tuple[str, ...] = ()
    only_if_named: bool = False
    divides_bytes: bool = False

    def __post_init__(self):
        if not callable(self.estimator):
            raise TypeError(f"estimator={self.estimator!r} must be a class or a function that returns an estimator.")
        if self.takes not in ("features", "images"):
            raise ValueError(f"takes={self.takes!r} must be 'features' or 'images'.")


def list_plugins(kind: str) -> list[str]:
    """List the registered names, without any import.

    Parameters
    ----------
    kind : {"reducer", "clusterer"}
        Which group to list.

    Returns
    -------
    list of str
        Names in alphabetical order.

    Examples
    --------
    >>> from skfashion.plugins import list_plugins
    >>> "dense-ae" in list_plugins("reducer")
    True
    """
    return sorted({entry.name for entry in _entries(kind)})


def get_plugin(kind: str, name: str) -> Plugin:
    """Load a plugin.

    Parameters
    ----------
    kind : {"reducer", "clusterer"}
        Which group to look in.
    name : str
        A name that `list_plugins` returns.

    Returns
    -------
    Plugin
        The registered Plugin, or a Plugin of the registered class.

    Raises
    ------
    PluginError
        A ValueError. There is no such name, several distributions register it, or it cannot be loaded. If only a
        package of an extra is missing, the message says what to install.

    Examples
    --------
    >>> from skfashion.plugins import get_plugin
    >>> get_plugin("clusterer", "kmeans").estimator()
    KMeans(n_init=10)
    """
    found = _named(kind, name)
    if not found:
        close = difflib.get_close_matches(name, list_plugins(kind), n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"choose one of {', '.join(list_plugins(kind))}."
        raise PluginError(f"There is no {kind} named {name!r}; {hint}")
    if len({entry.value for entry in found}) > 1:
        owners = " and ".join(sorted(_owner(entry) for entry in found))
        raise PluginError(f"The {kind} {name!r} is registered by {owners}; uninstall one of them.")
    try:
        loaded = found[0].load()
        return loaded if isinstance(loaded, Plugin) else Plugin(loaded)
    except Exception as error:  # whatever a plugin raises
        raise _unusable(kind, found[0], error) from error


def usable_plugins(kind: str) -> dict[str, Plugin]:
    """Load all plugins of a kind that can be used here.

    Plugins that need a package of an extra that is not installed are left out, and so are those that must be named and
    those with parameters that must be given. So are broken plugins, with a warning that names their distribution.

    Parameters
    ----------
    kind : {"reducer", "clusterer"}
        Which group to load.

    Returns
    -------
    dict of str to Plugin
        In alphabetical order.

    Raises
    ------
    PluginError
        A ValueError. Several distributions register the same name.

    Examples
    --------
    >>> from skfashion.plugins import usable_plugins
    >>> "pca" in usable_plugins("reducer")
    True
    """
    plugins = {}
    for name in list_plugins(kind):
        try:
            plugin = get_plugin(kind, name)
        except MissingPackageError:
            continue
        except BrokenPluginError as error:
            warnings.warn(f"{error} It is left out.", stacklevel=2)
            continue
        if not (plugin.needs or plugin.only_if_named):
            plugins[name] = plugin
    return plugins


def plugin_origin(kind: str, name: str) -> str:
    """Return the distribution that registers a plugin, without any import.

    Parameters
    ----------
    kind : {"reducer", "clusterer"}
        Which group to look in.
    name : str
        A name that `list_plugins` returns.

    Returns
    -------
    str
        Name and version. If several distributions register the name, all of them.

    Examples
    --------
    >>> from skfashion.plugins import plugin_origin
    >>> plugin_origin("reducer", "pca").split()[0]
    'skfashion'
    """
    owners = {f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value for entry in _named(kind, name)}
    return " and ".join(sorted(owners))


def plugin_path(kind: str, name: str) -> str:
    """Return the object that an entry point stands for, without any import.

    Parameters
    ----------
    kind : {"reducer", "clusterer"}
        Which group to look in.
    name : str
        A name that `list_plugins` returns.

    Returns
    -------
    str
        ``module:object``. If several distributions register the name, all of them.

    Examples
    --------
    >>> from skfashion.plugins import plugin_path
    >>> plugin_path("reducer", "pca")
    'skfashion.plugins.builtin:pca'
    """
    return " and ".join(sorted({entry.value.partition(" ")[0] for entry in _named(kind, name)}))


def takes_images(clusterer: str) -> bool:
    """Return True if a registered clusterer takes the scaled images themselves."""
    return get_plugin("clusterer", clusterer).takes == "images"


def _unusable(kind: str, entry: EntryPoint, error: Exception) -> PluginError:
    """Make the error for a plugin that cannot be loaded."""
    owner = _owner(entry)
    if isinstance(error, ModuleNotFoundError) and entry.extras:
        extras = ",".join(entry.extras)
        return MissingPackageError(
            f"The {kind} {entry.name!r} needs the package {error.name}; pip install '{owner}[{extras}]'."
        )
    return BrokenPluginError(f"The {kind} {entry.name!r} of {owner} cannot be loaded: {type(error).__name__}: {error}.")


def _entries(kind: str) -> list[EntryPoint]:
    if kind not in GROUPS:
        raise ValueError(f"kind={kind!r} must be 'reducer' or 'clusterer'.")
    return list(_installed(GROUPS[kind], tuple(map(_time_of_change, sys.path))))


@functools.lru_cache(len(GROUPS))
def _installed(group: str, _times: tuple) -> EntryPoints:
    """Read the entry points of all distributions, again only after something was installed."""
    return entry_points(group=group)


def _time_of_change(folder: str) -> tuple[str, int | None]:
    try:
        return folder, os.stat(folder or os.curdir).st_mtime_ns
    except OSError:
        return folder, None


def _named(kind: str, name: str) -> list[EntryPoint]:
    return [entry for entry in _entries(kind) if entry.name == name]


def _owner(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else entry.value
