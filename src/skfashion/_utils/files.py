"""Files and folders that appear complete or not at all."""

import ctypes
import errno
import glob
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from uuid import uuid4

OLD = 7 * 24 * 3600  # seconds after which what a killed program has left is removed
MARK = ".skfashion-"  # in the names of unfinished files and folders, before 32 hexadecimal digits
RESERVE = 2**21  # bytes that are held, and freed when there may be no others: to remove what is unfinished takes some
REPLACED = "replaced"  # name of the old folder while the new one takes its place in two steps
_CURRENT_FOLDER, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux


class KeptElsewhereError(Exception):
    """A new folder could not take its place, and is in another one; the cause says why."""

    def __init__(self, folder: Path):
        super().__init__(f"the new folder is {folder}")
        self.folder = folder


def expanded(path: str | os.PathLike[str]) -> Path:
    """Return a path whose ~ is the home; an unknown ~user is left as it is, where pathlib raises a RuntimeError."""
    return Path(os.path.expanduser(path))


def write_file(path: Path, content: bytes) -> None:
    """Write a file as a whole, even if the program is killed or the power fails; its folder must exist."""
    _sweep(path)
    temporary, reserve = _temporary(path), bytearray(RESERVE)
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        del reserve
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def new_folder(path: Path, *, replace: bool = True, check: Callable[[Path], None] = lambda _: None) -> Iterator[Path]:
    """Yield an empty folder that replaces the folder at `path` when the block ends without an error.

    On Linux, the two are exchanged in one step. Elsewhere there are two steps; if the program is killed between them,
    the next call puts the old folder back. Unless `replace`, only an empty folder is replaced; anything else raises an
    OSError. `check` gets the folder that was replaced, in which another program may have written in the meantime: after
    an error of `check`, this folder is put back, and a KeptElsewhereError names a new place of the new one.
    """
    _sweep(path)
    temporary, reserve = _temporary(path), bytearray(RESERVE)
    folder = temporary / path.name
    try:
        folder.mkdir(parents=True)
        made = folder.stat().st_ino
        try:
            yield folder
        finally:
            del reserve
        _sync(folder)
        if replace:
            try:
                _put_in_place(folder, path)
            finally:  # an interrupt may come when the folders are exchanged
                _check_replaced(folder, made, path, check)
        else:
            _put_in_empty_place(folder, path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _temporary(path):
    """Return a new name next to a path, which `_sweep` knows as ours."""
    return path.with_name(f".{path.name}{MARK}{uuid4().hex}")


def _put_in_place(folder, path):
    """Move a folder to a path; what was there is in the folder's parent afterwards."""
    while True:
        with suppress(FileNotFoundError):  # there is nothing to exchange it for
            if _exchange(folder, path):
                return
        replaced = folder.with_name(REPLACED)
        try:
            if os.path.lexists(path):
                path.rename(replaced)
            folder.rename(path)
            return
        except BaseException as error:
            if os.path.lexists(replaced) and not os.path.lexists(path):
                replaced.rename(path)
            was_slower = isinstance(error, OSError) and error.errno in (errno.ENOTEMPTY, errno.EEXIST)
            if not was_slower:  # than another program
                raise


def _check_replaced(folder, made, path, check):
    """Check what was at a path; put it back if it must stay, and the folder with the number `made` next to it."""
    places = [place for place in (folder, folder.with_name(REPLACED)) if os.path.lexists(place)]
    replaced = next((place for place in places if place.lstat().st_ino != made), None)
    if replaced is None:
        return
    try:
        check(replaced)
    except BaseException as error:
        new = _put_back(replaced, path)
        if isinstance(error, Exception):
            raise KeptElsewhereError(new) from error
        raise


def _put_back(replaced, path):
    """Move what was replaced to its path again, and what is there to a place next to it, which is returned."""
    new = _free_place(path)
    try:
        if _exchange(replaced, path):
            replaced.rename(new)
        else:
            path.rename(new)
            replaced.rename(path)
    except OSError:  # a third program has taken the place
        replaced.rename(_free_place(path))
        raise
    return new


def _free_place(path):
    """Return a path next to this one at which there is nothing."""
    places = (path.with_name(f"{path.name}-{number}") for number in count(2))
    return next(place for place in places if not os.path.lexists(place))


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
    """Wait until the files of a folder are on the disk, but not those that links point to."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            with suppress(OSError):  # a file that cannot be read, or a system that syncs only what is open for writing
                descriptor = os.open(path, os.O_RDONLY)
                try:
                    os.fsync(descriptor)
                finally:
                    os.close(descriptor)


def _sweep(path):
    """Put back the folder that a killed program was about to replace, and remove what is old of its work."""
    ours = re.compile(re.escape(f".{path.name}{MARK}") + "[0-9a-f]{32}")
    for left in path.parent.glob(f".{glob.escape(path.name)}{MARK}*"):
        if not ours.fullmatch(left.name):
            continue
        with suppress(OSError):  # another program may be at it
            if (left / REPLACED).exists() and not path.exists():
                (left / REPLACED).rename(path)
            if time.time() - left.lstat().st_mtime > OLD:
                shutil.rmtree(left) if left.is_dir() else left.unlink()
