"""The fit of `skfashion cluster`, with progress, and warnings in words for users."""

import warnings
from contextlib import contextmanager
from importlib.util import find_spec
from typing import NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils._param_validation import InvalidParameterError

from skfashion._utils.pipelines import n_clusters_parameter
from skfashion.cli._output import InputError, progress
from skfashion.clusterers import choose_n_clusters


class Fit(NamedTuple):
    """Results of a fit.

    Attributes
    ----------
    labels : ndarray of shape (n_samples,)
        The cluster of each image.
    Z : ndarray of shape (n_samples, n_components)
        The codes that were clustered.
    n_clusters_scores : dict of int to float
        Score of each number of clusters that was tried; empty if none was.
    notes : list of str
        Warnings of the steps.
    """

    labels: np.ndarray
    Z: np.ndarray
    n_clusters_scores: dict[int, float]
    notes: list[str]


def fit_steps(pipeline, X, names, *, is_auto):
    """Fit the reducer and the clusterer, and choose the number of clusters in between if `is_auto`.

    Raises
    ------
    InputError
        If the steps, `names` in words, cannot take X.
    """
    reducer, clusterer = pipeline.named_steps["reducer"], pipeline.named_steps["clusterer"]
    try:
        with progress() as bar:
            if "callbacks" in reducer.get_params():
                reducer.set_params(callbacks=[_Epochs(bar, reducer)])
            with _warnings_of_interest() as of_the_reducer:
                Z = pipeline[:-1].fit_transform(X)
            scores = _choose_number(clusterer, Z, bar) if is_auto else None
            bar.add_task(f"{type(clusterer).__name__} on {Z.shape[1]} components", total=None)
            with _warnings_of_interest() as of_the_clusterer:
                labels = clusterer.fit_predict(Z)
    except MemoryError:
        raise  # not the fault of the images
    except Exception as error:  # a step of another package may raise anything
        raise InputError(_refusal(error, names)) from error
    if "callbacks" in reducer.get_params():
        reducer.set_params(callbacks=None)
    notes = [*_notes("reducer", reducer, of_the_reducer), *_notes("clusterer", clusterer, of_the_clusterer)]
    if scores == {}:
        notes.append("Too few different images to choose a number of clusters; give it with --n-clusters.")
    return Fit(labels, Z, scores or {}, notes)


def _refusal(error, names):
    """Say in a line why the steps do not fit."""
    if isinstance(error, InvalidParameterError | ImportError | OSError):
        return str(error)  # it names a parameter, a package that is not installed, or a file that is missing
    reason = _reason(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
    return f"{names} cannot take these images: {' '.join(reason.split())}"


def _reason(error):
    """Return an error of a step in one line, with what to do on the command line."""
    if "ill-defined empirical covariance" in str(error):  # of scikit-learn's mixtures
        return (
            "some clusters are too small, or too flat, for a covariance of their own; add "
            "--set clusterer__reg_covar=0.001, or ask for fewer clusters or components"
        )
    return str(error).splitlines()[0]


def require_pymetis():
    """Raise InputError without the package that the choice of a number needs, before anything is fitted."""
    if find_spec("pymetis") is None:
        raise InputError(
            "the choice of a number of clusters needs the package pymetis; run: pip install pymetis, or give the "
            "number, such as --n-clusters 10"
        )


def _choose_number(clusterer, Z, bar):
    """Set the number of clusters, and return the scores of the numbers; None if the clusterer finds it itself."""
    parameter = n_clusters_parameter(clusterer)
    if parameter is None:
        return None
    bar.add_task("choosing the number of clusters", total=None)
    seed = clusterer.get_params().get("random_state", 0)
    number = choose_n_clusters(Z, random_state=seed)
    clusterer.set_params(**{parameter: number.n_clusters})
    return number.scores


def _notes(role, step, caught):
    """Return the warnings of a step in words for users, without repetition."""
    has_converged = getattr(step, "converged_", True)  # else the report says it
    notes = [str(w.message).splitlines()[0] for w in caught if has_converged or w.category is not ConvergenceWarning]
    max_iter = getattr(step, "max_iter_", getattr(step, "max_iter", None))  # the second one may be "auto"
    if hasattr(step, "loss_curve_") and not has_converged and max_iter is not None:
        notes.append(f"--set {role}__max_iter={2 * max_iter} trains the {role} for longer.")
    return list(dict.fromkeys(notes))


@contextmanager
def _warnings_of_interest():
    """Record warnings for users, without those for programmers, such as numpy's of divisions by 0."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for category in (DeprecationWarning, PendingDeprecationWarning, FutureWarning):
            warnings.simplefilter("ignore", category)
        warnings.filterwarnings("ignore", ".* encountered in ", RuntimeWarning)
        yield caught


class _Epochs:
    """A callback that moves the progress bar after each epoch of an estimator, or after each batch of features."""

    def __init__(self, bar, estimator):
        self._bar = bar
        self._estimator = estimator
        self._task = bar.add_task("training", total=None)

    def on_epoch_end(self, epoch, logs):
        total, text = getattr(self._estimator, "max_iter_", None), f"training, loss {logs['loss']:.5f}"
        self._bar.update(self._task, total=total, completed=epoch + 1, description=text)

    def on_images_end(self, n_done, n_images):
        self._bar.update(self._task, total=n_images, completed=n_done, description="features of images")
