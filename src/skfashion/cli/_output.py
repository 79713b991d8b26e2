"""What a command leaves behind: tables on the terminal, and folders that appear complete or not at all."""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from skfashion import __version__
from skfashion.cli._errors import InputError

out = Console()

MANIFEST = "skfashion.json"  # marks a folder as ours, which a later run may replace


def note(message: str) -> None:
    """Say something in one line on stderr."""
    print(message, file=sys.stderr)


def progress() -> Progress:
    """A progress bar on stderr, silent where stderr is no terminal."""
    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
    console = Console(stderr=True)
    console.quiet = not console.is_terminal
    return Progress(*columns, TimeRemainingColumn(), console=console, transient=True)


@contextmanager
def output_folder(path: Path) -> Iterator[Path]:
    """Yield a folder to write to, which takes its place at `path` when the block ends without an error.

    Raises
    ------
    InputError
        If something is there that no command of ours has made, or if the folder cannot be written.
    """
    require_writable(path)
    try:
        with tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=path.parent) as temporary:
            folder, replaced = Path(temporary, path.name), Path(temporary, "replaced")
            folder.mkdir()
            yield folder
            files = sorted(file.name for file in folder.iterdir())
            write_json(folder / MANIFEST, {"skfashion": __version__, "files": files})
            if path.exists():
                path.rename(replaced)
            try:
                folder.rename(path)
            except BaseException:
                if replaced.exists():
                    replaced.rename(path)
                raise
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}") from error


def require_writable(path: Path) -> None:
    """Raise InputError if `path` holds anything that no command of ours has written, or cannot be written."""
    try:
        if path.exists():
            _require_ours(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryDirectory(dir=path.parent).cleanup()
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}") from error


def _require_ours(path):
    if not (path / MANIFEST).is_file():
        raise InputError(f"{path} exists and was not made by skfashion; choose another --out or delete it")
    ours = {MANIFEST, *json.loads((path / MANIFEST).read_text())["files"]}
    for file in sorted(path.iterdir()):
        if file.name not in ours:
            raise InputError(
                f"{path} holds {file.name}, which skfashion did not write; choose another --out or move it"
            )


def write_json(path: Path, content: dict) -> None:
    """Write indented JSON."""
    path.write_text(json.dumps(content, indent=2) + "\n")
