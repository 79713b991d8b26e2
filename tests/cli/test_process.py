import os
import signal
import subprocess
import sys
import time
import warnings
import weakref

import numpy as np
import pytest
from sklearn.cluster import KMeans

from skfashion.cli import main
from skfashion.cli._process import run_in_order


def test_the_code_of_the_command_is_returned():
    assert run_in_order(lambda: 7) == 7


def fail():
    raise KeyError("a name\nin two lines \x1b[2J")


def test_an_unexpected_error_is_one_line(capsys, monkeypatch):
    monkeypatch.delenv("SKFASHION_DEBUG", raising=False)
    assert run_in_order(fail) == 1
    message = capsys.readouterr().err
    assert message.startswith("skfashion: unexpected KeyError: ")
    assert message.endswith("; SKFASHION_DEBUG=1 shows where it comes from\n")
    assert len(message.splitlines()) == 1
    assert "\x1b" not in message


def test_no_memory_for_a_fit_is_no_fault_of_the_images(monkeypatch, tmp_path, capsys):
    def fail(*args, **options):
        raise MemoryError("Unable to allocate 7 GiB\nfor an array")

    monkeypatch.delenv("SKFASHION_DEBUG", raising=False)
    monkeypatch.setattr(KMeans, "fit", fail)
    np.save(tmp_path / "images.npy", np.random.default_rng(0).integers(0, 256, (30, 8, 8), np.uint8))
    options = ["--reducer", "pca", "--clusterer", "kmeans", "--n-clusters", "2"]
    assert main(["cluster", str(tmp_path / "images.npy"), *options]) == 1
    message = capsys.readouterr().err.splitlines()[-1]
    assert message.startswith(
        "skfashion: error: there is not enough memory: Unable to allocate 7 GiB for an array; take"
    )


def test_an_unexpected_error_is_raised_on_demand(monkeypatch):
    monkeypatch.setenv("SKFASHION_DEBUG", "1")
    with pytest.raises(KeyError):
        run_in_order(fail)


def test_warnings_are_one_line_without_escape_sequences(capsys):
    def warn():
        warnings.warn("a name:\n\x1b[2J", stacklevel=1)
        return 0

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        run_in_order(warn)
    assert capsys.readouterr().err == "skfashion: warning: a name: \\x1b[2J\n"


class Finalized:
    """Sends a signal as it goes."""

    def __init__(self, number):
        self.number = number

    def __del__(self):
        signal.raise_signal(self.number)


class Watched:
    """Sends a signal from the callback of a weak reference as it goes."""

    def __init__(self, number):
        watched = set()
        self.reference = weakref.ref(watched, lambda _: signal.raise_signal(number))


@pytest.mark.parametrize("kind", [Finalized, Watched])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_is_not_lost_where_python_ignores_exceptions(kind, number, code, capsys, ctrl_c):
    before = sys.unraisablehook

    def work():
        kind(number)
        time.sleep(60)
        raise AssertionError("the signal was lost")

    with pytest.raises(SystemExit) as ending:
        sys.exit(run_in_order(work))  # it raises for SIGTERM, and returns a code for Ctrl-C
    assert ending.value.code == code
    assert "Traceback" not in capsys.readouterr().err
    assert sys.unraisablehook is before


AT_EXIT = """
import atexit, signal, sys
from skfashion.cli import program

signal.signal(signal.SIGINT, {handler})
atexit.register(signal.raise_signal, {number})
program(["list"])
"""


@pytest.mark.parametrize(
    ("handler", "number", "code"),
    [
        ("signal.default_int_handler", "signal.SIGINT", -signal.SIGINT),
        ("signal.SIG_IGN", "signal.SIGINT", 0),
        ("signal.SIG_IGN", "signal.SIGTERM", -signal.SIGTERM),
    ],
)
def test_a_signal_when_the_work_is_done_ends_the_process_without_a_traceback(handler, number, code):
    program = AT_EXIT.format(handler=handler, number=number)
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ended.returncode == code
    assert ended.stderr == ""
    assert "kmeans" in ended.stdout


def test_what_else_python_ignores_is_said_as_before(capsys, monkeypatch):
    said = []
    monkeypatch.setattr(sys, "unraisablehook", said.append)

    class Broken:
        def __del__(self):
            raise ValueError

    assert run_in_order(lambda: [Broken(), 0][1]) == 0
    (ignored,) = said
    assert ignored.exc_type is ValueError


@pytest.mark.skipif(sys.platform != "linux", reason="limits the memory")
@pytest.mark.parametrize("kind", ["command", "start"])
def test_no_memory_is_said_in_a_line_and_nothing_is_left(kind, tmp_path, programs):
    program = [sys.executable, programs / "exhaust_memory.py", kind, tmp_path / "out"]
    ended = subprocess.run(program, stderr=subprocess.PIPE, text=True)
    assert ended.returncode == 1
    assert ended.stderr == (
        "skfashion: error: there is not enough memory; take fewer images, or smaller ones; "
        "SKFASHION_DEBUG=1 shows where it comes from\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a full device")
def test_output_that_cannot_be_written_is_one_line():
    with open("/dev/full", "w") as full:
        run = subprocess.run(
            [sys.executable, "-m", "skfashion", "list"], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert run.returncode == 1
    assert run.stderr == "skfashion: error: the output cannot be written: No space left on device\n"


def test_names_that_the_encoding_lacks_are_written_out(tmp_path):
    command = [sys.executable, "-m", "skfashion", "cluster", str(tmp_path / "猫\x1b[2J")]
    run = subprocess.run(command, capture_output=True, env=os.environ | {"PYTHONIOENCODING": "cp1252"})
    assert run.returncode == 2
    assert b"\\u732b\\x1b[2J" in run.stderr
    assert len(run.stderr.splitlines()) == 1
