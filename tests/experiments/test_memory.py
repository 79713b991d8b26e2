import sys
import time

import numpy as np
import pytest

from skfashion.experiments import _memory
from skfashion.experiments._memory import peak_memory


@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux' /proc")
def test_memory_that_was_given_back_counts_too():
    with peak_memory() as peak:
        array = np.ones(50 * 2**17)  # 50 MiB
        time.sleep(5 * _memory.EVERY)
        del array
    assert 49 <= peak.mib < 200


def test_where_it_cannot_be_known_it_is_not_a_number(monkeypatch, tmp_path):
    monkeypatch.setattr(_memory, "STATUS", tmp_path / "status")
    with peak_memory() as peak:
        pass
    assert np.isnan(peak.mib)
