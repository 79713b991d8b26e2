import subprocess
import sys
import time

import pytest
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from skfashion.experiments import _costs
from skfashion.experiments._costs import StepMemory, costed

CODE = """
import time
import numpy as np
from skfashion.experiments import _costs

def work():
    array = np.ones(50 * 2**17)  # 50 MiB
    time.sleep(5 * _costs.EVERY)

print(_costs.costed(work)[1].peak_mib)
"""
NAP = 0.3


def nap(n=1):
    time.sleep(n * NAP)
    return n


def nap_twice(memory):
    return memory.cache(nap)(1) + memory.cache(nap)(n=2)


@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux' /proc")
def test_memory_that_was_given_back_counts_too():
    """In a process of its own: one that has freed much may have the array in what it kept."""
    shown = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True).stdout
    assert 49 <= float(shown) < 100


def test_where_memory_cannot_be_known_there_is_none(monkeypatch, tmp_path):
    monkeypatch.setattr(_costs, "STATUS", tmp_path / "status")
    assert costed(nap)[1].peak_mib is None


def test_steps_that_are_remembered_count_as_they_did_when_they_were_done(tmp_path):
    for _ in range(2):
        result, cost = costed(nap_twice, StepMemory(tmp_path, verbose=0))
        assert result == 3
        assert cost.seconds >= 3 * NAP


def test_so_do_steps_of_steps(tmp_path):
    """A step that was fast because it found its own steps."""
    memory = StepMemory(tmp_path, verbose=0)
    nap_twice(memory)
    for _ in range(2):
        _, cost = costed(memory.cache(nap_twice), memory)
        assert cost.seconds >= 3 * NAP


def test_the_peak_is_that_of_the_dearest_step(tmp_path, monkeypatch):
    memory = StepMemory(tmp_path, verbose=0)
    heights = iter([0, 5 * 1024, 0, 9 * 1024, 0, 0])  # KiB at the beginning and the end of each that is watched
    monkeypatch.setattr(_costs, "EVERY", 1000)
    monkeypatch.setattr(_costs, "_anonymous_kib", lambda: next(heights))
    monkeypatch.setattr(_costs, "STATUS", tmp_path)
    nap_twice(memory)
    assert costed(nap_twice, memory)[1].peak_mib == 9


def test_pipelines_take_it(tmp_path):
    """Steps are found by a copy of the pipeline, and count."""
    nappers = [("nap", FunctionTransformer(_naps)), ("last", FunctionTransformer())]
    pipeline = Pipeline(nappers, memory=StepMemory(tmp_path, verbose=0))
    pipeline.fit([[1.0]])
    naps.clear()
    _, cost = costed(clone(pipeline).fit, [[1.0]])
    assert not naps
    assert cost.seconds >= NAP


naps = []


def _naps(X):
    naps.append(nap())
    return X
