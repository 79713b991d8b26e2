import subprocess
import sys

import numpy as np
import pytest

from skfashion.experiments import _memory
from skfashion.experiments._memory import peak_memory

CODE = """
import time
import numpy as np
from skfashion.experiments import _memory

with _memory.peak_memory() as peak:
    array = np.ones(50 * 2**17)  # 50 MiB
    time.sleep(5 * _memory.EVERY)
    del array
print(peak.mib)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux' /proc")
def test_memory_that_was_given_back_counts_too():
    """In a process of its own: one that has freed much may have the array in what it kept."""
    shown = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True).stdout
    assert 49 <= float(shown) < 100


def test_where_it_cannot_be_known_it_is_not_a_number(monkeypatch, tmp_path):
    monkeypatch.setattr(_memory, "STATUS", tmp_path / "status")
    with peak_memory() as peak:
        pass
    assert np.isnan(peak.mib)
