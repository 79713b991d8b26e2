import os
import subprocess
import sys
import time

import numpy as np
import pytest

from skfashion._utils import files
from skfashion._utils.files import new_folder, write_file


def test_a_file_is_replaced_as_a_whole(tmp_path):
    path = tmp_path / "a.json"
    for content in (b"old", b"new"):
        write_file(path, content)
        assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    write_file(path, b"old")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_replaced_when_the_block_has_ended(tmp_path):
    path = tmp_path / "out"
    for name in ("old", "new"):
        with new_folder(path) as folder:
            (folder / name).touch()
            assert not (path / name).exists()
        assert [file.name for file in path.iterdir()] == [name]
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_leaves_the_old_folder_and_no_other(tmp_path):
    path = tmp_path / "out"
    with new_folder(path) as folder:
        (folder / "old").touch()
    with pytest.raises(KeyboardInterrupt), new_folder(path) as folder:
        (folder / "new").touch()
        raise KeyboardInterrupt
    assert [file.name for file in path.iterdir()] == ["old"]
    assert list(tmp_path.iterdir()) == [path]


def test_what_was_killed_long_ago_is_swept_and_what_is_new_stays(tmp_path):
    path = tmp_path / "out[1].json"
    for name in ("old", "new"):
        (tmp_path / f".out[1].json-{name}").write_text("part")
        folder = tmp_path / f".out[1].json-{name}-folder"
        folder.mkdir()
        (folder / "part").touch()
    other = tmp_path / ".out1.json-old"
    other.touch()
    for left in (*tmp_path.glob(".*-old*"), other):
        os.utime(left, (0, 0))
    write_file(path, b"content")
    left = sorted(file.name for file in tmp_path.iterdir())
    assert left == [".out1.json-old", ".out[1].json-new", ".out[1].json-new-folder", "out[1].json"]


def test_a_folder_whose_replacement_was_killed_is_put_back(tmp_path):
    path = tmp_path / "out"
    replaced = tmp_path / ".out-abc" / files.REPLACED
    replaced.mkdir(parents=True)
    (replaced / "old").touch()
    with pytest.raises(KeyboardInterrupt), new_folder(path):
        raise KeyboardInterrupt
    assert [file.name for file in path.iterdir()] == ["old"]


@pytest.mark.parametrize("can_exchange", [True, False])
def test_two_writers_end_with_the_folder_of_one(tmp_path, monkeypatch, can_exchange):
    if not can_exchange:
        monkeypatch.setattr(files, "_exchange", lambda one, other: False)
    path = tmp_path / "out"
    with new_folder(path) as first:
        (first / "first").touch()
        with new_folder(path) as second:
            (second / "second").touch()
    assert [file.name for file in path.iterdir()] == ["first"]
    assert list(tmp_path.iterdir()) == [path]


PROGRAM = """
import sys
from pathlib import Path
from skfashion._utils.files import new_folder

path, number = Path(sys.argv[1]), 0
print("ready", flush=True)
while True:
    number += 1
    with new_folder(path) as folder:
        for name in ("a", "b", "c"):
            (folder / name).write_text(str(number))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take two steps")
def test_the_folder_is_there_and_whole_whenever_a_writer_is_killed(tmp_path):
    path, rng = tmp_path / "out", np.random.default_rng(0)
    for _ in range(10):
        writers = [
            subprocess.Popen([sys.executable, "-c", PROGRAM, str(path)], stdout=subprocess.PIPE) for _ in range(2)
        ]
        for writer in writers:
            writer.stdout.readline()
        while not path.exists():
            time.sleep(0.01)
        time.sleep(rng.uniform(0.05, 0.2))
        for _ in range(50):
            assert path.is_dir()
        for writer in writers:
            writer.kill()
            writer.communicate()
        assert len({(path / name).read_text() for name in ("a", "b", "c")}) == 1


def test_a_folder_that_replaces_nothing_takes_an_empty_place_only(tmp_path):
    path = tmp_path / "out"
    path.mkdir()
    with new_folder(path, replace=False) as folder:
        (folder / "old").touch()
    with pytest.raises(OSError, match="not empty"), new_folder(path, replace=False) as folder:
        (folder / "new").touch()
    assert [file.name for file in path.iterdir()] == ["old"]
    assert list(tmp_path.iterdir()) == [path]
