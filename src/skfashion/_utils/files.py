"""Files and folders that appear complete or not at all."""

import ctypes
import errno
import glob
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

OLD = 24 * 3600  # seconds after which what a killed program has left is removed
REPLACED = "replaced"  # name of the old folder while the new one takes its place in two steps
_CURRENT_FOLDER, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux


def write_file(path: Path, content: bytes) -> None:
    """Write a file as a whole, even if the program is killed or the power fails; its folder must exist."""
    _sweep(path)
    temporary = path.with_name(f".{path.name}-{uuid4().hex}")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def new_folder(path: Path, *, replace: bool = True) -> Iterator[Path]:
    """Yield an empty folder that replaces the folder at `path` when the block ends without an error.

    On Linux, the two are exchanged in one step. Elsewhere there are two steps; if the program is killed between them,
    the next call puts the old folder back. Unless `replace`, only an empty folder is replaced; anything else raises an
    OSError.
    """
    _sweep(path)
    with tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as temporary:
        folder = Path(temporary, path.name)
        folder.mkdir()
        yield folder
        _sync(folder)
        if replace:
            _put_in_place(folder, path)
        else:
            _put_in_empty_place(folder, path)


def _put_in_place(folder, path):
    """Move a folder to a path; what was there is in the folder's parent afterwards."""
    while True:
        with suppress(FileNotFoundError):  # there is nothing to exchange it for
            if _exchange(folder, path):
                return
        replaced = folder.with_name(REPLACED)
        try:
            if path.exists():
                path.rename(replaced)
            folder.rename(path)
            return
        except OSError as error:
            if replaced.exists() and not path.exists():
                replaced.rename(path)
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):  # else another program was faster
                raise


def _put_in_empty_place(folder, path):
    if os.path.lexists(path):
        path.rmdir()
    folder.rename(path)


def _exchange(one, other) -> bool:
    """Exchange two folders in one step; return False if the system cannot."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if sys.platform == "linux" else None
    if renameat2 is None:
        return False
    if renameat2(_CURRENT_FOLDER, os.fsencode(one), _CURRENT_FOLDER, os.fsencode(other), _EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL):  # an old kernel, or a file system that cannot
        return False
    raise OSError(code, os.strerror(code), str(other))


def _sync(folder):
    """Wait until the files of a folder are on the disk."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())


def _sweep(path):
    """Put back the folder that a killed program was about to replace, and remove what is old of its work."""
    for left in path.parent.glob(f".{glob.escape(path.name)}-*"):
        with suppress(OSError):  # another program may be at it
            if (left / REPLACED).exists() and not path.exists():
                (left / REPLACED).rename(path)
            if time.time() - left.lstat().st_mtime > OLD:
                shutil.rmtree(left) if left.is_dir() else left.unlink()
