import os
import socket
import sys

import pytest

from skfashion.datasets import DatasetError
from skfashion.datasets._files import find_images


def test_names_are_sorted_and_suffixes_may_be_in_capitals(tmp_path):
    for name in ("c.JPG", "a.jfif", "sub/b.heic"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    names = [path.relative_to(tmp_path).as_posix() for path in find_images(tmp_path).paths]
    assert names == ["a.jfif", "c.JPG", "sub/b.heic"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders")
def test_pipes_sockets_devices_and_folders_named_like_images_are_passed_over(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the name of a socket must be short
    (tmp_path / "a.png").touch()
    os.mkfifo("b.png")
    (tmp_path / "c.png").symlink_to("/dev/zero")
    (tmp_path / "d.png").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("e.png")
        found = find_images(tmp_path)
    assert [path.name for path in found.paths] == ["a.png"]
    assert found.passed_over == {"not a regular file": 3}


def test_links_to_folders_are_counted_and_not_followed(tmp_path):
    (tmp_path / "photos" / "cats").mkdir(parents=True)
    (tmp_path / "photos" / "dogs").symlink_to(tmp_path / "photos" / "cats", target_is_directory=True)
    with pytest.raises(DatasetError, match="holds no image files, and its links to folders are not followed"):
        find_images(tmp_path / "photos")
    (tmp_path / "photos" / "cats" / "a.png").touch()
    found = find_images(tmp_path / "photos")
    assert [path.parent.name for path in found.paths] == ["cats"]
    assert found.passed_over == {"link to a folder": 1}


def test_a_subfolder_that_cannot_be_read_is_an_error(tmp_path, monkeypatch):
    (tmp_path / "a.png").touch()
    (tmp_path / "locked").mkdir()
    scandir = os.scandir

    def refuse(path):
        if os.path.basename(path) == "locked":
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(DatasetError, match=r"locked cannot be read \(Permission denied\); allow it to be read"):
        find_images(tmp_path)
