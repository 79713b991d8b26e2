"""The work on a study, by any number of processes; imported in function bodies only, as the room of studies is."""

import copy
import time

import joblib
import numpy as np
import optuna
from optuna.trial import TrialState

from skfashion.search._study import open_study, quiet


def run_trials(study, storage, runner, n_workers, *, sampler, seed, timeout, **limits):
    """Work on a study, alone or as several processes that share its storage.

    Without a seed, no two samplers draw the same, wherever and whenever their workers begin.
    """
    limits["deadline"] = None if timeout is None else time.time() + timeout
    samplers = _samplers(sampler, np.random.SeedSequence(seed).generate_state(n_workers).tolist())
    if n_workers == 1:
        study.sampler = samplers[0]
        work(study, runner, **limits)
        return
    task, name = joblib.delayed(_work_elsewhere), study.study_name
    with quiet():  # threads would each put back what they found, which may be another's silence
        joblib.Parallel(n_jobs=n_workers)(task(storage, name, runner, sampler, **limits) for sampler in samplers)


def _work_elsewhere(storage, study_name, runner, sampler, **limits):
    work(open_study(storage, study_name, len(runner.scorers), sampler), runner, **limits)


def work(study, runner, *, n_trials, deadline, callbacks=()):
    """Run trials until the study has enough of them, the time is over, or a callback has stopped the study."""

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
            except (ValueError, RuntimeError) as error:
                if not _is_given_up_by_others(error):
                    raise


def _is_given_up_by_others(error):
    """Whether a worker was silent for so long, suspended perhaps, that others have declared its trial failed."""
    return str(error) == "Cannot tell a FAIL trial." or "has already finished and can not be updated" in str(error)


def n_finished(study) -> int:
    """Trials that count: those that were scored, and those that failed for a reason of their own."""
    return sum(map(is_finished, study.get_trials(deepcopy=False)))


def is_finished(trial) -> bool:
    """A worker's death and Ctrl-C end a trial, too, but it will be made up for."""
    return trial.state == TrialState.COMPLETE or (trial.state.is_finished() and "error" in trial.user_attrs)


def _samplers(given, seeds):
    """A sampler for each worker: the given one, or TPE over each branch's parameters together."""
    if given is None:
        return [_tpe(seed) for seed in seeds]
    copies = [copy.deepcopy(given) for _ in seeds]
    if len(copies) > 1:
        for sampler in copies:
            sampler.reseed_rng()  # else all would draw the same
    return copies


def _tpe(seed):
    with quiet():
        return optuna.samplers.TPESampler(seed=seed, multivariate=True, group=True, constant_liar=True)
