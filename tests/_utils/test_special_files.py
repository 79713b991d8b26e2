import os

import pytest

from skfashion._utils.special_files import check_regular, is_special


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_pipes_and_folders_are_no_regular_files(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path):
        assert is_special(path)
        with pytest.raises(OSError, match="Not a regular file"):
            check_regular(path)


def test_a_file_and_what_is_not_there_are_not_special(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    for name in ("file", "gone"):
        assert not is_special(tmp_path / name)
        check_regular(tmp_path / name)
