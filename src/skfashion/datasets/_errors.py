"""Errors of files of data."""

import errno
from pathlib import Path


class DatasetError(ValueError):
    """An error of data that is missing, damaged or wrong; the message names the file and the way out."""

    def __init__(self, path: Path, problem: str, way_out: str = "delete it and fetch it again"):
        super().__init__(f"{path} {problem}; {way_out}.")


def refused(path: Path, error: OSError) -> DatasetError:
    """Make the error of a file that the system does not let us read, or cannot read itself."""
    ways_out = {
        **dict.fromkeys((errno.EACCES, errno.EPERM), "allow it to be read"),
        **dict.fromkeys((errno.ENOENT, errno.ELOOP), "put it there, or remove the link to it"),
    }
    way_out = ways_out.get(error.errno or 0, "see if another program can read it")
    return DatasetError(path, f"cannot be read ({error.strerror})", way_out)
