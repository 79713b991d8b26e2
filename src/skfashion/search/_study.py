"""Optuna studies, and where they are kept; imported in function bodies only, for what optuna takes to load."""

import inspect
import os
import tempfile
import time
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import optuna
from optuna.storages import InMemoryStorage, JournalStorage, RDBStorage
from optuna.storages.journal import JournalFileBackend
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from skfashion._utils.urls import without_passwords

HEARTBEAT, GRACE = 30, 90  # seconds: how often a worker says that it lives, and how long its silence is borne
WAITS = (0.2, 1, 5)  # seconds, for another worker to have made the tables of a database
MOST_ATTEMPTS = 3  # at a trial whose worker dies


def open_study(storage, study_name, n_scores, sampler=None):
    """Load or create a study that maximises each score."""

    def create():
        return optuna.create_study(
            storage=_open_storage(storage),
            study_name=study_name,
            sampler=sampler,
            directions=["maximize"] * n_scores,
            load_if_exists=True,
        )

    with quiet(), _explained(storage):
        for wait in WAITS:
            try:
                return create()
            except SQLAlchemyError as error:
                if "already exists" not in str(error):  # else another worker is creating the same tables just now
                    raise
            time.sleep(wait)
        return create()


def _open_storage(storage):
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
    return RDBStorage(str(storage), **options)


def _try_again(study, trial):
    """Queue what a worker was at when it died."""
    attempt = trial.user_attrs.get("attempt", 1)
    if attempt < MOST_ATTEMPTS:
        study.enqueue_trial(trial.params, user_attrs={"attempt": attempt + 1, "instead_of": trial.number})


@contextmanager
def _explained(storage):
    """Say which storage it was that could not be opened, and why, as a ValueError without a password."""
    try:
        yield
    except (SQLAlchemyError, OSError, ImportError, RuntimeError, KeyError, ValueError) as error:  # as storages raise
        shown = without_passwords(str(storage))
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        is_driver = isinstance(error, ImportError) and shown.startswith("postgresql")
        hint = "; pip install 'skfashion[postgresql]', and begin with postgresql+psycopg://" if is_driver else ""
        raise ValueError(f"storage={shown!r} cannot be opened: {reason}{hint}") from error


def describe(study, what):
    """Note in a new study what it is about; refuse one that is about something else."""
    trials, notes = study.get_trials(deepcopy=False), study.user_attrs  # in this order: another may be describing it
    if "search" not in notes:
        if trials or notes:
            raise ValueError(
                f"The study {study.study_name!r} was not made by a PipelineSearch; take another study_name or storage."
            )
        study.set_user_attr("search", what)
    known = study.user_attrs["search"]
    differing = [name for name in what if known.get(name) != what[name]]
    if differing:
        differences = ", ".join(_difference(name, known.get(name), what[name]) for name in differing)
        raise ValueError(f"The study {study.study_name!r} has {differences}; take another study_name or storage.")


def _difference(name, known, wanted):
    """Of lists only what the one has and the other has not."""
    if isinstance(known, list) and isinstance(wanted, list) and set(map(repr, known)) != set(map(repr, wanted)):
        more, less = [v for v in known if v not in wanted], [v for v in wanted if v not in known]
        return " and ".join(f"{name} {word} {v}" for word, v in (("with", more), ("without", less)) if v)
    return f"{name}={known!r} and not {wanted!r}"


@contextmanager
def shared_storage(storage, n_workers):
    """The storage, or a file for processes to share, which is removed in the end."""
    if isinstance(storage, InMemoryStorage) and n_workers > 1:
        raise ValueError("storage is in the memory of this process, which others cannot share; pass a path or a URL.")
    if storage is not None or n_workers == 1:
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
