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
    path, ages = tmp_path / "out[1].json", {"a": 0, "b": time.time()}
    for digit, age in ages.items():
        (tmp_path / f".out[1].json{files.MARK}{31 * '0'}{digit}").write_text("part")
        folder = tmp_path / f".out[1].json{files.MARK}{31 * '1'}{digit}"
        folder.mkdir()
        (folder / "part").touch()
        for left in tmp_path.glob(f".*{digit}"):
            os.utime(left, (age, age))
    write_file(path, b"content")
    assert {file.name[-1] for file in tmp_path.iterdir() if file != path} == {"b"}
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("name", [".git-credentials", ".git.skfashion-notes", ".git-0123456789abcdef0123456789abcdef"])
def test_files_of_others_are_never_swept(tmp_path, name):
    """Hidden files and folders may have names that begin as ours do."""
    mine, folder = tmp_path / name, tmp_path / f"{name}.d"
    mine.touch()
    folder.mkdir()
    for path in (mine, folder):
        os.utime(path, (0, 0))
    write_file(tmp_path / "git", b"content")
    with new_folder(tmp_path / "git.d"):
        pass
    assert mine.exists()
    assert folder.exists()


@pytest.mark.parametrize("is_link", [False, True])
def test_files_are_not_opened_for_writing(tmp_path, is_link, monkeypatch):
    """Photos may be read-only, and links lead to the originals."""
    original = tmp_path / "photo.png"
    original.write_bytes(b"content")
    opened, usual = [], os.open
    monkeypatch.setattr(
        files.os, "open", lambda path, flags, *a, **k: (opened.append((path, flags)), usual(path, flags, *a, **k))[1]
    )
    with new_folder(tmp_path / "out") as folder:
        (folder / "photo.png").symlink_to(original) if is_link else (folder / "photo.png").write_bytes(b"content")
        opened.clear()
    assert [flags for path, flags in opened if str(path).endswith("photo.png")] == ([] if is_link else [os.O_RDONLY])


def test_a_folder_whose_replacement_was_killed_is_put_back(tmp_path):
    path = tmp_path / "out"
    replaced = tmp_path / f".out{files.MARK}{32 * 'a'}" / files.REPLACED
    replaced.mkdir(parents=True)
    (replaced / "old").touch()
    with pytest.raises(KeyboardInterrupt), new_folder(path):
        raise KeyboardInterrupt
    assert [file.name for file in path.iterdir()] == ["old"]


@pytest.fixture(params=[True, False], ids=["in one step", "in two"])
def exchange(request, monkeypatch):
    """Folders are exchanged as on Linux, and as elsewhere."""
    if not request.param:
        monkeypatch.setattr(files, "_exchange", lambda one, other: False)


@pytest.fixture
def out(tmp_path):
    """The folder of somebody else that is in the place."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").touch()
    return tmp_path / "out"


def _files(folder):
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*")}


def _refuse(replaced):
    assert [file.name for file in replaced.iterdir()] == ["old"]
    raise ValueError("old must stay")


@pytest.mark.usefixtures("exchange")
def test_two_writers_end_with_the_folder_of_one(tmp_path):
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


@pytest.mark.skipif(sys.platform != "linux", reason="limits the memory")
@pytest.mark.parametrize("kind", ["file", "folder"])
def test_nothing_is_left_when_there_is_no_memory(kind, tmp_path, programs):
    ended = subprocess.run([sys.executable, programs / "exhaust_memory.py", kind, tmp_path / "out"])
    assert ended.returncode == 3
    assert list(tmp_path.iterdir()) == []


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


@pytest.mark.usefixtures("exchange")
def test_what_must_stay_is_put_back_and_the_new_folder_is_next_to_it(tmp_path, out):
    (tmp_path / "out-2").mkdir()
    with pytest.raises(files.KeptElsewhereError) as caught, new_folder(out, check=_refuse) as folder:
        (folder / "new").touch()
    assert caught.value.folder == tmp_path / "out-3"
    assert _files(tmp_path) == {"out", "out/old", "out-2", "out-3", "out-3/new"}


@pytest.mark.usefixtures("exchange")
def test_an_interrupt_of_the_check_leaves_both(tmp_path, out):
    def check(replaced):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), new_folder(out, check=check) as folder:
        (folder / "new").touch()
    assert _files(tmp_path) == {"out", "out/old", "out-2", "out-2/new"}


def test_an_interrupt_after_the_exchange_loses_nothing(tmp_path, out, monkeypatch):
    put_in_place = files._put_in_place

    def interrupted(folder, path):
        put_in_place(folder, path)
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "_put_in_place", interrupted)
    with pytest.raises(files.KeptElsewhereError), new_folder(out, check=_refuse) as folder:
        (folder / "new").touch()
    assert _files(tmp_path) == {"out", "out/old", "out-2", "out-2/new"}


@pytest.mark.usefixtures("exchange")
def test_what_a_third_program_takes_the_place_of_is_kept(tmp_path, out):
    def check(replaced):
        out.rename(tmp_path / "taken")
        _refuse(replaced)

    with pytest.raises(FileNotFoundError), new_folder(out, check=check) as folder:
        (folder / "new").touch()
    assert _files(tmp_path) == {"out-2", "out-2/old", "taken", "taken/new"}


def test_a_link_to_nothing_is_checked_as_other_things(tmp_path):
    path = tmp_path / "out"

    def check(replaced):
        assert replaced.is_symlink()
        raise ValueError("it must stay")

    def put_a_link():
        with new_folder(path, check=check):
            path.symlink_to(tmp_path / "nowhere")

    with pytest.raises(files.KeptElsewhereError):
        put_a_link()
    assert path.is_symlink()
