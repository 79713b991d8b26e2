import subprocess
import sys
import time

import pytest
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from skfashion.experiments import _costs
from skfashion.experiments._costs import StepMemory, costed

NAP = 0.3


def nap(n=1):
    time.sleep(n * NAP)
    return n


def nap_once_more(memory):
    return nap_twice(memory) + nap()


def nap_twice(memory):
    return memory.cache(nap)(1) + memory.cache(nap)(n=2)


@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux' /proc")
def test_memory_that_was_given_back_counts_too(programs):
    """In a process of its own: one that has freed much may have the array in what it kept."""
    program = [sys.executable, programs / "hold_memory.py"]
    shown = subprocess.run(program, capture_output=True, text=True, check=True).stdout
    assert 49 <= float(shown) < 100


def test_where_memory_cannot_be_known_there_is_none(monkeypatch, tmp_path):
    monkeypatch.setattr(_costs, "STATUS", tmp_path / "status")
    assert costed(nap)[1].peak_mib is None


def test_steps_that_are_remembered_count_as_they_did_when_they_were_done(tmp_path):
    for _ in range(2):
        result, cost = costed(nap_twice, StepMemory(tmp_path, verbose=0))
        assert result == 3
        assert 3 * NAP <= cost.seconds < 5 * NAP


def test_so_do_steps_of_steps(tmp_path):
    """A step that was fast because it found its own steps."""
    memory = StepMemory(tmp_path, verbose=0)
    nap_twice(memory)
    for _ in range(2):
        _, cost = costed(memory.cache(nap_twice), memory)
        assert 3 * NAP <= cost.seconds < 5 * NAP


def test_a_step_that_is_used_twice_counts_once(tmp_path):
    memory = StepMemory(tmp_path, verbose=0)
    for _ in range(2):
        _, cost = costed(lambda: [memory.cache(f)(memory) for f in (nap_twice, nap_once_more, nap_twice)])
        assert 4 * NAP <= cost.seconds < 6 * NAP


def test_the_peak_of_a_remembered_step_is_on_top_of_what_is_held(tmp_path, monkeypatch):
    held = 0.0
    monkeypatch.setattr(_costs, "INTERVAL", 1000)
    monkeypatch.setattr(_costs, "_anonymous_mib", lambda: held)
    memory = StepMemory(tmp_path, verbose=0)

    def swell(to):
        nonlocal held
        held = to

    step = memory.cache(swell)

    def work():
        nonlocal held
        held = 5.0
        step(9.0)
        held = 1.0

    first = costed(work)[1].peak_mib
    held = 0.0
    again = costed(work)[1].peak_mib
    assert first == again == 9.0


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
