"""Several processes that work on one study, on existing engines: a journal file, PostgreSQL, Dask."""

import os
import signal
import subprocess
import sys
import time
import uuid
from typing import ClassVar

import joblib
import numpy as np
import optuna
import pytest
from optuna.trial import TrialState, create_trial
from sklearn.datasets import load_digits

from skfashion import PipelineSearch
from skfashion.search._record import TrialRecord
from skfashion.search._results import partitions_of
from skfashion.search._study import describe, open_study
from skfashion.search._workers import work

N_WORKERS, N_TRIALS = 4, 14
POSTGRESQL = os.environ.get("SKFASHION_TEST_POSTGRESQL")  # the URL of a database


@pytest.fixture(params=["journal", "postgresql"])
def storage(request, tmp_path):
    """What workers share: a file, or a database of its own in the server that is there."""
    if request.param == "journal":
        yield str(tmp_path / "journal.log")
        return
    if not POSTGRESQL:
        pytest.skip("SKFASHION_TEST_POSTGRESQL does not name a database")
    import sqlalchemy

    name = f"skfashion_{uuid.uuid4().hex}"
    engine = sqlalchemy.create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text(f"CREATE DATABASE {name}"))
    yield engine.url.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.mark.once
def test_four_workers_share_a_study_and_one_may_be_killed(storage, tmp_path, programs):
    marker = tmp_path / "at-work"
    doomed, *others = [_worker(programs, storage, marker if i == 0 else "") for i in range(N_WORKERS)]
    while not marker.exists():
        assert doomed.poll() is None
        time.sleep(0.05)
    doomed.send_signal(signal.SIGKILL)
    doomed.communicate()
    numbers = [int(number) for worker in others for number in worker.communicate(timeout=120)[0].split()]
    assert [worker.returncode for worker in others] == [0, 0, 0]

    trials = open_study(storage, "skfashion-search", 1).get_trials()
    complete = [trial for trial in trials if trial.state == TrialState.COMPLETE]
    assert sorted(numbers) == [trial.number for trial in complete]
    assert N_TRIALS <= len(complete) < N_TRIALS + N_WORKERS
    (lost,) = (trial for trial in trials if trial.state != TrialState.COMPLETE)
    if "postgresql" in storage:
        assert lost.state == TrialState.FAIL
        (again,) = (trial for trial in complete if trial.user_attrs.get("instead_of") == lost.number)
        assert again.params == lost.params
    else:
        assert lost.state == TrialState.RUNNING


def _worker(programs, storage, marker):
    program = [sys.executable, programs / "search_slowly.py"]
    return subprocess.Popen([*program, storage, marker], stdout=subprocess.PIPE, text=True)


def test_dasks_workers_share_a_study():
    distributed = pytest.importorskip("distributed")
    X = load_digits().data[:300]
    search = PipelineSearch(["pca"], ["kmeans", "gmm"], n_clusters=10, n_trials=6, n_jobs=2, random_state=0)
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster,
        distributed.Client(cluster),
        joblib.parallel_config("dask"),
    ):
        search.set_params(storage=None).fit(X)
    assert 6 <= (search.results_["state"] == "complete").sum() <= 7
    assert len(np.unique(search.labels_)) == 10


def test_a_worker_that_dies_again_and_again_is_not_followed_for_ever(tmp_path):
    from skfashion.search._study import MAX_ATTEMPTS, _try_again

    study = open_study(str(tmp_path / "journal.log"), "one", 1)
    for _ in range(MAX_ATTEMPTS):
        trial = study.ask()
        trial.suggest_int("x", 0, 9)
        study.tell(trial, state=TrialState.FAIL)
        _try_again(study, study.get_trials()[trial.number])
    assert len(study.get_trials()) == MAX_ATTEMPTS
    assert len({trial.params["x"] for trial in study.get_trials()}) == 1


@pytest.mark.parametrize("line", [b"null\n", b"[]\n", b'{"op_code":99}\n'])
def test_a_journal_with_a_damaged_line_is_named(tmp_path, line):
    path = tmp_path / "journal.log"
    open_study(str(path), "one", 1)
    path.write_bytes(path.read_bytes() + line)
    with pytest.raises(
        ValueError, match=r"storage='.*journal.log' cannot be opened: it is no journal of a search, or "
    ):
        open_study(str(path), "one", 1)


@pytest.mark.parametrize("note", [{"labels": "?"}, {"labels": 7}, {}])
def test_a_trial_with_damaged_clusters_is_named(note):
    study = open_study(None, "one", 1)
    trial = study.ask()
    TrialRecord(**note).add_to(trial)
    study.tell(trial, 0.5)
    with pytest.raises(ValueError, match="Trial 0 of the study has no clusters, or damaged ones"):
        partitions_of(study.get_trials())


@pytest.mark.parametrize("name", ["no/such/folder/journal.log", "notes.txt", "nothing://at.all"])
def test_a_storage_that_cannot_be_opened_is_named(tmp_path, name):
    (tmp_path / "notes.txt").write_text("neither a journal\nnor anything of Optuna's\n")
    storage = name if "://" in name else str(tmp_path / name)
    with pytest.raises(ValueError, match=f"storage='{storage}' cannot be opened: "):
        open_study(storage, "one", 1)


def test_an_unknown_form_of_a_postgresql_url_is_told_the_known_one():
    with pytest.raises(ValueError, match=r"begin with postgresql\+psycopg://"):
        open_study("postgres+psycop://me@host/db", "one", 1)


def test_a_study_of_other_rows_says_so_without_a_hash():
    study = open_study(None, "one", 1)
    describe(study, {"data": "1f", "n_restarts": 1})
    with pytest.raises(ValueError, match=r"has other data; take another study_name \(--study-name\) or storage"):
        describe(study, {"data": "2e", "n_restarts": 1})


def test_an_error_shows_no_password():
    with pytest.raises(ValueError, match=r"'nothing://me:\.\.\.@host/db' cannot be opened") as caught:
        open_study("nothing://me:secret@host/db", "one", 1)
    assert "secret" not in str(caught.value)


def test_a_study_of_others_is_not_written_to(tmp_path):
    storage = str(tmp_path / "journal.log")
    open_study(storage, "skfashion-search", 1).add_trial(create_trial(value=1.0))
    with pytest.raises(ValueError, match="The study 'skfashion-search' was not made by a PipelineSearch"):
        PipelineSearch(["pca"], ["kmeans"], n_clusters=2, storage=storage).fit(load_digits().data[:50])


def test_two_searches_that_begin_at_the_same_moment_agree_on_one(tmp_path):
    study = open_study(str(tmp_path / "journal.log"), "one", 1)
    describe(study, {"n_clusters": 2})
    describe(study, {"n_clusters": 2})
    with pytest.raises(ValueError, match="has n_clusters=2 and not 3"):
        describe(study, {"n_clusters": 3})


def test_of_lists_only_the_difference_is_said(tmp_path):
    study = open_study(str(tmp_path / "journal.log"), "one", 1)
    describe(study, {"reducers": ["nmf", "pca", "umap"]})
    with pytest.raises(ValueError, match=r"has reducers with \['nmf'\] and reducers without \['ica'\]; take another"):
        describe(study, {"reducers": ["ica", "pca", "umap"]})


class _DescribedMeanwhile:
    """A study whose first trial and description are another worker's, and come after this one has looked at trials."""

    study_name = "one"
    user_attrs: ClassVar = {"search": {"n_clusters": 2}}

    def get_trials(self, deepcopy):
        return []


def test_a_worker_that_begins_at_the_same_moment_is_no_stranger():
    describe(_DescribedMeanwhile(), {"n_clusters": 2})


def test_a_worker_that_was_given_up_goes_on(tmp_path):
    """Suspended, say, for longer than others wait for it."""
    storage, given_up = str(tmp_path / "journal.log"), []

    def scorer(estimator, X, y):
        if not given_up:
            (trial,) = open_study(storage, "skfashion-search", 1).get_trials(states=[TrialState.RUNNING])
            open_study(storage, "skfashion-search", 1).tell(trial.number, state=TrialState.FAIL)
            given_up.append(trial.number)
        return 0.5

    search = PipelineSearch(
        ["identity"], ["kmeans"], n_clusters=2, n_trials=3, scoring=scorer, storage=storage, refit=False
    )
    search.fit(load_digits().data[:50])
    assert search.results_["error"].tolist() == ["interrupted, or its worker was silent", "", "", ""]
    assert search.results_["state"].tolist() == ["failed", "complete", "complete", "complete"]


def test_a_worker_that_was_given_up_after_its_last_word_goes_on():
    study = optuna.create_study()

    def runner(trial):
        if trial.number == 0:
            study.tell(trial.number, state=TrialState.FAIL)
        return 0.5

    work(study, runner, n_trials=2, deadline=None, callbacks=[lambda study, _: study.stop()])
    assert [trial.state for trial in study.get_trials()] == [TrialState.FAIL, TrialState.COMPLETE]


def test_the_order_of_fixed_parameters_and_numpys_numbers_are_the_same_study(tmp_path):
    X, storage = np.random.default_rng(0).uniform(size=(40, 9)), str(tmp_path / "journal.log")
    first = {"reducer__whiten": True, "reducer__n_components": np.int64(3)}
    for fixed in (first, {"reducer__n_components": 3, "reducer__whiten": True}):
        options = {"n_clusters": 2, "n_trials": 1, "storage": storage, "random_state": 0, "max_samples": np.int64(30)}
        PipelineSearch(["pca"], ["kmeans"], fixed_params=fixed, **options).fit(X)
