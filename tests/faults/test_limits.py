"""Full disks, little memory, two writers and killed workers."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from skfashion import PipelineSearch, load

QUICK = ("--reducer", "pca", "--clusterer", "kmeans", "--n-clusters", 3)


@pytest.fixture(params=["cluster", "search", "reproduce", "save"])
def results(request, nursery, npy, tmp_path):
    """A function to run, and the results that it has written once."""
    out = tmp_path / "out"
    arguments = {
        "save": (out,),
        "cluster": ("cluster", npy, *QUICK, "--out", out),
        "search": ("search", npy, *QUICK, "--trials", 2, "--out", out),
        "reproduce": ("reproduce", "B1", "--sample", "--seeds", 1, "--out", out),
    }[request.param]
    target = "save" if request.param == "save" else "command"
    assert nursery.run(target, *arguments).code == 0
    return target, arguments, out


def content(path):
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return {file.name: file.read_bytes() for file in files}


def test_a_full_disk_is_said_in_a_line_and_leaves_the_old_results(results, nursery):
    target, arguments, out = results
    before = content(out)
    largest = max(map(len, before.values()))
    for size in (1_000, largest - largest // 10):  # the errors are in a file, too
        ended = nursery.run(target, *arguments, file_size=size)
        assert ended.code
        assert content(out) == before
        assert [path.name for path in out.parent.iterdir()] == ["out"]
        if target == "command":
            assert ended.code in (1, 2)
            assert "File too large" in ended.errors.splitlines()[-1]
            assert "Traceback" not in ended.errors


def test_little_memory_is_said_in_a_line_and_leaves_the_old_results(results, nursery):
    target, arguments, out = results
    before = content(out)
    codes = []
    for megabytes in (1, 30, 60, 120):
        ended = nursery.run(target, *arguments, memory=megabytes * 2**20)
        assert [path.name for path in out.parent.iterdir()] == ["out"]
        codes.append(ended.code)
        if ended.code:
            assert content(out) == before
        if target == "command" and ended.code:
            assert ended.code in (1, 2)
            assert "Traceback" not in ended.errors
    assert codes[0] or target == "save"  # a small model needs next to nothing


def test_two_writers_of_one_folder_end_with_the_results_of_one(npy, tmp_path):
    out = tmp_path / "out"
    program = [sys.executable, "-m", "skfashion", "cluster", str(npy), *map(str, QUICK), "--out", str(out)]
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    writers = [subprocess.Popen(program, text=True, **pipes) for _ in range(2)]
    errors = [writer.communicate()[1] for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0], errors
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    load(out / "model.skfashion")
    assert json.loads((out / "metrics.json").read_text())


def killing(marker, n_times):
    """Return a scorer that kills its process a number of times."""

    def score(estimator, X, y=None):
        n_before = len(list(Path(marker).iterdir()))
        if n_before < n_times:
            Path(marker, str(n_before)).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return float(estimator.predict(X).mean())

    return score


def test_a_search_goes_on_after_a_killed_worker(tmp_path):
    options = {"n_clusters": 3, "n_trials": 4, "n_jobs": 2, "refit": False, "random_state": 0}
    search = PipelineSearch(["pca"], ["kmeans"], scoring=killing(tmp_path, 1), **options)
    with pytest.warns(
        UserWarning, match="A process of the search was killed, perhaps for lack of memory; lower n_jobs"
    ):
        search.fit(load_digits().data[:100])
    assert (search.results_["state"] == "complete").sum() >= 4


def test_a_search_whose_workers_are_killed_again_and_again_ends(tmp_path):
    options = {"n_clusters": 3, "n_trials": 4, "n_jobs": 2, "refit": False, "random_state": 0}
    search = PipelineSearch(["pca"], ["kmeans"], scoring=killing(tmp_path, 99), **options)
    with (
        pytest.warns(UserWarning, match="A process of the search was killed"),
        pytest.raises(RuntimeError, match=r"Processes of the search were killed 3 times, perhaps for lack of memory"),
    ):
        search.fit(load_digits().data[:100])
    assert threading.active_count() < 50
    assert np.all(search.results_["state"] != "complete")
