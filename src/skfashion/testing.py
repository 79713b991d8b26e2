"""Checks that a plugin must pass, for the tests of its package.

Two lines of pytest run them all::

    from skfashion.testing import plugin_test

    test_my_reducer = plugin_test("reducer", "my-reducer")
"""

import warnings
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from sklearn.base import clone
from sklearn.utils.estimator_checks import estimator_checks_generator

from skfashion._utils.pipelines import n_clusters_parameter, set_seed
from skfashion.plugins import describe_space, get_plugin, pipeline_from_names
from skfashion.search import suggest_pipeline

N_GROUPS = 3  # of images, far apart
N_IMAGES, SIDE = 600, 10


def plugin_test(kind: str, name: str, *, estimator_checks: bool = True, n_draws: int = 10) -> Callable:
    """Make a test function for pytest that runs each check of a plugin as a test of its own.

    Parameters
    ----------
    kind : {"reducer", "clusterer"}
        Kind of the plugin.
    name : str
        The name of its entry point; its distribution must be installed.
    estimator_checks : bool, default=True
        True also runs scikit-learn's own suite, on the class of the estimator with its defaults, except for
        scikit-learn's own estimators.
    n_draws : int, default=10
        Number of draws from its space.

    Returns
    -------
    callable
        A parametrised test. Give it a name that begins with ``test``.

    Examples
    --------
    >>> from skfashion.testing import plugin_test
    >>> test_pca = plugin_test("reducer", "pca")
    """
    import pytest

    checks = dict(plugin_checks(kind, name, estimator_checks=estimator_checks, n_draws=n_draws))

    @pytest.mark.parametrize("check", list(checks.values()), ids=list(checks))
    def test(check):
        check()

    return test


def plugin_checks(
    kind: str, name: str, *, estimator_checks: bool = True, n_draws: int = 10
) -> Iterator[tuple[str, Callable]]:
    """Yield the checks of a plugin, each as a name and a function.

    Parameters
    ----------
    kind : {"reducer", "clusterer"}
        Kind of the plugin.
    name : str
        The name of its entry point.
    estimator_checks : bool, default=True
        True also yields scikit-learn's own suite, except for scikit-learn's own estimators.
    n_draws : int, default=10
        Number of draws from its space.

    Yields
    ------
    name : str
        Name of the check, a sentence.
    check : callable
        Function without arguments that raises an error, mostly an AssertionError, if the check fails.

    Examples
    --------
    >>> from skfashion.testing import plugin_checks
    >>> for name, check in plugin_checks("clusterer", "kmeans"):
    ...     check()
    """
    plugin = get_plugin(kind, name)
    yield "new_each_time", partial(_check_new_each_time, plugin)
    for check in _CHECKS[kind]:
        yield check.__name__.removeprefix("_check_"), partial(_quietly, check, _make(kind, name))
    for check in (_check_result_is_the_same_for_the_same_seed, _check_input_is_left_as_it_is):
        yield check.__name__.removeprefix("_check_"), partial(_quietly, check, _make(kind, name), kind)
    if plugin.suggest is not None:
        yield "space_can_be_described", partial(_check_space_can_be_described, plugin)
        for i in range(n_draws):
            yield f"draw_{i}_of_its_space_fits", partial(_quietly, _check_draw, kind, name, i)
    estimator_class = type(plugin.estimator()) if estimator_checks else None
    if estimator_class is not None and not estimator_class.__module__.startswith("sklearn."):
        for estimator, check in estimator_checks_generator(estimator_class(), legacy=True):
            yield name_of(check), partial(check, estimator)


def images() -> np.ndarray:
    """Make small images in three groups that are far apart, values in [0, 1], shape (600, 100)."""
    rng = np.random.default_rng(0)
    patterns = rng.random((N_GROUPS, SIDE * SIDE)) > 0.5
    return np.clip(
        np.repeat(patterns, N_IMAGES // N_GROUPS, axis=0) + 0.1 * rng.standard_normal((N_IMAGES, SIDE**2)), 0, 1
    )


# Checks get a function that makes a new, seeded estimator, with three clusters if it takes a number


def _make(kind, name):
    names = {"reducer": "identity", "clusterer": "kmeans", kind: name}

    def make():
        pipeline = pipeline_from_names(**names, n_clusters=N_GROUPS, scale=None)
        return set_seed(clone(pipeline.named_steps[kind]), 0)

    return make


def _check_new_each_time(plugin):
    assert plugin.estimator() is not plugin.estimator(), "estimator must make a new one at each call"


def _result(estimator, kind, X):
    """Return the embedding of a reducer, or the labels of a clusterer."""
    return estimator.fit_transform(X) if kind == "reducer" else estimator.fit_predict(X)


def _check_result_is_the_same_for_the_same_seed(make, kind):
    X = images()
    np.testing.assert_allclose(_result(make(), kind, X), _result(make(), kind, X), rtol=1e-6, atol=1e-9)


def _check_input_is_left_as_it_is(make, kind):
    X = images()
    _result(make(), kind, X)
    np.testing.assert_array_equal(X, images())


# Reducers


def _check_embedding_has_its_shape_and_names(make):
    X = images()
    reducer = make()
    Z = np.asarray(reducer.fit_transform(X))
    assert (Z.ndim, len(Z)) == (2, len(X)), f"fit_transform returned the shape {Z.shape} for {len(X)} rows"
    assert np.isfinite(Z).all(), "the embedding has values that are not finite"
    n_names = len(reducer.get_feature_names_out())
    assert n_names == Z.shape[1], f"get_feature_names_out has {n_names} names for {Z.shape[1]} columns"
    shape = np.shape(reducer.transform(X[:7]))
    assert shape == (7, Z.shape[1]), f"transform returned the shape {shape} for 7 rows"


# Clusterers


def _check_labels_are_integers_one_for_each_row(make):
    X = images()
    labels = np.asarray(make().fit_predict(X))
    assert labels.shape == (len(X),), f"fit_predict returned the shape {labels.shape} for {len(X)} rows"
    assert labels.dtype.kind == "i", f"labels are {labels.dtype}, and must be integers"


def _check_labels_and_predict_agree(make):
    X = images()
    clusterer = make()
    labels = clusterer.fit_predict(X)
    if hasattr(clusterer, "labels_"):
        np.testing.assert_array_equal(clusterer.labels_, labels, "labels_ is not what fit_predict returned")
    if hasattr(clusterer, "predict"):
        np.testing.assert_array_equal(clusterer.predict(X), labels, "predict differs for the training rows")


def _check_n_clusters_is_respected(make):
    clusterer = make()
    if n_clusters_parameter(clusterer) is None:
        return
    n_found = len(np.unique(clusterer.fit_predict(images())))
    assert n_found == N_GROUPS, (
        f"{n_found} clusters were found in {N_GROUPS} groups far apart, for n_clusters={N_GROUPS}"
    )


_CHECKS: dict[str, tuple[Callable, ...]] = {
    "reducer": (_check_embedding_has_its_shape_and_names,),
    "clusterer": (
        _check_labels_are_integers_one_for_each_row,
        _check_labels_and_predict_agree,
        _check_n_clusters_is_respected,
    ),
}


# Spaces


def _check_draw(kind, name, i):
    import optuna

    names = {"reducer": "identity", "clusterer": "kmeans", kind: name}
    trial = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=i)).ask()
    pipeline = suggest_pipeline(trial, [names["reducer"]], [names["clusterer"]], n_clusters=N_GROUPS, scale=None)
    _result(set_seed(pipeline.named_steps[kind], 0), kind, images())


def _check_space_can_be_described(plugin):
    assert describe_space(plugin), "suggest asks the trial for nothing; leave it out"


def _quietly(check, *arguments):
    """Run a check without warnings, of slow convergence for example: they are allowed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check(*arguments)


def name_of(check):
    while isinstance(check, partial):
        check = check.func
    return check.__name__
