"""A trial: fit what it chose, score it, and note what became of it."""

import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClusterMixin, clone
from sklearn.pipeline import Pipeline

from skfashion._utils.pipelines import clusters_of, set_seed
from skfashion.plugins import get_plugin
from skfashion.search._embeddings import Embeddings
from skfashion.search._notes import pack_labels
from skfashion.search._space import KINDS, suggest_pipeline

MOST_COMPARED = 5000  # rows that all trials have in common: they are scored on these, and compared by them


@dataclass(kw_only=True, eq=False)
class TrialRunner:
    """What Optuna calls with a trial. It is sent to other processes as it is, without the embeddings.

    Rows are left out where a plugin or the search takes no more: the first so many of one random order, so that
    all trials have the same rows in common.
    """

    X: np.ndarray
    y: np.ndarray | None
    names: dict[str, Sequence[str]]  # of reducers and clusterers to choose from
    options: dict[str, Any]  # of `suggest_pipeline`
    scorers: dict[str, Any]
    cv: Any
    max_samples: int | None
    seeds: Sequence[int]  # of the restarts
    embeddings: Embeddings = field(default_factory=Embeddings)

    def __call__(self, trial):
        start = time.perf_counter()
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                means = self._means(trial)
        except Exception as error:  # of a plugin, a scorer, or too little memory: the search goes on
            reason = f"{type(error).__name__}: {_first_line(error)}"
            trial.set_user_attr("error", reason)
            raise RuntimeError(reason) from error  # whatever it was: some errors have a meaning for Optuna
        if "warnings" not in trial.user_attrs:  # of an earlier trial that was the same
            trial.set_user_attr("warnings", list(dict.fromkeys(_first_line(w.message) for w in caught)))
        trial.set_user_attr("seeds", list(self.seeds))
        trial.set_user_attr("seconds", time.perf_counter() - start)
        return means

    def _means(self, trial):
        """Each scorer's mean over the restarts; those of an earlier trial that chose the same."""
        pipeline = self.suggest(trial)
        if (same := self._done_before(trial)) is not None:
            for name in same.user_attrs.keys() - {"attempt", "instead_of"}:
                trial.set_user_attr(name, same.user_attrs[name])
            return same.values
        scores = [self._scores(pipeline, seed, trial) for seed in self.seeds]  # (n_restarts, n_scores)
        return _finite_means(scores, self.scorers)

    def suggest(self, trial):
        """The pipeline that a trial chooses, unfitted."""
        return suggest_pipeline(trial, self.names["reducer"], self.names["clusterer"], **self.options)

    def seeded(self, pipeline, seed):
        """The pipeline, its steps' `random_state` set where it is not fixed."""
        return set_seed(pipeline, seed, fixed=self.options["fixed_params"] or ())

    def rows_for(self, params, *, at_most=None):
        """The rows, in their order, that a trial's pipeline is fitted to."""
        return self._first_rows(min(self._limit(kind, params[kind]) for kind in KINDS), at_most)

    def _done_before(self, trial):
        """An earlier trial that chose the same."""
        finished = [t for t in trial.study.get_trials(deepcopy=False) if t.state.name == "COMPLETE"]
        params, seeds = trial.params, list(self.seeds)
        return next((t for t in finished if t.params == params and t.user_attrs.get("seeds") == seeds), None)

    def _scores(self, pipeline, seed, trial):
        """Each scorer's score of one fit."""
        pipeline, rows = self.seeded(clone(pipeline), seed), self.rows_for(trial.params, at_most=self.max_samples)
        trial.set_user_attr("n_samples", len(rows))
        if self.cv is not None:
            return self._scores_of_held_out(pipeline, rows, trial.params)
        steps, Z = self.embeddings.fit_transform(pipeline[:-1], self.X, rows)
        _check_width(Z, trial.params)
        clusterer = pipeline[-1]
        labels = np.asarray(clusterer.fit_predict(Z))
        places = np.searchsorted(rows, self.common_rows)
        labels, Z = labels[places], Z[places]
        if seed == self.seeds[0]:
            trial.set_user_attr("labels", pack_labels(labels))
            trial.set_user_attr("n_clusters", len(clusters_of(labels)))
        return [self._score(scorer, labels, Z, steps, clusterer) for scorer in self.scorers.values()]

    def _score(self, scorer, labels, Z, steps, clusterer):
        X, y = self.X[self.common_rows], None if self.y is None else self.y[self.common_rows]
        if hasattr(scorer, "score_clusters"):
            return scorer.score_clusters(labels, X=X, Z=Z, y=y, clusterer=clusterer)
        last = clusterer if hasattr(clusterer, "predict") else _KnownClusters(labels)
        return scorer(Pipeline([*steps.steps, ("clusterer", last)]), X, y)

    def _scores_of_held_out(self, pipeline, rows, params):
        """Means over the splits of X.

        A split's training rows are fitted as far as the trial takes them, its other rows scored as far as all trials
        have them in common.
        """
        scores = []
        for train, test in self.cv.split(self.X, self.y):
            train, test = np.intersect1d(train, rows), np.intersect1d(test, self.common_rows)
            if not (len(train) and len(test)):
                raise ValueError("a split of cv has no row left to fit to, or none to score; raise max_samples.")
            steps, clusterer = clone(pipeline[:-1]), clone(pipeline[-1])
            Z = steps.fit_transform(self.X[train])
            _check_width(Z, params)
            fitted = Pipeline([*steps.steps, ("clusterer", clusterer.fit(Z))])
            y = None if self.y is None else self.y[test]
            scores.append([scorer(fitted, self.X[test], y) for scorer in self.scorers.values()])
        return np.mean(scores, axis=0)

    @cached_property
    def common_rows(self):
        """The rows that every trial has been fitted to, or some of them."""
        limits = [self._limit(kind, name) for kind in KINDS for name in self.names[kind]]
        return self._first_rows(min([MOST_COMPARED, *limits]), self.max_samples)

    def _limit(self, kind, name):
        limit = get_plugin(kind, name).max_samples
        return len(self.X) if limit is None else limit

    def _first_rows(self, n_rows, at_most):
        n_rows = min(n_rows, len(self.X), len(self.X) if at_most is None else at_most)
        return np.sort(self._order[:n_rows])

    @cached_property
    def _order(self):
        return np.random.default_rng(0).permutation(len(self.X))  # the same in all processes that share a study


def _check_width(Z, params):
    """Refuse more features than the clusterer takes in a reasonable time."""
    most = get_plugin("clusterer", params["clusterer"]).max_features
    if most is not None and Z.shape[1] > most:
        raise ValueError(
            f"{params['clusterer']} is given at most {most} features, and {params['reducer']} makes {Z.shape[1]}"
        )


class _KnownClusters(ClusterMixin, BaseEstimator):
    """Answers for the rows that were clustered, in the place of a clusterer that has no `predict`."""

    def __init__(self, labels):
        self.labels = labels

    def fit(self, X, y=None):
        return self

    def predict(self, X):
        return self.labels

    def __sklearn_is_fitted__(self):
        return True


def _finite_means(scores, scorers):
    means = [float(mean) for mean in np.mean(scores, axis=0)]
    for name, mean in zip(scorers, means, strict=True):
        if not np.isfinite(mean):
            raise ValueError(f"the score {name} is {mean}")
    return means


def _first_line(message):
    return next(iter(str(message).splitlines()), "")
