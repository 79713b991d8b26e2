"""The journal of a study in a file, which a full disk or a killed process leaves whole.

Imported in function bodies only, since Optuna loads slowly.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager

from optuna.storages.journal import JournalFileBackend, JournalFileSymlinkLock

START = b'{"op_code":'  # of each line
PIECE = 2**16  # bytes, read from the end in search of the last whole line


class Journal(JournalFileBackend):
    """Optuna's journal in a file, whose lines are all whole.

    A process that is killed while it writes, or a full disk, leaves a part of a line. Optuna would append to it, and
    could never read the file again. Here, what is left of a line is cut off before anything is appended.

    Parameters
    ----------
    path : str
        The file.

    Raises
    ------
    OSError
        If it cannot be read or written; the error has its name.
    """

    def __init__(self, path: str):
        self._path, self._own_lock = path, JournalFileSymlinkLock(path)
        super().__init__(path, lock_obj=self._own_lock)
        if not _ends_with_a_line(path):
            with self._alone():
                pass

    def append_logs(self, logs):
        """Append all of the entries or none."""
        lines = b"".join(json.dumps(log, separators=(",", ":")).encode() + b"\n" for log in logs)
        with self._alone() as file:
            end = file.seek(0, os.SEEK_END)
            try:
                while lines:  # a disk that is almost full takes a part, and refuses the next
                    lines = lines[file.write(lines) :]
                os.fsync(file.fileno())
            except OSError as error:
                file.truncate(end)
                raise OSError(error.errno, error.strerror, self._path) from error

    @contextmanager
    def _alone(self) -> Iterator:
        """Lock the file, cut off what is left of a line at its end, and yield it."""
        self._own_lock.acquire()
        try:
            with open(self._path, "r+b", buffering=0) as file:
                _cut_off_part_of_a_line(file)
                yield file
        finally:
            self._own_lock.release()


def _ends_with_a_line(path):
    with open(path, "rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - 1, 0))
        return file.read(1) in (b"", b"\n")


def _cut_off_part_of_a_line(file):
    """Truncate a journal after its last whole line; leave a file alone that is no journal."""
    size = file.seek(0, os.SEEK_END)
    end = _end_of_last_line(file, size)
    if end < size and _is_journal(file):
        file.truncate(end)


def _end_of_last_line(file, size):
    """Return the number of bytes up to the end of the last whole line."""
    start = size
    while start > 0:
        stop, start = start, max(start - PIECE, 0)
        file.seek(start)
        if (place := file.read(stop - start).rfind(b"\n")) >= 0:
            return start + place + 1
    return 0


def _is_journal(file):
    """Return True if the file begins as Optuna's journals do, also if a part of that is all there is."""
    file.seek(0)
    line, end, _ = file.read(PIECE).partition(b"\n")
    return line.startswith(START if end else START[: len(line)])
