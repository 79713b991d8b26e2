"""Processes that are killed at any moment: their results are those of before or of after, and nothing is corrupt."""

import json
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from skfashion import load
from skfashion.persistence import read_manifest
from skfashion.search._journal import Journal

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
QUICK = ("--reducer", "pca", "--clusterer", "kmeans")


@dataclass
class Work:
    """A function that writes results, and the check of them."""

    target: str
    arguments: tuple
    out: Path
    cache: Path  # where parts of the results are kept
    names: frozenset[str] = frozenset()
    seconds: float = 0.0

    def check(self, ended):
        if self.target == "save":
            if self.out.exists():
                load(self.out)
                assert isinstance(read_manifest(self.out)["metadata"]["number"], int)
            return
        assert "Traceback" not in ended.errors
        assert {path.name for path in self.out.iterdir()} == self.names  # those of before or those of after
        for path in [*self.out.rglob("*.json"), *self.cache.rglob("*.json")]:
            json.loads(path.read_text())
        for path in self.out.glob("*.skfashion"):
            load(path)
        if ended.code in (128 + signal.SIGINT, 128 + signal.SIGTERM):  # SIGKILL leaves files that are swept later
            assert [path.name for path in self.out.parent.iterdir() if "skfashion-" in path.name] == []
        for journal in self.out.parent.glob("*.log"):
            Journal(str(journal))
            assert all(json.loads(line) for line in journal.read_text().splitlines())


@pytest.fixture(scope="module")
def work(command, nursery, npy, tmp_path_factory):
    """The work of a command, done once."""
    folder = tmp_path_factory.mktemp(command)
    out, journal = folder / "out", folder / "journal.log"
    arguments = {
        "save": (out,),
        "cluster": ("cluster", npy, *QUICK, "--n-clusters", 3, "--out", out),
        "search": ("search", npy, *QUICK, "--n-clusters", 3, "--trials", 4, "--storage", journal, "--out", out),
        "reproduce": ("reproduce", "B1", "--sample", "--seeds", 1, "--out", out),
    }[command]
    found = Work("save" if command == "save" else "command", arguments, out, nursery.cache)
    ended = nursery.run(found.target, *arguments)
    assert ended.code == 0, ended.errors
    found.seconds = ended.seconds
    found.names = frozenset(path.name for path in out.iterdir()) if out.is_dir() else frozenset()
    return found


def test_a_kill_at_any_moment_leaves_the_results_of_before_or_after(work, kill, nursery):
    for left in (work.cache, *work.out.parent.glob(".*skfashion-*")):  # of the kill before
        shutil.rmtree(left, ignore_errors=True)
    for journal in work.out.parent.glob("*.log"):
        journal.unlink()
    number = SIGNALS[kill % len(SIGNALS)]
    after = np.random.default_rng(kill).uniform(0, work.seconds)
    ended = nursery.run(work.target, *work.arguments, after=after, number=number)
    assert ended.code in (0, 128 + number)
    work.check(ended)
