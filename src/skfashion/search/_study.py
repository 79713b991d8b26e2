"""Optuna studies: where they are kept, and the work on them by any number of processes."""

import copy
import inspect
import os
import tempfile
import time
import uuid
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import optuna
from optuna.storages import InMemoryStorage, JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

HEARTBEAT, GRACE = 30, 90  # seconds: how often a worker says that it lives, and how long its silence is borne
WAITS = (0.2, 1, 5)  # seconds, for another worker to have made the tables of a database
MOST_ATTEMPTS = 3  # at a trial whose worker dies


def open_storage(storage):
    """A storage of Optuna's: as it is, or the journal of a path, or the database of a URL."""
    if storage is None or not isinstance(storage, str | os.PathLike):
        return storage
    if "://" not in str(storage):
        return JournalStorage(JournalFileBackend(os.fspath(storage)))
    options: dict[str, Any] = {
        "heartbeat_interval": HEARTBEAT,
        "grace_period": GRACE,
        "engine_kwargs": {"poolclass": NullPool},  # no connection stays open between trials, nor when all are over
    }
    names = inspect.signature(RDBStorage).parameters  # Optuna 5 has another word for the callback
    options[next(n for n in ("heartbeat_stale_trial_callback", "failed_trial_callback") if n in names)] = _try_again
    with quiet():
        return RDBStorage(str(storage), **options)


def _try_again(study, trial):
    """Queue what a worker was at when it died."""
    attempt = trial.user_attrs.get("attempt", 1)
    if attempt < MOST_ATTEMPTS:
        study.enqueue_trial(trial.params, user_attrs={"attempt": attempt + 1, "instead_of": trial.number})


def open_study(storage, study_name, n_scores, sampler=None):
    """Load or create a study that maximises each score."""

    def create():
        return optuna.create_study(
            storage=open_storage(storage),
            study_name=study_name,
            sampler=sampler,
            directions=["maximize"] * n_scores,
            load_if_exists=True,
        )

    with quiet():
        for wait in WAITS:
            try:
                return create()
            except SQLAlchemyError as error:
                if "already exists" not in str(error):  # else another worker is creating the same tables just now
                    raise
            time.sleep(wait)
        return create()


def describe(study, what):
    """Note in a new study what it is about; refuse one that is about something else."""
    known = study.user_attrs.get("search")
    if known is None:
        study.set_user_attr("search", what)
        return
    differing = [name for name in what if known.get(name) != what[name]]
    if differing:
        differences = ", ".join(f"{name}={known.get(name)!r} and not {what[name]!r}" for name in differing)
        raise ValueError(f"The study {study.study_name!r} has {differences}; take another study_name or storage.")


def samplers(given, seeds):
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


def n_finished(study) -> int:
    """Trials that count: those that were scored, and those that failed for a reason of their own."""
    return sum(map(is_finished, study.get_trials(deepcopy=False)))


def is_finished(trial) -> bool:
    """A worker's death and Ctrl-C end a trial, too, but it will be made up for."""
    return trial.state == TrialState.COMPLETE or (trial.state.is_finished() and "error" in trial.user_attrs)


def work(study, runner, *, n_trials, deadline, callbacks=()):
    """Run trials until the study has enough of them or the time is over."""
    with quiet():
        while n_finished(study) < n_trials and (deadline is None or time.time() < deadline):
            study.optimize(runner, n_trials=1, catch=(Exception,), callbacks=list(callbacks))


def work_together(storage, study_name, runner, samplers, **limits):
    """Let a process for each sampler work on a study that is in a storage."""
    task = joblib.delayed(_work_elsewhere)
    joblib.Parallel(n_jobs=len(samplers))(task(storage, study_name, runner, s, **limits) for s in samplers)


def _work_elsewhere(storage, study_name, runner, sampler, **limits):
    work(open_study(storage, study_name, len(runner.scorers), sampler), runner, **limits)


@contextmanager
def shared_storage(storage, n_workers):
    """The storage, or a file for processes to share, which is removed in the end."""
    if isinstance(storage, InMemoryStorage) and n_workers > 1:
        raise ValueError("storage is in the memory of this process, which others cannot share; pass a path or a URL.")
    if storage is not None:
        yield storage
        return
    with tempfile.TemporaryDirectory() as folder:
        yield str(Path(folder) / "journal.log")


def in_memory(study):
    """The same study, in memory."""
    with quiet():
        new = optuna.create_study(study_name=study.study_name, directions=study.directions)
    for name, value in study.user_attrs.items():
        new.set_user_attr(name, value)
    new.add_trials(study.get_trials())
    return new


@contextmanager
def quiet():
    """Without what Optuna says of each trial: the results have it."""
    verbosity = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            yield
    finally:
        optuna.logging.set_verbosity(verbosity)


def worker_seeds(seed, n_workers, storage):
    """Seeds of the samplers. Where a study is kept, no two are the same, wherever and whenever its workers begin."""
    entropy = seed if storage is None else uuid.uuid4().int
    return np.random.SeedSequence(entropy).generate_state(n_workers).tolist()
