"""Optuna studies and their storages; imported in function bodies only, since Optuna loads slowly."""

import inspect
import os
import tempfile
import time
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import optuna
from optuna.storages import InMemoryStorage, JournalStorage, RDBStorage
from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from skfashion._utils.urls import without_passwords
from skfashion.search._journal import Journal
from skfashion.search._record import TrialRecord
from skfashion.search._scoring import uses_labels
from skfashion.search._space import DEFAULT_DRAWS

HEARTBEAT, GRACE = 30, 90  # seconds between the signs of life of a worker, and until a silent one is given up
WAITS = (0.2, 1, 5)  # seconds, while another worker makes the tables of a database
MAX_ATTEMPTS = 3  # at a trial with workers that die
DESCRIPTION = "search"  # user attribute of a study
HASHED_PARTS = ("data", "labels")  # in a description
ANOTHER_STUDY = "take another study_name (--study-name) or storage (--storage)"


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
    """Return an Optuna storage as it is, or open the journal at a path, or the database at a URL."""
    if storage is None or not isinstance(storage, str | os.PathLike):
        return storage
    if "://" not in str(storage):
        return JournalStorage(Journal(os.fspath(storage)))
    options: dict[str, Any] = {
        "heartbeat_interval": HEARTBEAT,
        "grace_period": GRACE,
        "engine_kwargs": {"poolclass": NullPool},  # no connection stays open after a trial
    }
    names = inspect.signature(RDBStorage).parameters  # Optuna 5 has another name for the callback
    options[next(n for n in ("heartbeat_stale_trial_callback", "failed_trial_callback") if n in names)] = _try_again
    return RDBStorage(str(storage), **options)


def _try_again(study, trial):
    """Queue the draws of a trial again after its worker has died."""
    record = TrialRecord.from_trial(trial)
    attempt = record.attempt or 1
    if attempt < MAX_ATTEMPTS:
        again = TrialRecord(attempt=attempt + 1, instead_of=trial.number, is_default=record.is_default)
        study.enqueue_trial(trial.params, user_attrs=again.to_user_attrs())


@contextmanager
def _explained(storage):
    """Turn errors of a storage into a ValueError with its name, without a password, and the reason."""
    try:
        yield
    except Exception as error:  # damaged storages raise whatever their entries lead to
        shown = without_passwords(str(storage))
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        is_journal = isinstance(storage, str | os.PathLike) and "://" not in shown
        if is_journal and not isinstance(error, OSError):
            reason = f"it is no journal of a search, or is damaged ({reason})"
        is_driver = shown.startswith("postgres") and isinstance(error, ImportError | NoSuchModuleError)
        hint = "; pip install 'skfashion[postgresql]', and begin with postgresql+psycopg://" if is_driver else ""
        raise ValueError(f"storage={shown!r} cannot be opened: {reason}{hint}") from error


def describe(study, description):
    """Store the description in a new study; refuse a study with another description."""
    trials, notes = study.get_trials(deepcopy=False), study.user_attrs  # in this order: another may be describing it
    if DESCRIPTION not in notes:
        if trials or notes:
            raise ValueError(f"The study {study.study_name!r} was not made by a PipelineSearch; {ANOTHER_STUDY}.")
        study.set_user_attr(DESCRIPTION, description)
    known = study.user_attrs[DESCRIPTION] if isinstance(study.user_attrs[DESCRIPTION], dict) else {}
    differing = [name for name in description if known.get(name) != description[name]]
    if differing:
        differences = ", ".join(_difference(name, known.get(name), description[name]) for name in differing)
        raise ValueError(f"The study {study.study_name!r} has {differences}; {ANOTHER_STUDY}.")


def description_of(runner) -> dict:
    """Describe the parts of a search that all workers on a study must share; large ones are hashed."""
    asks_for_labels = any(map(uses_labels, runner.scorers.values()))
    return {
        "reducers": list(runner.names["reducer"]),
        "clusterers": list(runner.names["clusterer"]),
        **{name: _as_text(value) for name, value in runner.options.items()},
        "scoring": {name: _scorer_as_text(scorer) for name, scorer in runner.scorers.items()},
        "cv": None if runner.cv is None else f"{type(runner.cv).__name__} {joblib.hash(runner.cv)}",
        "max_samples": _plain(runner.max_samples),
        "n_restarts": len(runner.seeds),
        "data": joblib.hash(runner.X),
        "labels": joblib.hash(runner.y) if asks_for_labels else None,
    }


def _as_text(value):
    """Describe an option; numpy's numbers are those of Python, and a dict has no order."""
    value = _plain(value)
    return value if value is None or isinstance(value, str | int) else repr(value)


def _plain(value):
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, dict):
        return {name: _plain(value[name]) for name in sorted(value)}
    return type(value)(map(_plain, value)) if type(value) in (list, tuple) else value


def _scorer_as_text(scorer):
    """Return the name of a function, or the parameters of an object, or else its class."""
    if hasattr(scorer, "__qualname__"):
        return f"{scorer.__module__}.{scorer.__qualname__}"
    shown = repr(scorer)
    return type(scorer).__qualname__ if " at 0x" in shown else shown


def _difference(name, known, wanted):
    """Show a difference; lists are shown without the entries that they share, and what is hashed by its name."""
    if name in HASHED_PARTS:
        return f"other {name}"
    if isinstance(known, list) and isinstance(wanted, list) and set(map(repr, known)) != set(map(repr, wanted)):
        more, less = [v for v in known if v not in wanted], [v for v in wanted if v not in known]
        return " and ".join(f"{name} {word} {v}" for word, v in (("with", more), ("without", less)) if v)
    return f"{name}={known!r} and not {wanted!r}"


def enqueue_default(study, names):
    """Queue the default pipeline as the first trial of a new study, if its plugins are among the names."""
    is_new = not study.get_trials(deepcopy=False)
    if is_new and all(DEFAULT_DRAWS[kind] in names[kind] for kind in names):
        with quiet():
            study.enqueue_trial(DEFAULT_DRAWS, user_attrs=TrialRecord(is_default=True).to_user_attrs())


@contextmanager
def shared_storage(storage, n_workers):
    """Yield the storage, or a temporary file if processes must share one."""
    if isinstance(storage, InMemoryStorage) and n_workers > 1:
        raise ValueError("storage is in the memory of this process, which others cannot share; pass a path or a URL.")
    if storage is not None or n_workers == 1:
        yield storage
        return
    with tempfile.TemporaryDirectory() as folder:
        yield str(Path(folder) / "journal.log")


def in_memory(study):
    """Copy a study to memory."""
    with quiet():
        new = optuna.create_study(study_name=study.study_name, directions=study.directions)
    for name, value in study.user_attrs.items():
        new.set_user_attr(name, value)
    new.add_trials(study.get_trials())
    return new


@contextmanager
def quiet():
    """Silence the messages of Optuna on each trial: the results have them."""
    verbosity = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            yield
    finally:
        optuna.logging.set_verbosity(verbosity)
