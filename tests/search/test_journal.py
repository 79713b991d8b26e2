import json
import os
import subprocess
import sys

import optuna
import pytest
from optuna.storages import JournalStorage

from skfashion.search import _journal
from skfashion.search._journal import Journal


@pytest.fixture
def path(tmp_path):
    study = optuna.create_study(storage=JournalStorage(Journal(str(tmp_path / "j.log"))), study_name="s")
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=3)
    return tmp_path / "j.log"


def load(path):
    return optuna.load_study(study_name="s", storage=JournalStorage(Journal(str(path))))


@pytest.mark.parametrize("part", [b"{", b'{"op_code":4,"worker_id":"', b"\0" * 4096, b"x" * 200_000])
def test_what_is_left_of_a_line_is_cut_off_and_the_study_goes_on(path, part):
    whole = path.read_bytes()
    path.write_bytes(whole + part)
    study = load(path)
    assert path.read_bytes() == whole
    study.optimize(lambda trial: 1.0, n_trials=1)
    assert len(load(path).trials) == 4


def test_another_writer_that_is_killed_meanwhile_costs_its_line_only(path):
    study = load(path)
    with path.open("ab") as file:
        file.write(b'{"op_code":')
    study.optimize(lambda trial: 1.0, n_trials=1)
    assert len(load(path).trials) == 4
    assert all(json.loads(line) for line in path.read_text().splitlines())


def test_a_full_disk_leaves_the_journal_whole_and_names_it(path, monkeypatch):
    study, whole = load(path), path.read_bytes()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_journal.os, "fsync", full)
    with pytest.raises(OSError, match="No space left on device") as error:
        study.set_user_attr("a", 1)
    assert error.value.filename == str(path)
    assert path.read_bytes() == whole


def test_a_limit_on_the_size_of_files_leaves_the_journal_whole(path):
    program = (
        "import resource, signal, sys, optuna\n"
        "from optuna.storages import JournalStorage\n"
        "from skfashion.search._journal import Journal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "study = optuna.load_study(study_name='s', storage=JournalStorage(Journal(sys.argv[1])))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)\n"
        "study.optimize(lambda trial: 1.0, n_trials=100)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(path), str(path.stat().st_size + 500)], capture_output=True, text=True
    )
    assert "File too large" in run.stderr
    assert str(path) in run.stderr
    assert len(load(path).trials) >= 3


@pytest.mark.parametrize("content", [b"my notes", b"one\ntwo", b'{"a": 1}\n{', b"\nmy notes", b'{\n"a": 1\n}'])
def test_a_file_that_is_no_journal_is_left_alone(tmp_path, content):
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    Journal(str(path))
    assert path.read_bytes() == content
    assert os.listdir(tmp_path) == ["notes.txt"]
