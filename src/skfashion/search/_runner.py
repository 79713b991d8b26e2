"""The work of a trial: fit the pipeline that it draws, score it, and record the outcome."""

import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClusterMixin, clone
from sklearn.pipeline import Pipeline

from skfashion._utils.pipelines import set_seed
from skfashion.plugins import get_plugin
from skfashion.search._embeddings import Embeddings
from skfashion.search._record import TrialRecord
from skfashion.search._space import suggest_pipeline

MAX_COMMON_ROWS = 5000  # that all trials are fitted to, scored on and compared by


@dataclass(kw_only=True, eq=False)
class TrialRunner:
    """Objective of a study: Optuna calls it with each trial. Other processes get a copy without the embeddings.

    A trial takes the first rows of one random order, as many as its plugins and the search allow. So all trials have
    the same rows in common.
    """

    X: np.ndarray
    y: np.ndarray | None
    names: dict[str, list[str]]  # reducers and clusterers to choose from
    options: dict[str, Any]  # for `suggest_pipeline`
    scorers: dict[str, Any]
    cv: Any
    max_samples: int | None
    seeds: Sequence[int]  # one for each restart
    embeddings: Embeddings = field(default_factory=Embeddings)

    def __call__(self, trial):
        """Return a score by each scorer, and note in the trial what else is known of it."""
        start, record = time.perf_counter(), TrialRecord()
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                scores = self._mean_scores(trial, record)
            if record.warnings is None:  # else those of an equal trial
                record.warnings = list(dict.fromkeys(_first_line(w.message) for w in caught))
            record.seeds, record.seconds = list(self.seeds), time.perf_counter() - start
            return scores
        except Exception as error:  # of a plugin, a scorer, or too little memory: the search goes on
            record.error = f"{type(error).__name__}: {_first_line(error)}"
            raise RuntimeError(record.error) from error  # some other types have a meaning for Optuna
        finally:
            record.add_to(trial)

    def _mean_scores(self, trial, record):
        """Return the mean of each scorer over the restarts, or the scores of an earlier trial with the same draws."""
        pipeline = self.suggest(trial)
        if (equal := self._equal_trial(trial)) is not None:
            record.copy_notes(equal)
            return equal.scores
        record.params = trial.params
        rows = self.rows_for(record, at_most=self.max_samples)
        record.n_samples = len(rows)
        fits = [self.seeded(clone(pipeline), seed) for seed in self.seeds]
        if self.cv is None:
            scores = [self._scores(fit, rows, record) for fit in fits]  # (n_restarts, n_scores)
        else:
            scores = [self._scores_of_held_out(fit, rows, record) for fit in fits]
        return _finite_means(scores, self.scorers)

    def suggest(self, trial):
        """Return the unfitted pipeline that a trial draws."""
        n_rows = min(len(self.X), self.max_samples or len(self.X))
        most = min(n_rows if self.cv is None else max(1, n_rows // 2), self.X.shape[1])
        names = self.names["reducer"], self.names["clusterer"]
        return suggest_pipeline(trial, *names, **self.options, max_components=most)

    def seeded(self, pipeline, seed):
        """Set each `random_state` of the pipeline that is not fixed."""
        return set_seed(pipeline, seed, fixed=self.options["fixed_params"] or ())

    def rows_for(self, record, *, at_most=None):
        """Return the positions of the rows that the pipeline of a trial is fitted to, in ascending order."""
        return self._first_rows(min(self._limit(kind, name) for kind, name in record.names.items()), at_most)

    def _equal_trial(self, trial):
        """Return the record of an earlier trial with the same draws and seeds, or None."""
        records = map(TrialRecord.from_trial, trial.study.get_trials(deepcopy=False))
        params, seeds = trial.params, list(self.seeds)
        return next((r for r in records if r.is_scored and r.params == params and r.seeds == seeds), None)

    def _scores(self, pipeline, rows, record):
        """Fit a pipeline to rows, and score the clusters of the common rows."""
        steps, Z = self.embeddings.fit_transform(pipeline[:-1], self.X, rows)
        _check_width(Z, record)
        clusterer = pipeline[-1]
        labels = np.asarray(clusterer.fit_predict(Z))
        places = np.searchsorted(rows, self.common_rows)
        labels, Z = labels[places], Z[places]
        if record.labels is None:  # those of the first restart are kept
            record.partition = labels
        return [self._score(scorer, labels, Z, steps, clusterer) for scorer in self.scorers.values()]

    def _score(self, scorer, labels, Z, steps, clusterer):
        X, y = self.X[self.common_rows], None if self.y is None else self.y[self.common_rows]
        if hasattr(scorer, "score_clusters"):
            return scorer.score_clusters(labels, X=X, Z=Z, y=y, clusterer=clusterer)
        last = clusterer if hasattr(clusterer, "predict") else _KnownClusters(labels)
        return scorer(Pipeline([*steps.steps, ("clusterer", last)]), X, y)

    def _scores_of_held_out(self, pipeline, rows, record):
        """Return the mean scores over the splits of X.

        Of the training rows of a split, the trial takes its own; of the other rows, it scores the common ones.
        """
        scores = []
        for train, test in self.cv.split(self.X, self.y):
            train, test = np.intersect1d(train, rows), np.intersect1d(test, self.common_rows)
            if not (len(train) and len(test)):
                raise ValueError("a split of cv has no row left to fit to, or none to score; raise max_samples.")
            steps, clusterer = clone(pipeline[:-1]), clone(pipeline[-1])
            Z = steps.fit_transform(self.X[train])
            _check_width(Z, record)
            fitted = Pipeline([*steps.steps, ("clusterer", clusterer.fit(Z))])
            y = None if self.y is None else self.y[test]
            scores.append([scorer(fitted, self.X[test], y) for scorer in self.scorers.values()])
        return np.mean(scores, axis=0)

    @cached_property
    def common_rows(self):
        """Positions of rows that every trial is fitted to, in ascending order."""
        limits = [self._limit(kind, name) for kind, names in self.names.items() for name in names]
        return self._first_rows(min([MAX_COMMON_ROWS, *limits]), self.max_samples)

    def _limit(self, kind, name):
        limit = get_plugin(kind, name).max_samples
        return len(self.X) if limit is None else limit

    def _first_rows(self, n_rows, at_most):
        n_rows = min(n_rows, len(self.X), len(self.X) if at_most is None else at_most)
        return np.sort(self._order[:n_rows])

    @cached_property
    def _order(self):
        return np.random.default_rng(0).permutation(len(self.X))  # the same in all processes that share a study


def _check_width(Z, record):
    """Refuse more features than the clusterer can take in a reasonable time."""
    limit = get_plugin("clusterer", record.clusterer).max_features
    if limit is not None and Z.shape[1] > limit:
        raise ValueError(
            f"{record.clusterer} is given at most {limit} features, and {record.reducer} makes {Z.shape[1]}"
        )


class _KnownClusters(ClusterMixin, BaseEstimator):
    """Stand-in for a clusterer without `predict`, with the answer for the rows that it has clustered."""

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
