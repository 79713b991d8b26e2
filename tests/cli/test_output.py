import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from skfashion._utils import files
from skfashion.cli._output import InputError, output_folder, require_writable


@pytest.fixture
def show(programs):
    """The program that shows a progress bar."""
    return [sys.executable, programs / "show_progress.py"]


def _shown_on_a_terminal(show, **environment):
    """Return what a terminal receives on its two streams."""
    terminal, end = pty.openpty()
    clean = {name: value for name, value in os.environ.items() if name not in ("CI", "NO_COLOR", "FORCE_COLOR")}
    variables = clean | {"TERM": "xterm-256color"} | environment
    subprocess.run(show, stdout=end, stderr=end, env=variables, check=True)
    os.close(end)
    shown = b""
    try:
        while block := os.read(terminal, 10_000):
            shown += block
    except OSError:  # Linux's way to say that the other end is closed
        pass
    os.close(terminal)
    return shown.decode()


def test_a_terminal_shows_progress_in_colour(show):
    shown = _shown_on_a_terminal(show)
    assert "working" in shown
    assert "\x1b[38;5;" in shown


def test_no_color_is_respected(show):
    shown = _shown_on_a_terminal(show, NO_COLOR="1")
    assert "working" in shown
    assert "\x1b[38;5;" not in shown


def test_progress_is_silent_under_ci(show):
    assert _shown_on_a_terminal(show, CI="true").strip() == "done"


def test_progress_is_silent_in_a_pipe(show):
    run = subprocess.run(show, capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ("done\n", "")


def test_an_empty_folder_may_be_written_to(tmp_path):
    (tmp_path / "out").mkdir()
    with output_folder(tmp_path / "out", "cluster") as folder:
        (folder / "a.txt").touch()
    assert (tmp_path / "out" / "a.txt").exists()


def test_the_folders_above_are_made_for_results_and_not_for_errors(tmp_path):
    path = tmp_path / "a" / "b" / "out"
    require_writable(path, "cluster")
    with pytest.raises(RuntimeError), output_folder(path, "cluster"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
    with output_folder(path, "cluster") as folder:
        (folder / "c.txt").touch()
    assert (path / "c.txt").exists()


def test_a_file_is_not_an_output_folder(tmp_path):
    (tmp_path / "out").touch()
    with pytest.raises(InputError, match=r"out exists and was not made by skfashion; choose another --out$"):
        require_writable(tmp_path / "out", "cluster")


def test_the_results_of_another_command_are_not_replaced(tmp_path):
    with output_folder(tmp_path / "out", "cluster") as folder:
        (folder / "model.skfashion").touch()
    with pytest.raises(InputError, match="out was made by `skfashion cluster`, and its results would be lost"):
        require_writable(tmp_path / "out", "predict")


@pytest.mark.parametrize("manifest", ["", "[]", "{}", '{"command": "cluster", "files": 3}', "\udcff"])
def test_a_damaged_manifest_is_none_of_ours(tmp_path, manifest):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "skfashion.json").write_text(manifest, errors="surrogateescape")
    with pytest.raises(InputError, match="was not made by skfashion"):
        require_writable(tmp_path / "out", "cluster")


def test_an_error_while_the_old_folder_is_replaced_leaves_it(tmp_path, monkeypatch):
    """Where a system cannot exchange two folders in one step, there are two."""
    monkeypatch.setattr(files, "_exchange", lambda one, other: False)
    with output_folder(tmp_path / "out", "cluster") as folder:
        (folder / "old.txt").touch()
    rename = Path.rename

    def interrupted(self, target):
        if target == tmp_path / "out" and self.name == "out":
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt), output_folder(tmp_path / "out", "cluster"):
        pass
    assert (tmp_path / "out" / "old.txt").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("path", [Path("."), Path("x/..")], ids=str)
def test_the_folder_where_one_is_cannot_be_replaced(tmp_path, monkeypatch, path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="is the folder you are in"):
        require_writable(path, "cluster")


def test_a_mount_point_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setattr(Path, "is_mount", lambda self: True)
    with pytest.raises(InputError, match="is where a disk is mounted"):
        require_writable(tmp_path, "cluster")


def test_a_link_that_leads_to_itself_stays(tmp_path):
    link = tmp_path / "link"
    link.symlink_to(link)
    with pytest.raises(InputError, match="link is a link that leads to itself; choose another --out"):
        require_writable(link, "cluster")
    assert link.is_symlink()


def test_a_name_that_is_too_long_is_an_error(tmp_path):
    with pytest.raises(InputError, match="cannot be written: File name too long"):
        require_writable(tmp_path / ("a" * 300), "cluster")


def test_what_appears_in_the_place_of_results_while_they_are_written_stays(tmp_path):
    out = tmp_path / "out"
    with output_folder(out, "cluster") as folder:
        (folder / "labels.csv").touch()

    def disturbed():
        with output_folder(out, "cluster") as folder:
            (folder / "labels.csv").touch()
            (out / "decisions.json").write_text("mine")

    with pytest.raises(InputError, match=r"in .*out-2, since .*out holds decisions.json, which .* did not write$"):
        disturbed()
    assert (out / "decisions.json").read_text() == "mine"
    assert (tmp_path / "out-2" / "labels.csv").exists()


def test_results_that_another_command_has_written_in_the_meantime_stay(tmp_path):
    out = tmp_path / "out"

    def both():
        with output_folder(out, "cluster") as folder:
            (folder / "labels.csv").touch()
            with output_folder(out, "label", replace=False) as other:
                (other / "names.csv").touch()

    with pytest.raises(InputError, match=r"in .*out-2, since .* made by `skfashion label`, and .* would be lost$"):
        both()
    assert (out / "names.csv").exists()
    assert (tmp_path / "out-2" / "labels.csv").exists()
