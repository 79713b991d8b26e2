import os
import subprocess
import sys

import pytest

from skfashion._utils.workers import safe_path

PROGRAM = """
import numpy as np
from sklearn.cluster import KMeans
from skfashion import ConsensusClusterer

if __name__ == "__main__":
    ConsensusClusterer([("k", KMeans(2))], n_clusters=2, n_repeats=2, n_jobs=2, random_state=0).fit(np.eye(20))
"""


@pytest.mark.parametrize("before", [None, "x"])
def test_the_environment_is_as_before(monkeypatch, before):
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    if before:
        monkeypatch.setenv("PYTHONSAFEPATH", before)
    with safe_path():
        assert os.environ["PYTHONSAFEPATH"] == "1"
    assert os.environ.get("PYTHONSAFEPATH") == before


def test_blocks_of_several_threads_may_overlap(monkeypatch):
    monkeypatch.setenv("PYTHONSAFEPATH", "x")
    first, second = safe_path(), safe_path()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert os.environ["PYTHONSAFEPATH"] == "1"
    second.__exit__(None, None, None)
    assert os.environ["PYTHONSAFEPATH"] == "x"


def test_workers_import_nothing_from_the_current_folder(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)
    hostile = tmp_path / "hostile"
    hostile.mkdir()
    (hostile / "joblib.py").write_text("open('owned', 'w')")
    command = [sys.executable, str(tmp_path / "program.py")]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    subprocess.run(command, cwd=hostile, check=True, env=environment, timeout=300)
    assert [path.name for path in hostile.iterdir()] == ["joblib.py"]
