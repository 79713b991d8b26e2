"""The work on a study, by any number of processes; imported in function bodies only, since Optuna loads slowly."""

import copy
import time
import warnings
from concurrent.futures import BrokenExecutor
from functools import partial

import joblib
import numpy as np
import optuna

from skfashion._utils.workers import safe_path
from skfashion.search._record import TrialRecord
from skfashion.search._study import MAX_ATTEMPTS, open_study, quiet


def run_trials(study, storage, runner, n_workers, *, sampler, seed, timeout, **limits):
    """Work on a study, alone or as several processes that share its storage.

    Without a seed, no two samplers draw the same, not even those of workers that start at the same time.
    """
    limits["deadline"] = None if timeout is None else time.time() + timeout
    samplers = _samplers(sampler, np.random.SeedSequence(seed).generate_state(n_workers).tolist())
    if n_workers == 1:
        study.sampler = samplers[0]
        work(study, runner, **limits)
        return
    task, name = joblib.delayed(_work_elsewhere), study.study_name
    with quiet(), safe_path():  # threads would restore each other's verbosity
        for n_left in reversed(range(MAX_ATTEMPTS)):
            tasks = (task(storage, name, runner, sampler, **limits) for sampler in samplers)
            try:
                joblib.Parallel(n_jobs=n_workers)(tasks)
                return
            except BrokenExecutor as error:
                _go_on_with_new_workers(error, n_left)


def _go_on_with_new_workers(error, n_left):
    """Warn of workers that were killed, or raise an error if it has happened too often."""
    advice = "perhaps for lack of memory; lower n_jobs or max_samples"
    if not n_left:
        raise RuntimeError(f"Processes of the search were killed {MAX_ATTEMPTS} times, {advice}.") from error
    warnings.warn(f"A process of the search was killed, {advice}. The search goes on with new ones.", stacklevel=2)


def _work_elsewhere(storage, study_name, runner, sampler, **limits):
    work(open_study(storage, study_name, len(runner.scorers), sampler), runner, **limits)


def work(study, runner, *, n_trials, deadline, callbacks=()):
    """Run trials until the study has enough of them, the time is over, or a callback stops the study."""

    def stop_if_enough(study, _trial):
        if n_finished(study) >= n_trials:
            study.stop()

    is_over = n_finished(study) >= n_trials
    with quiet():
        while not is_over:
            try:
                seconds = None if deadline is None else deadline - time.time()
                study.optimize(runner, timeout=seconds, catch=(Exception,), callbacks=[*callbacks, stop_if_enough])
                is_over = True
            except (ValueError, RuntimeError, AssertionError) as error:
                if not _is_given_up_by_others(error):
                    raise


def _is_given_up_by_others(error):
    """Return True if others gave this worker up because it was silent for long, and declared its trial failed.

    While Optuna handles this, an assertion of its own may fail.
    """
    reason = error.__context__ if isinstance(error, AssertionError) else error
    return str(reason) == "Cannot tell a FAIL trial." or "has already finished and can not be updated" in str(reason)


def n_finished(study) -> int:
    """Count the trials that need no other trial in their place."""
    return sum(TrialRecord.from_trial(trial).counts for trial in study.get_trials(deepcopy=False))


class Progress:
    """A callback that prints a line for each trial."""

    def __init__(self, n_trials):
        self._n_trials = n_trials

    def __call__(self, study, trial):
        record = TrialRecord.from_trial(trial)
        if record.scores is None:
            outcome = record.error or "failed"
        else:
            outcome = ", ".join(f"{score:.4g}" for score in record.scores)
        parts = f"{record.reducer or '?'} + {record.clusterer or '?'}"
        print(f"Trial {record.number + 1} of {self._n_trials}: {parts}: {outcome}", flush=True)


def _samplers(given, seeds):
    """Return a sampler for each worker: copies of the given one, or TPE over the parameters of each branch together."""
    if given is None:
        tpe = partial(optuna.samplers.TPESampler, multivariate=True, group=True, constant_liar=True)
        with quiet():
            return [tpe(seed=seed) for seed in seeds]
    copies = [copy.deepcopy(given) for _ in seeds]
    if len(copies) > 1:
        for sampler in copies:
            sampler.reseed_rng()  # else all would draw the same
    return copies
