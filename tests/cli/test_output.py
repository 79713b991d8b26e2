import os
import pty
import subprocess
import sys

import pytest

from skfashion.cli._errors import InputError
from skfashion.cli._output import output_folder, require_writable

SHOW = """
import time
from skfashion.cli._output import out, progress
with progress() as bar:
    task = bar.add_task("working", total=2)
    bar.advance(task)
    bar.refresh()
out.print("done")
"""


def _shown_on_a_terminal(**environment):
    """What a terminal receives on its two streams."""
    terminal, end = pty.openpty()
    clean = {name: value for name, value in os.environ.items() if name not in ("CI", "NO_COLOR", "FORCE_COLOR")}
    variables = clean | {"TERM": "xterm-256color"} | environment
    subprocess.run([sys.executable, "-c", SHOW], stdout=end, stderr=end, env=variables, check=True)
    os.close(end)
    shown = b""
    try:
        while block := os.read(terminal, 10_000):
            shown += block
    except OSError:  # Linux's way to say that the other end is closed
        pass
    os.close(terminal)
    return shown.decode()


def test_a_terminal_shows_progress_in_colour():
    shown = _shown_on_a_terminal()
    assert "working" in shown
    assert "\x1b[38;5;" in shown


def test_no_color_is_respected():
    shown = _shown_on_a_terminal(NO_COLOR="1")
    assert "working" in shown
    assert "\x1b[38;5;" not in shown


def test_progress_is_silent_under_ci():
    assert _shown_on_a_terminal(CI="true").strip() == "done"


def test_progress_is_silent_in_a_pipe():
    run = subprocess.run([sys.executable, "-c", SHOW], capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ("done\n", "")


def test_an_empty_folder_may_be_written_to(tmp_path):
    (tmp_path / "out").mkdir()
    with output_folder(tmp_path / "out") as folder:
        (folder / "a.txt").touch()
    assert (tmp_path / "out" / "a.txt").exists()


def test_the_folders_above_are_made_for_results_and_not_for_errors(tmp_path):
    path = tmp_path / "a" / "b" / "out"
    require_writable(path)
    with pytest.raises(RuntimeError), output_folder(path):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
    with output_folder(path) as folder:
        (folder / "c.txt").touch()
    assert (path / "c.txt").exists()


def test_a_file_is_not_an_output_folder(tmp_path):
    (tmp_path / "out").touch()
    with pytest.raises(InputError, match="out exists and was not made by skfashion"):
        require_writable(tmp_path / "out")
