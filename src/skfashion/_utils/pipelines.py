"""Pipelines and their steps, random states, shapes of images, numbers of clusters, and noise."""

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline

NOISE = -1  # label of rows in no cluster, as DBSCAN, HDBSCAN and OPTICS have it
IMAGE_SHAPE = "image_shape"  # the parameter of estimators that take images


def found_by_search(estimator):
    """Return the best estimator of a fitted search, or any other estimator as it is."""
    return getattr(estimator, "best_estimator_", estimator)


def steps_of(estimator):
    """List the steps of a pipeline, or the estimator itself; a fitted search stands for its best estimator."""
    estimator = found_by_search(estimator)
    return [step for _, step in estimator.steps] if isinstance(estimator, Pipeline) else [estimator]


def last_step(estimator, X):
    """Return the last of `steps_of` and X as this step sees it."""
    estimator = found_by_search(estimator)
    if not isinstance(estimator, Pipeline):
        return estimator, X
    return estimator[-1], estimator[:-1].transform(X) if len(estimator) > 1 else X


def with_names(X, checked):
    """Return X if its columns have names, which inner steps may ask for, or else the checked array."""
    return X if hasattr(X, "columns") else checked


def as_array(rows):
    """Return the values of a frame, as steps return it under ``set_output(transform="pandas")``; others as they are."""
    return rows.to_numpy() if hasattr(rows, "columns") else rows


def set_seed(estimator, seed, *, fixed=()):
    """Set every `random_state` of an estimator and its steps to a seed, except the parameters named in `fixed`."""
    return estimator.set_params(**{name: seed for name in _random_states(estimator) if name not in fixed})


def seeded_clone(estimator, rng):
    """Clone an estimator, and draw an integer for each `random_state` that is None."""
    copy = clone(estimator)
    params = copy.get_params()
    unset = [name for name in _random_states(copy) if params[name] is None]
    return copy.set_params(**{name: int(rng.randint(np.iinfo(np.int32).max)) for name in unset})


def _random_states(estimator):
    """List the parameters that hold random states, in alphabetical order."""
    return [name for name in sorted(estimator.get_params()) if name.rpartition("__")[2] == "random_state"]


def image_shape_parameters(estimator):
    """List the parameters of an estimator and its steps that hold the shape of images."""
    return [name for name in estimator.get_params() if name.rpartition("__")[2] == IMAGE_SHAPE]


def with_image_shapes(params, estimator):
    """Let the `image_shape` of a step hold for the steps within it: ``reducer__image_shape`` if that is a Pipeline."""
    takers = image_shape_parameters(estimator)
    spread: dict[str, object] = {}
    for key, value in params.items():
        step, _, name = key.rpartition("__")
        inner = [taker for taker in takers if name == IMAGE_SHAPE and taker.startswith(f"{step}__")]
        spread |= dict.fromkeys(inner, value) or {key: value}
    return spread


def n_clusters_parameter(clusterer):
    """Return "n_clusters", or the "n_components" of mixtures, or None if the clusterer has neither parameter."""
    params = clusterer.get_params(deep=False)
    return next((name for name in ("n_clusters", "n_components") if name in params), None)


def n_clusters_of(clusterer):
    """Return the number of clusters that a clusterer is asked for or has chosen, or None if neither is known."""
    number = clusterer.get_params(deep=False).get(n_clusters_parameter(clusterer))
    return getattr(clusterer, "n_clusters_", None) if isinstance(number, str) else number


def clusters_of(labels):
    """Return the labels that occur, in ascending order, without noise."""
    labels = np.asarray(labels)
    return np.unique(labels[labels != NOISE])
