"""Pipelines of plugins by name."""

from typing import Any

from skfashion.plugins.registry import IDENTITY, PluginError, get_plugin, takes_images


def pipeline_from_names(
    reducer: str, clusterer: str, *, n_clusters: int | None, scale: str | None = "minmax", **params: Any
):
    """Make a scikit-learn Pipeline of plugins.

    Parameters
    ----------
    reducer, clusterer : str
        Registered names. A clusterer that takes images needs the reducer "identity".
    n_clusters : int or None
        Number of clusters: the clusterer's `n_clusters`, or `n_components` of a mixture model. None keeps the number
        that the plugin has.
    scale : {"minmax", "standard", "range", "bytes"} or None, default="minmax"
        First step: bring each feature to [0, 1], bring each feature to mean 0 and deviation 1, bring all values to
        [0, 1] by their common range, divide all values by 255, or no such step.
    **params
        Parameters of the steps, as for ``Pipeline.set_params``: ``reducer__n_components=16``. In a reducer of several
        steps, ``reducer__image_shape`` is that of each step that has one.

    Returns
    -------
    sklearn.pipeline.Pipeline
        Unfitted, with the steps "scale" (unless it is None), "reducer" and "clusterer".

    Raises
    ------
    PluginError
        A ValueError. A plugin cannot be used, or the two do not go together.
    ValueError
        If `n_clusters` or a name in `params` is invalid.

    Examples
    --------
    >>> from skfashion.plugins import pipeline_from_names
    >>> pipeline_from_names("pca", "gmm", n_clusters=10, reducer__n_components=24).named_steps["reducer"]
    PCA(n_components=24)
    """
    from sklearn.pipeline import Pipeline

    from skfashion._utils.checks import check_count
    from skfashion._utils.pipelines import n_clusters_parameter, with_image_shapes
    from skfashion.plugins._scaling import make_scaler

    if takes_images(clusterer) and reducer != IDENTITY:
        raise PluginError(
            f"The clusterer {clusterer!r} takes the images themselves; "
            f"its reducer must be {IDENTITY!r}, not {reducer!r}."
        )
    last = get_plugin("clusterer", clusterer).estimator()
    if n_clusters is not None and (parameter := n_clusters_parameter(last)) is not None:
        check_count("n_clusters", n_clusters)
        last.set_params(**{parameter: n_clusters})
    steps = [("reducer", get_plugin("reducer", reducer).estimator()), ("clusterer", last)]
    if scale is not None:
        steps.insert(0, ("scale", make_scaler(scale)))
    pipeline = Pipeline(steps)
    for name in params:
        if "__" not in name:
            raise ValueError(f"{name!r} names no step; write reducer__{name}=... or clusterer__{name}=...")
    return pipeline.set_params(**with_image_shapes(params, pipeline))
