"""Files and folders that appear complete or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4


def write_file(path: Path, content: bytes) -> None:
    """Write a file as a whole, even if the program is killed or the power fails; its folder must exist."""
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

    Unless `replace`, only an empty folder is replaced; anything else raises an OSError.
    """
    with tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as temporary:
        folder, replaced = Path(temporary, path.name), Path(temporary, "replaced")
        folder.mkdir()
        yield folder
        try:
            if os.path.lexists(path) and not replace:
                path.rmdir()
            if path.exists():
                path.rename(replaced)
            folder.rename(path)
        except BaseException:
            if replaced.exists() and not path.exists():
                replaced.rename(path)
            raise
