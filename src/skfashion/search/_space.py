"""What a trial may choose: a reducer, a clusterer, and the parameters of both."""

from collections.abc import Sequence
from numbers import Real

from skfashion.plugins import get_plugin, pipeline_from_names, usable_plugins
from skfashion.plugins._scaling import make_scaler

KINDS = ("reducer", "clusterer")


def suggest_pipeline(
    trial, reducers="all", clusterers="all", *, n_clusters, scale: str | None = "minmax", fixed_params=None
):
    """Let a trial choose a pipeline: for a study of your own.

    Parameters
    ----------
    trial : optuna.trial.Trial
        Asked for "reducer", "clusterer" and then for the parameters of these two, whose names begin with the
        plugin's: ``pca__n_components``.
    reducers, clusterers : "all" or sequence of str, default="all"
        Registered names to choose from; "all" are those that can be used here.
    n_clusters : int
        Number of clusters.
    scale : {"minmax", "standard", "bytes"} or None, default="minmax"
        First step, as in `pipeline_from_names`.
    fixed_params : dict or None, default=None
        Parameters as for ``Pipeline.set_params``, such as ``reducer__image_shape``. They hold in every pipeline that
        has them, and the trial is not asked for them.

    Returns
    -------
    sklearn.pipeline.Pipeline
        Unfitted.

    Raises
    ------
    PluginError
        If a name is not registered, or its plugin cannot be loaded. A ValueError.

    Examples
    --------
    >>> import optuna
    >>> from skfashion import suggest_pipeline
    >>> trial = optuna.trial.FixedTrial({"reducer": "pca", "clusterer": "kmeans", "pca__n_components": 24})
    >>> suggest_pipeline(trial, ["pca"], ["kmeans"], n_clusters=10)["reducer"]
    PCA(n_components=24)
    """
    names = {"reducer": names_of("reducer", reducers), "clusterer": names_of("clusterer", clusterers)}
    chosen = {kind: trial.suggest_categorical(kind, names[kind]) for kind in KINDS}
    params: dict[str, object] = {}
    for kind, name in chosen.items():
        suggest = get_plugin(kind, name).suggest
        prefix = f"{kind}-{name}" if name in names["reducer"] and name in names["clusterer"] else name
        drawn = {} if suggest is None else suggest(_PrefixedTrial(trial, prefix, _of_step(kind, fixed_params)))
        params |= {f"{kind}__{key}": value for key, value in drawn.items()}
    pipeline = pipeline_from_names(chosen["reducer"], chosen["clusterer"], n_clusters=n_clusters, scale=scale, **params)
    known = pipeline.get_params()
    return pipeline.set_params(**{key: value for key, value in (fixed_params or {}).items() if key in known})


def names_of(kind: str, names) -> list[str]:
    """The names to choose from: those given, each of them loaded once to see that it can be, or all usable ones."""
    if isinstance(names, str):
        if names != "all":
            raise ValueError(f"{kind}s={names!r} must be a sequence of names, or 'all'.")
        return list(usable_plugins(kind))
    if not isinstance(names, Sequence) or not names:
        raise ValueError(f"{kind}s={names!r} must be a sequence of at least one name, or 'all'.")
    for name in names:
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
            is_known = any(param in plugin.estimator().get_params() for plugin in plugins)
        if not is_known:
            raise ValueError(
                f"fixed_params has {key!r}, which no pipeline of this search has; name a step (scale, reducer or "
                "clusterer), two underscores and a parameter of one that it may choose."
            )


def _of_step(kind, params):
    """The step's own among the parameters of a pipeline."""
    prefix = f"{kind}__"
    return {key.removeprefix(prefix): value for key, value in (params or {}).items() if key.startswith(prefix)}


class _PrefixedTrial:
    """What a plugin's `suggest` is handed: it names its parameters freely, and is told those that are fixed."""

    def __init__(self, trial, prefix, fixed):
        self._trial = trial
        self._prefix = prefix
        self._fixed = fixed

    def suggest_categorical(self, name, choices):
        if name in self._fixed:  # choices that are not of a simple type stand as text
            fixed = [choice for choice in choices if str(choice) == str(self._fixed[name])]
            return fixed[0] if fixed else choices[0]  # whichever: it is overruled
        return self._trial.suggest_categorical(f"{self._prefix}__{name}", choices)

    def suggest_int(self, name, low, high, *, step=1, log=False):
        if isinstance(self._fixed.get(name), Real):
            return self._fixed[name]
        return self._trial.suggest_int(f"{self._prefix}__{name}", low, high, step=step, log=log)

    def suggest_float(self, name, low, high, *, step=None, log=False):
        if isinstance(self._fixed.get(name), Real):
            return self._fixed[name]
        return self._trial.suggest_float(f"{self._prefix}__{name}", low, high, step=step, log=log)
