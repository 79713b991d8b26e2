"""Pipes and devices: reading one may never end."""

import errno
from pathlib import Path
from stat import S_ISREG


def is_special(path: Path) -> bool:
    """Return True for a folder, and for a pipe or a device, which may have no end."""
    try:
        return not S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def check_regular(path: Path) -> None:
    """Raise an OSError for a folder, a pipe or a device."""
    if is_special(path):
        raise OSError(errno.EINVAL, "Not a regular file", str(path))
