import os

import pytest

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


def test_a_folder_that_replaces_nothing_takes_an_empty_place_only(tmp_path):
    path = tmp_path / "out"
    path.mkdir()
    with new_folder(path, replace=False) as folder:
        (folder / "old").touch()
    with pytest.raises(OSError, match="not empty"), new_folder(path, replace=False) as folder:
        (folder / "new").touch()
    assert [file.name for file in path.iterdir()] == ["old"]
    assert list(tmp_path.iterdir()) == [path]
