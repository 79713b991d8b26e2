"""The number of inputs: 1,000 for all tests together, or as many as SKFASHION_FUZZ says."""

import os
import resource
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

N_TESTS = sum(file.read_text().count("\n@given(") for file in Path(__file__).parent.glob("test_*.py"))
INPUTS = int(os.environ.get("SKFASHION_FUZZ", 1000))
MAX_MEMORY = 2**30  # bytes that one file may take, for all inputs of a test: none of them is larger than a few KB

settings.register_profile(
    "fuzz",
    max_examples=max(INPUTS // N_TESTS, 1),
    deadline=None,
    derandomize="SKFASHION_FUZZ" not in os.environ,  # the tests of every change take the same inputs
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
settings.load_profile("fuzz")


@pytest.fixture(autouse=True, scope="module")
def _limited_memory():
    """Turn a small file that asks for much memory into a MemoryError, which no test allows."""
    before = resource.getrlimit(resource.RLIMIT_DATA)
    used = int(next(line for line in Path("/proc/self/status").read_text().splitlines() if "VmData" in line).split()[1])
    resource.setrlimit(resource.RLIMIT_DATA, (used * 1024 + MAX_MEMORY, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_DATA, before)


@pytest.fixture(scope="session")
def says_why():
    """Allow errors of some types; any other exception is a fault. Our own errors are in one line."""

    def check(call, *errors):
        try:
            return call()
        except errors as error:
            message = str(error)
        assert message.strip()
        assert len(message.splitlines()) == 1 or "does not accept missing values" in message, message
        return None

    return check


@pytest.fixture(scope="session")
def workspace(tmp_path_factory):
    """A folder for the files of all inputs; each input replaces those of the one before."""
    return tmp_path_factory.mktemp("fuzz")
