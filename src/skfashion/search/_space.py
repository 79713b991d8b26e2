"""What a trial may choose: a reducer, a clusterer, and the parameters of both."""

from collections.abc import Sequence

from skfashion.plugins import get_plugin, pipeline_from_names, usable_plugins

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
        has them, whatever the trial says.

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
        drawn = {} if suggest is None else suggest(_PrefixedTrial(trial, prefix))
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


class _PrefixedTrial:
    """What a plugin's `suggest` is handed: it names its parameters freely."""

    def __init__(self, trial, prefix):
        self._trial = trial
        self._prefix = prefix

    def suggest_categorical(self, name, choices):
        return self._trial.suggest_categorical(f"{self._prefix}__{name}", choices)

    def suggest_int(self, name, low, high, *, step=1, log=False):
        return self._trial.suggest_int(f"{self._prefix}__{name}", low, high, step=step, log=log)

    def suggest_float(self, name, low, high, *, step=None, log=False):
        return self._trial.suggest_float(f"{self._prefix}__{name}", low, high, step=step, log=log)
