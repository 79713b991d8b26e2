"""The space of a search: clusterers, reducers, and the parameters of both."""

from collections.abc import Sequence
from numbers import Real

from skfashion._utils.pipelines import IMAGE_SHAPE, image_shape_parameters, with_image_shapes
from skfashion.plugins import get_plugin, pipeline_from_names, usable_plugins
from skfashion.plugins._scaling import make_scaler
from skfashion.plugins.registry import IDENTITY, takes_images

DEFAULT_DRAWS = {  # the pipeline that `skfashion cluster` takes by default
    "reducer": "image-features",
    "clusterer": "graph-partition",
    "image-features__n_components": 128,
    "graph-partition__n_neighbors": 30,
}


def suggest_pipeline(
    trial,
    reducers="all",
    clusterers="all",
    *,
    n_clusters,
    scale: str | None = "minmax",
    fixed_params=None,
    max_components: int | None = None,
):
    """Draw a pipeline by a trial, for a study of your own.

    Parameters
    ----------
    trial : optuna.trial.Trial
        Draws "clusterer", then "reducer", then the parameters of both, with names that begin with the name of the
        plugin: ``pca__n_components``. For a clusterer that takes images, the reducer is "identity" and is not drawn.
    reducers, clusterers : "all" or sequence of str, default="all"
        Registered names to choose from; "all" are all that can be used here.
    n_clusters : int
        Number of clusters.
    scale : {"minmax", "standard", "range", "bytes"} or None, default="minmax"
        First step, as in `pipeline_from_names`.
    fixed_params : dict or None, default=None
        Parameters as for ``Pipeline.set_params``, such as ``reducer__image_shape``. They hold in every pipeline that
        has them, and are not drawn. A shape of images holds for the steps of a reducer, too.
    max_components : int or None, default=None
        Maximum of the `n_components` that are drawn for a reducer of rows, such as the number of features: most of them
        fail with more. Reducers of images have limits of their own.

    Returns
    -------
    sklearn.pipeline.Pipeline
        Unfitted.

    Raises
    ------
    PluginError
        A ValueError. A name is not registered, or its plugin cannot be loaded.
    ValueError
        If a clusterer is named that takes images, and "identity" is not among the reducers.

    Examples
    --------
    >>> import optuna
    >>> from skfashion import suggest_pipeline
    >>> trial = optuna.trial.FixedTrial({"reducer": "pca", "clusterer": "kmeans", "pca__n_components": 24})
    >>> suggest_pipeline(trial, ["pca"], ["kmeans"], n_clusters=10)["reducer"]
    PCA(n_components=24)
    """
    names, fixed = names_of(reducers, clusterers), fixed_params or {}
    clusterer = trial.suggest_categorical("clusterer", names["clusterer"])
    reducer = IDENTITY if takes_images(clusterer) else trial.suggest_categorical("reducer", names["reducer"])
    params: dict[str, object] = {}
    for kind, name in (("reducer", reducer), ("clusterer", clusterer)):
        plugin = get_plugin(kind, name)
        is_of_rows = kind == "reducer" and not image_shape_parameters(plugin.estimator())
        prefix = f"{kind}-{name}" if name in names["reducer"] and name in names["clusterer"] else name
        own = {key.removeprefix(f"{kind}__"): fixed[key] for key in fixed if key.startswith(f"{kind}__")}
        most = {"n_components": max_components} if is_of_rows and max_components else {}
        drawn = {} if plugin.suggest is None else plugin.suggest(_PrefixedTrial(trial, prefix, own, most))
        params |= {f"{kind}__{key}": value for key, value in drawn.items()}
    pipeline = pipeline_from_names(reducer, clusterer, n_clusters=n_clusters, scale=scale, **params)
    fixed, known = with_image_shapes(fixed, pipeline), pipeline.get_params()
    return pipeline.set_params(**{key: value for key, value in fixed.items() if key in known})


def names_of(reducers, clusterers) -> dict[str, list[str]]:
    """Return the names to choose from, by kind; all of their plugins can be loaded, and all clusterers can be drawn."""
    names = {"reducer": _names_of_kind("reducer", reducers), "clusterer": _names_of_kind("clusterer", clusterers)}
    if IDENTITY not in names["reducer"]:
        of_images = list(filter(takes_images, names["clusterer"]))
        if of_images and clusterers != "all":
            raise ValueError(
                f"clusterers has {of_images[0]!r}, which takes the images themselves; add {IDENTITY!r} to reducers."
            )
        names["clusterer"] = [name for name in names["clusterer"] if name not in of_images]
    return names


def _names_of_kind(kind, names):
    if isinstance(names, str):
        if names != "all":
            raise ValueError(f"{kind}s={names!r} must be a sequence of names, or 'all'.")
        return list(usable_plugins(kind))
    if not isinstance(names, Sequence) or not names:
        raise ValueError(f"{kind}s={names!r} must be a sequence of at least one name, or 'all'.")
    for name in names:
        if not isinstance(name, str):
            raise ValueError(f"{kind}s has {name!r}, which is no name; pass names of {kind}s, or 'all'.")
        get_plugin(kind, name)
    return list(dict.fromkeys(names))


def check_fixed_params(fixed_params, names, scale):
    """Refuse a parameter that no pipeline of these names has."""
    for key in fixed_params or {}:
        step, _, param = key.partition("__")
        if step == "scale" and scale is not None:
            is_known = param in make_scaler(scale).get_params()
        else:
            plugins = (get_plugin(step, name) for name in names.get(step, ()))
            is_known = any(_has(plugin.estimator(), param) for plugin in plugins)
        if not is_known:
            raise ValueError(
                f"fixed_params has {key!r}, which no pipeline of this search has; name a step (scale, reducer or "
                "clusterer), two underscores and a parameter of one that it may choose."
            )


def _has(estimator, param):
    is_of_a_step = param == IMAGE_SHAPE and bool(image_shape_parameters(estimator))
    return is_of_a_step or param in estimator.get_params()


class _PrefixedTrial:
    """Trial for the `suggest` of a plugin: it adds the prefix to names, and returns fixed parameters as they are.

    It draws no integer above the most that a parameter can be.
    """

    def __init__(self, trial, prefix, fixed, most=None):
        self._trial = trial
        self._prefix = prefix
        self._fixed = fixed
        self._most = most or {}

    def suggest_categorical(self, name, choices):
        if name in self._fixed:  # choices of other than simple types are texts
            fixed = [choice for choice in choices if str(choice) == str(self._fixed[name])]
            return fixed[0] if fixed else choices[0]  # any choice: the fixed value replaces it
        return self._trial.suggest_categorical(f"{self._prefix}__{name}", choices)

    def suggest_int(self, name, low, high, *, step=1, log=False):
        if isinstance(self._fixed.get(name), Real):
            return self._fixed[name]
        high = min(high, self._most.get(name, high))
        return self._trial.suggest_int(f"{self._prefix}__{name}", min(low, high), high, step=step, log=log)

    def suggest_float(self, name, low, high, *, step=None, log=False):
        if isinstance(self._fixed.get(name), Real):
            return self._fixed[name]
        return self._trial.suggest_float(f"{self._prefix}__{name}", low, high, step=step, log=log)
