"""Starts processes in a moment and kills them: 12, with each signal once for each command, or SKFASHION_FAULTS."""

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

N_KILLS = int(os.environ.get("SKFASHION_FAULTS", 12))
COMMANDS = ("save", "cluster", "search", "reproduce")


def pytest_generate_tests(metafunc):
    """Repeat a test of kills."""
    if "kill" in metafunc.fixturenames:
        metafunc.parametrize("kill", range(N_KILLS // len(COMMANDS)))
        metafunc.parametrize("command", COMMANDS, scope="module")


@dataclass
class Ended:
    """A process that has ended: its exit code as a shell shows it, its errors, and its seconds."""

    code: int
    errors: str
    seconds: float


class Nursery:
    """Runs functions of the program commands_on_demand.py, and ends them."""

    def __init__(self, process, folder):
        self._process, self._errors = process, folder / "errors"
        self.cache = folder / "cache"

    def run(self, target, *arguments, after=None, number=None, **limits):
        """Run a function; send it a signal after some seconds."""
        line = [target, [str(self._errors), *map(str, arguments)], limits]
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()
        child, start = json.loads(self._process.stdout.readline()), time.monotonic()
        if number is not None:
            time.sleep(after)
            with suppress(ProcessLookupError):  # it may have ended before
                os.kill(child, number)
        code = json.loads(self._process.stdout.readline())
        return Ended(code, self._errors.read_text(), time.monotonic() - start)


@pytest.fixture(scope="module")
def npy(tmp_path_factory, sample):
    """60 real images in a file."""
    path = tmp_path_factory.mktemp("images") / "images.npy"
    np.save(path, sample[0][:60].reshape(60, 28, 28))
    return path


@pytest.fixture(scope="module")
def nursery(tmp_path_factory, npy):
    folder = tmp_path_factory.mktemp("nursery")
    program = Path(__file__).parents[1] / "programs" / "commands_on_demand.py"
    environment = os.environ | {"OMP_NUM_THREADS": "1", "XDG_CACHE_HOME": str(folder / "cache")}
    process = subprocess.Popen(
        [sys.executable, program, npy],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    )
    while process.stdout.readline() != "ready\n":
        assert process.poll() is None
    yield Nursery(process, folder)
    process.stdin.close()
    process.stdout.close()
    process.wait()
