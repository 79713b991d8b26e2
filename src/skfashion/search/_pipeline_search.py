"""The search as an estimator."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from numbers import Integral, Real
from typing import Any, ClassVar

import joblib
import numpy as np
from sklearn.model_selection import check_cv
from sklearn.utils import check_consistent_length, check_random_state
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions

from skfashion._utils.checks import ON_TRIAL_END, check_methods
from skfashion._utils.fitting import all_or_nothing
from skfashion._utils.missing import labels_or_none
from skfashion._utils.pipelines import IMAGE_SHAPE
from skfashion._utils.validation import N_JOBS, validate_params
from skfashion.plugins.registry import MIN_IMAGES
from skfashion.search._found import FoundPipeline, validated
from skfashion.search._n_clusters import number_of_clusters
from skfashion.search._record import TrialRecord
from skfashion.search._results import DEFAULT_MARGIN, best_trial, partitions_of, resolve_refit, results_of
from skfashion.search._scoring import are_images, check_labels, default_scorers, scorers_of
from skfashion.search._space import check_fixed_params, names_of

STUDY_NAME = "skfashion-search"
ATTRIBUTES_OF_TRIALS = ("study_", "results_", "scorers_", "compared_indices_", "partitions_")
ATTRIBUTES_OF_NUMBER = ("n_clusters_", "n_clusters_scores_")
ATTRIBUTES_OF_BEST = ("labels_", "indices_", "best_estimator_", "best_params_", "best_index_", "best_score_")


@dataclass(eq=False, repr=False)
class PipelineSearch(FoundPipeline):
    """Search for a good pipeline of a reducer and a clusterer, over all combinations and their parameters.

    Each trial draws a pipeline from the spaces of the plugins, fits it, and scores it on rows that all trials have in
    common, at most 5,000. Trials of the same reducer with the same parameters share its embedding. A trial that fails
    is recorded with its reason, and the search continues.

    Parameters
    ----------
    reducers, clusterers : "all" or sequence of str, default="all"
        Registered names to choose from; "all" are all that can be used here. See ``skfashion list``.
    n_clusters : int or "auto"
        Number of clusters, for clusterers that take one. "auto" chooses it without labels, before the first trial, by
        `choose_n_clusters` on the rows that trials are compared by: on the gradients of images, on other rows as they
        are scaled.
    scoring : str, callable, sequence, dict or None, default=None
        One or several scores, by name or as functions ``(estimator, X, y)``; several make a multi-objective study.
        Label-free: modularity, silhouette, calinski_harabasz, davies_bouldin (each also with "_input": in the images
        themselves instead of the embedding), modularity_gradients and stability. None is modularity_gradients for
        images: rows of the shape in `fixed_params`, or of at least 64 values that are a square. For other rows it is
        modularity_input. Using labels: hungarian_accuracy, purity, the scores of scikit-learn, and functions that do
        not say that they need no labels. These are marked in `results_`.
    cv : int, cross-validation generator, iterable or None, default=None
        None fits and scores on the same rows, as usual for clusterings. A splitter of X scores on held-out rows.
    max_samples : int or None, default=None
        Number of rows that a trial is fitted to; None takes all, or as many as the plugins take.
    scale : {"minmax", "standard", "range", "bytes"} or None, default="minmax"
        First step, as in `pipeline_from_names`.
    fixed_params : dict or None, default=None
        Parameters as for ``Pipeline.set_params``, such as ``{"reducer__image_shape": (28, 28)}``. They hold in every
        pipeline that has them, and are not searched.
    n_trials : int, default=50
        Total number of trials of the study. Trials that are already in the storage count, and those of all workers.
    n_restarts : int, default=1
        Number of fits of each trial, with different seeds; its score is their mean.
    timeout : float or None, default=None
        Time in seconds after which no new trial starts.
    storage : str, path, Optuna storage or None, default=None
        Place of the study: a file (a journal), the URL of a database, or None for memory. Any number of processes and
        hosts may work on one study. After an interrupt, the same search continues.
    study_name : str or None, default=None
        The study's name in the storage; None is "skfashion-search".
    sampler : Optuna sampler or None, default=None
        None is a tree-structured Parzen estimator.
    n_jobs : int or None, default=None
        Processes, by joblib's current backend.
    refit : bool, str or callable, default=True
        The trial that `best_estimator_` is made of. True: the best by the only score. With the default score, however,
        the default of ``skfashion cluster`` stays, unless the best is better by more than 0.1. A name: the best by this
        score; or "agreement": the one with the highest mean agreement with the clusters of all others. A function takes
        `results_` and returns a position in it. False fits no `best_estimator_`.
    callbacks : sequence of callables or None, default=None
        Called with Optuna's study and trial after each trial.
    random_state : int, RandomState instance or None, default=None
        Source of the seeds of the sampler and of the pipelines, except those in `fixed_params`. An integer gives the
        same search each time, unless the search has a `storage` or several processes. The rows that are left out do not
        depend on it.
    verbose : int, default=0
        1 prints a line for each trial.

    Attributes
    ----------
    best_estimator_ : Pipeline
        The best pipeline, fitted to X or to as many of its rows as its plugins take.
    best_params_ : dict
        The names and parameters that its trial drew.
    best_score_ : float
        The score that it was chosen for; None if a function chose it.
    best_index_ : int
        Its position in `results_`.
    labels_ : ndarray of shape (n_fitted,)
        The cluster of each row that `best_estimator_` was fitted to.
    indices_ : ndarray of shape (n_fitted,)
        The positions of these rows in X: all rows, unless its plugins take fewer.
    results_ : dict of str to ndarray of shape (n_trials,)
        trial, state, reducer, clusterer, a column for each score (``score_...``; ``..._using_labels`` if it does),
        agreement, is_default (the pipeline that the search began with), n_clusters (found), n_samples, seconds, params,
        warnings, error. `pandas.DataFrame` takes it.
    partitions_ : ndarray of shape (n_complete, n_compared)
        The clusters of the rows that all trials have in common, as small integers, for each complete trial of
        `results_`. None if there is a `cv`.
    n_clusters_ : int
        Number of clusters that clusterers were asked for.
    n_clusters_scores_ : dict of int to float
        Score of each number of clusters that was tried; empty if the number was given.
    compared_indices_ : ndarray of shape (n_compared,)
        The positions of these rows in X.
    study_ : optuna.study.Study
        The study.
    scorers_ : dict of str to callable
        The scorers.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
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
    n_clusters: int | str
    scoring: str | Sequence[str] | Mapping[str, Any] | Callable | None = None
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
        "n_clusters": [Interval(Integral, 1, None, closed="left"), StrOptions({"auto"})],
        "scoring": [str, "array-like", dict, callable, None],
        "cv": ["cv_object"],
        "max_samples": [Interval(Integral, 2, None, closed="left"), None],
        "scale": [StrOptions({"minmax", "standard", "range", "bytes"}), None],
        "fixed_params": [dict, None],
        "n_trials": [Interval(Integral, 1, None, closed="left")],
        "n_restarts": [Interval(Integral, 1, None, closed="left")],
        "timeout": [Interval(Real, 0, None, closed="neither"), None],
        "storage": [str, os.PathLike, HasMethods("create_new_study"), None],
        "study_name": [str, None],
        "sampler": [HasMethods("sample_independent"), None],
        "n_jobs": N_JOBS,
        "refit": ["boolean", str, callable],
        "callbacks": ["array-like", None],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    def fit(self, X, y=None):
        """Search, and fit the best pipeline to X.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Images. float32, float64 and uint8 are kept as they are.
        y : array-like of shape (n_samples,), default=None
            Classes, for scores that use labels and for nothing else. Rows without a class (None, NaN, pandas' NA,
            polars' null) do not count in "hungarian_accuracy" and "purity"; other scores that use labels refuse them.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter is invalid, if the study in the storage belongs to another search, or if no trial could be
            scored; the message has the reasons of the trials.
        KeyboardInterrupt
            On Ctrl-C. `study_` and `results_` have the finished trials. With a `storage`, another `fit` continues.

        Notes
        -----
        An error before the first trial changes nothing. After a later one, `study_` and `results_` have the trials.
        """
        runner = self._prepare(X, y)
        self._search(runner)
        if self.refit:
            self._refit(runner)
        return self

    @all_or_nothing
    def _prepare(self, X, y):
        """Check the parameters and the data, choose the number of clusters, and forget an earlier fit."""
        validate_params(self)
        check_methods("callbacks", self.callbacks, ON_TRIAL_END)
        scorers = None if self.scoring is None else scorers_of(self.scoring)
        X = validated(self, X, reset=True)
        if scorers is None:
            scorers = default_scorers(X.shape[1], self._image_shape)
        resolve_refit(self.refit, scorers, self.cv)
        check_labels(scorers, y)
        if y is not None:
            check_consistent_length(X, y)
        runner = self._runner(X, None if y is None else labels_or_none(y, "y"), scorers)
        check_fixed_params(self.fixed_params, runner.names, self.scale)
        rows = runner.X[runner.common_rows]
        number = number_of_clusters(rows, self.n_clusters, image_shape=self._image_shape, scale=self.scale)
        self._forget()
        self.n_clusters_, self.n_clusters_scores_ = number
        return replace(runner, options=runner.options | {"n_clusters": number.n_clusters})

    @property
    def _image_shape(self):
        return (self.fixed_params or {}).get(f"reducer__{IMAGE_SHAPE}")

    def _runner(self, X, y, scorers):
        from skfashion.search._runner import TrialRunner

        self._seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        return TrialRunner(
            X=X,
            y=y,
            names=names_of(self.reducers, self.clusterers),
            options={"n_clusters": self.n_clusters, "scale": self.scale, "fixed_params": self.fixed_params},
            scorers=scorers,
            cv=None if self.cv is None else check_cv(self.cv),
            max_samples=self.max_samples,
            seeds=np.random.SeedSequence(self._seed).generate_state(self.n_restarts).tolist(),
        )

    def _forget(self):
        """Drop the attributes of an earlier fit, since this one may be interrupted."""
        for name in (*ATTRIBUTES_OF_NUMBER, *ATTRIBUTES_OF_TRIALS, *ATTRIBUTES_OF_BEST):
            self.__dict__.pop(name, None)

    def _search(self, runner):
        """Run the trials, and set `study_` and `results_` even after an interrupt."""
        from skfashion.search import _study
        from skfashion.search._workers import Progress, run_trials

        callbacks = check_methods("callbacks", self.callbacks, ON_TRIAL_END)
        n_workers = joblib.effective_n_jobs(self.n_jobs)
        with _study.shared_storage(self.storage, n_workers) as storage:
            self.study_ = _study.open_study(storage, self.study_name or STUDY_NAME, len(runner.scorers))
            description = None if self.storage is None else _study.description_of(runner)
            if description is not None:
                _study.describe(self.study_, description)
            if len(runner.X) >= MIN_IMAGES and are_images(runner.X.shape[1], self._image_shape):
                _study.enqueue_default(self.study_, runner.names)
            try:
                run_trials(
                    self.study_,
                    storage,
                    runner,
                    n_workers,
                    sampler=self.sampler,
                    seed=self._seed if self.storage is None else None,
                    timeout=self.timeout,
                    n_trials=self.n_trials,
                    callbacks=callbacks + ([Progress(self.n_trials)] if self.verbose else []),
                )
            finally:
                if self.storage is None and n_workers > 1:
                    self.study_ = _study.in_memory(self.study_)
                trials = self.study_.get_trials(deepcopy=False)
                self.results_ = results_of(trials, runner.scorers)
                self.scorers_ = runner.scorers
                self.compared_indices_ = runner.common_rows
                self.partitions_ = None if self.cv is not None else partitions_of(trials)
            if description is not None:
                _study.describe(self.study_, description)  # another search may have started at the same moment

    def _refit(self, runner):
        from optuna.trial import FixedTrial

        refit = resolve_refit(self.refit, self.scorers_, self.cv)
        margin = DEFAULT_MARGIN if self.scoring is None and not isinstance(self.refit, str) else 0.0
        place, score = best_trial(self.results_, refit, self.scorers_, margin)
        (trial,) = (t for t in self.study_.get_trials(deepcopy=False) if t.number == self.results_["trial"][place])
        record = TrialRecord.from_trial(trial)
        seed, *_ = record.seeds or runner.seeds
        pipeline = runner.seeded(runner.suggest(FixedTrial(trial.params)), seed)
        rows = runner.rows_for(record)
        self.labels_ = pipeline.fit_predict(runner.X if len(rows) == len(runner.X) else runner.X[rows])
        self.indices_, self.best_estimator_, self.best_params_ = rows, pipeline, {**record.names, **record.params}
        self.best_index_, self.best_score_ = place, score
