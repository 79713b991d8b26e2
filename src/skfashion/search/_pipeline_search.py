"""The search as an estimator."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from typing import Any, ClassVar

import joblib
import numpy as np
from sklearn.base import BaseEstimator, MetaEstimatorMixin
from sklearn.model_selection import check_cv
from sklearn.utils import check_consistent_length, check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted, validate_data

from skfashion.search._choice import check_refit, pick
from skfashion.search._progress import Progress
from skfashion.search._scoring import scorers_of, uses_labels
from skfashion.search._space import names_of

STUDY_NAME = "skfashion-search"


def _can_predict(search):
    """Nothing is known against it before `fit`."""
    return not hasattr(search, "best_estimator_") or hasattr(search.best_estimator_, "predict")


def _can_transform(search):
    """It is not known before `fit`."""
    return hasattr(search, "best_estimator_") and hasattr(search.best_estimator_, "transform")


@dataclass(eq=False, repr=False)
class PipelineSearch(MetaEstimatorMixin, BaseEstimator):
    """Search for a good pipeline of a reducer and a clusterer, over all combinations and their parameters.

    Each trial draws a pipeline from the spaces that plugins declare, fits it, and scores it on rows that all trials
    have in common: at most 5,000. Trials of the same reducer with the same parameters share its embedding. A trial that
    fails is recorded with its reason, and the search goes on.

    Parameters
    ----------
    reducers, clusterers : "all" or sequence of str, default="all"
        Registered names to choose from; "all" are those that can be used here. See ``skfashion list``.
    n_clusters : int
        Number of clusters, for clusterers that take one.
    scoring : str, callable, sequence or dict, default="silhouette_input"
        One or several scores, by name or as functions ``(estimator, X, y)``; several make a multi-objective study.
        Label-free: silhouette, calinski_harabasz, davies_bouldin (each also with "_input": in the images themselves
        instead of the embedding) and stability. Scores that use labels, hungarian_accuracy, purity and those of
        scikit-learn, must be asked for by name; so must whatever does not say that it needs none, and all of these
        are marked in `results_`.
    cv : int, cross-validation generator, iterable or None, default=None
        None: fitted and scored on the same rows, as clusterings are. A splitter: scored on held-out rows.
    max_samples : int or None, default=None
        Rows that a trial is fitted to; None takes all, or as many as the plugins take.
    scale : {"minmax", "standard", "bytes"} or None, default="minmax"
        First step, as in `pipeline_from_names`.
    fixed_params : dict or None, default=None
        Parameters as for ``Pipeline.set_params`` that hold in every pipeline that has them, such as
        ``{"reducer__image_shape": (28, 28)}``.
    n_trials : int, default=50
        Trials of the study in all: those that are in the storage already, and those of all its workers, count.
    n_restarts : int, default=1
        Fits of each trial, with different seeds; its score is their mean.
    timeout : float or None, default=None
        Seconds after which no new trial begins.
    storage : str, path, Optuna storage or None, default=None
        Where the study is kept: a file (a journal), the URL of a database, or None for memory. Any number of processes
        and hosts may work on one study; an interrupted search goes on where it was.
    study_name : str or None, default=None
        The study's name in the storage; None is "skfashion-search".
    sampler : Optuna sampler or None, default=None
        None is a tree-structured Parzen estimator.
    n_jobs : int or None, default=None
        Processes, by joblib's current backend.
    refit : bool, str or callable, default=True
        Which trial `best_estimator_` is fitted anew from: the best (True) of a single score; the best by the score of
        that name; "agreement", the one whose clusters agree most with the other trials'; or a function from `results_`
        to a place in it. False: none is.
    callbacks : sequence of callables or None, default=None
        Called with Optuna's study and trial after each trial.
    random_state : int, RandomState instance or None, default=None
        Source of the pipelines' seeds and the sampler's: an integer gives the same search each time, unless it is kept
        in a `storage` or has several processes. Which rows are left out does not depend on it.
    verbose : int, default=0
        1 prints a line for each trial.

    Attributes
    ----------
    best_estimator_ : Pipeline
        Fitted to X, or to as many of its rows as its plugins take.
    best_params_ : dict
        What its trial chose.
    best_score_ : float
        The score that it was chosen for; None if a function chose it.
    best_index_ : int
        Its place in `results_`.
    labels_ : ndarray of shape (n_fitted,)
        The cluster of each row that `best_estimator_` was fitted to.
    indices_ : ndarray of shape (n_fitted,)
        The places of these rows in X: all of them, unless its plugins take no more.
    results_ : dict of str to ndarray of shape (n_trials,)
        trial, state, reducer, clusterer, a column for each score ("score_..."; "..._using_labels" if it does),
        agreement, n_clusters (found), n_samples, seconds, params, error. `pandas.DataFrame` takes it.
    partitions_ : ndarray of shape (n_complete, n_compared)
        The clusters of the rows that all trials have in common, a line for each complete trial of `results_`, with the
        clusters' names as small integers. None if there is a `cv`.
    compared_indices_ : ndarray of shape (n_compared,)
        The places of these rows in X.
    study_ : optuna.study.Study
        The study.
    scorers_ : dict of str to callable
        The scorers.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, if X had string names.

    Examples
    --------
    >>> from skfashion import PipelineSearch, load_fashion_mnist_sample
    >>> X, _ = load_fashion_mnist_sample(return_X_y=True)
    >>> search = PipelineSearch(["pca", "nmf"], ["kmeans", "gmm"], n_clusters=10, n_trials=3, random_state=0)
    >>> len(set(search.fit(X[:500]).labels_.tolist()))
    10
    """

    reducers: str | Sequence[str] = "all"
    clusterers: str | Sequence[str] = "all"
    _: KW_ONLY
    n_clusters: int
    scoring: str | Sequence[str] | Mapping[str, Any] | Callable = "silhouette_input"
    cv: Any = None
    max_samples: int | None = None
    scale: str | None = "minmax"
    fixed_params: Mapping[str, Any] | None = None
    n_trials: int = 50
    n_restarts: int = 1
    timeout: float | None = None
    storage: Any = None
    study_name: str | None = None
    sampler: Any = None
    n_jobs: int | None = None
    refit: bool | str | Callable = True
    callbacks: Sequence[Callable] | None = None
    random_state: int | np.random.RandomState | None = None
    verbose: int = 0

    _parameter_constraints: ClassVar[dict] = {
        "reducers": [str, "array-like"],
        "clusterers": [str, "array-like"],
        "n_clusters": [Interval(Integral, 1, None, closed="left")],
        "scoring": [str, "array-like", dict, callable],
        "cv": ["cv_object"],
        "max_samples": [Interval(Integral, 2, None, closed="left"), None],
        "scale": [StrOptions({"minmax", "standard", "bytes"}), None],
        "fixed_params": [dict, None],
        "n_trials": [Interval(Integral, 1, None, closed="left")],
        "n_restarts": [Interval(Integral, 1, None, closed="left")],
        "timeout": [Interval(Real, 0, None, closed="neither"), None],
        "study_name": [str, None],
        "n_jobs": [Integral, None],
        "refit": ["boolean", str, callable],
        "callbacks": ["array-like", None],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    def fit(self, X, y=None):
        """Search, and fit the pipeline that is chosen to X.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Images. float32, float64 and uint8 are kept as they are.
        y : array-like of shape (n_samples,), default=None
            Classes, for scores that use labels and for nothing else.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter is out of its range, if the study in the storage is about something else, or if no trial
            could be scored; the message has the trials' own reasons.
        KeyboardInterrupt
            On Ctrl-C. `study_` and `results_` have the trials that were over; with a `storage`, another `fit` goes on
            from there.
        """
        self._validate_params()
        scorers = scorers_of(self.scoring)
        check_refit(self.refit, scorers, self.cv)
        self._check_labels(scorers, y)
        X = self._validated(X, reset=True)
        if y is not None:
            check_consistent_length(X, y)
        runner = self._runner(X, None if y is None else np.asarray(y), scorers)
        self._search(runner)
        if self.refit:
            self._refit(runner)
        return self

    def _runner(self, X, y, scorers):
        from skfashion.search._runner import TrialRunner

        self._seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        return TrialRunner(
            X=X,
            y=y,
            names={"reducer": names_of("reducer", self.reducers), "clusterer": names_of("clusterer", self.clusterers)},
            options={"n_clusters": self.n_clusters, "scale": self.scale, "fixed_params": self.fixed_params},
            scorers=scorers,
            cv=None if self.cv is None else check_cv(self.cv),
            max_samples=self.max_samples,
            seeds=np.random.SeedSequence(self._seed).generate_state(self.n_restarts).tolist(),
        )

    def _search(self, runner):
        """Run the trials; `study_` and `results_` are there even if it is interrupted."""
        from skfashion.search import _study
        from skfashion.search._results import partitions_of, results_of

        n_workers = joblib.effective_n_jobs(self.n_jobs)
        is_shared = self.storage is not None or n_workers > 1
        with _study.shared_storage(self.storage, n_workers) if is_shared else nullcontext() as storage:
            name = self.study_name or STUDY_NAME
            self.study_ = _study.open_study(storage, name, len(runner.scorers))
            if self.storage is not None:
                _study.describe(self.study_, self._description(runner))
            try:
                self._run_trials(runner, storage, name, n_workers)
            finally:
                if is_shared and self.storage is None:
                    self.study_ = _study.in_memory(self.study_)
                self.results_ = results_of(self.study_, runner.scorers)
                self.scorers_ = runner.scorers
                self.compared_indices_ = runner.common_rows
                self.partitions_ = None if self.cv is not None else partitions_of(self.study_)

    def _run_trials(self, runner, storage, name, n_workers):
        from skfashion.search import _study

        callbacks = [*(self.callbacks or ()), *([Progress(self.n_trials)] if self.verbose else [])]
        deadline = None if self.timeout is None else time.time() + self.timeout
        limits = {"n_trials": self.n_trials, "deadline": deadline, "callbacks": callbacks}
        seeds = _study.worker_seeds(self._seed, n_workers, self.storage)
        samplers = _study.samplers(self.sampler, seeds)
        if n_workers > 1:
            _study.work_together(storage, name, runner, samplers, **limits)
        else:
            self.study_.sampler = samplers[0]
            _study.work(self.study_, runner, **limits)

    def _description(self, runner):
        """What must be the same in all that work on one study."""
        return {
            "reducers": list(runner.names["reducer"]),
            "clusterers": list(runner.names["clusterer"]),
            "n_clusters": int(self.n_clusters),
            "scoring": list(runner.scorers),
            "cv": repr(self.cv),
            "max_samples": self.max_samples,
            "scale": self.scale,
            "fixed_params": repr(self.fixed_params),
            "n_restarts": self.n_restarts,
            "data": joblib.hash(runner.X),
        }

    def _check_labels(self, scorers, y):
        missing = [name for name, scorer in scorers.items() if isinstance(self.scoring, str) and uses_labels(scorer)]
        if missing and y is None:
            raise ValueError(f"scoring={missing[0]!r} compares with labels; pass y, or choose a label-free score.")

    def _refit(self, runner):
        from optuna.trial import FixedTrial

        from skfashion.search._runner import seeded

        place, score = pick(self.results_, self.refit, self.scorers_)
        (trial,) = (t for t in self.study_.get_trials(deepcopy=False) if t.number == self.results_["trial"][place])
        pipeline = seeded(runner.suggest(FixedTrial(trial.params)), trial.user_attrs["seeds"][0])
        rows = runner.rows_for(trial.params)
        self.labels_ = pipeline.fit_predict(runner.X if len(rows) == len(runner.X) else runner.X[rows])
        self.indices_, self.best_estimator_, self.best_params_ = rows, pipeline, dict(trial.params)
        self.best_index_, self.best_score_ = place, score

    # Using what was found

    @available_if(_can_predict)
    def predict(self, X):
        """Call `predict` of the pipeline that was found.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Images.

        Returns
        -------
        ndarray of shape (n_samples,)
            The cluster of each.
        """
        check_is_fitted(self, "best_estimator_")
        return self.best_estimator_.predict(self._validated(X, reset=False))

    @available_if(_can_transform)
    def transform(self, X):
        """Call `transform` of the pipeline that was found.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Images.

        Returns
        -------
        ndarray of shape (n_samples, n_outputs)
            What its clusterer makes of the embedding: distances from the centres, for k-means.
        """
        check_is_fitted(self, "best_estimator_")
        return self.best_estimator_.transform(self._validated(X, reset=False))

    def score(self, X, y=None):
        """Score the pipeline that was found on X, by the score that it was chosen for, or else the first.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Images.
        y : array-like of shape (n_samples,), default=None
            Classes, if the score uses labels.

        Returns
        -------
        float
            Higher is better.
        """
        check_is_fitted(self, "best_estimator_")
        name = self.refit if self.refit in self.scorers_ else next(iter(self.scorers_))
        return self.scorers_[name](self.best_estimator_, self._validated(X, reset=False), y)

    def _validated(self, X, *, reset):
        return validate_data(self, X, reset=reset, dtype=(np.float64, np.float32, np.uint8), order="C")

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.estimator_type = "clusterer"
        return tags
