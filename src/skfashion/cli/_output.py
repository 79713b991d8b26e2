"""Output of commands: text on the terminal, and folders that appear complete or not at all."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from skfashion import __version__
from skfashion._utils.files import KeptElsewhereError, new_folder
from skfashion._utils.special_files import check_regular
from skfashion.cli._terminal import print_to_stderr, printable

console = Console()

MANIFEST = "skfashion.json"  # marks a folder as ours, which a later run may replace


class InputError(Exception):
    """An error in the input or the arguments; its message is one line."""


def note(message: str) -> None:
    """Print a line on stderr."""
    print_to_stderr(message)


def progress() -> Progress:
    """Make a progress bar on stderr; it is silent under CI and if stderr is no terminal."""
    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
    stderr = Console(stderr=True)
    stderr.quiet = not stderr.is_terminal or bool(os.environ.get("CI"))
    return Progress(*columns, TimeRemainingColumn(), console=stderr, transient=True)


def counted(number: int, noun: str) -> str:
    """Write a number with its noun."""
    return f"1 {noun}" if number == 1 else f"{number:,} {noun}s"


def say(text: str) -> None:
    """Print a line unchanged, even if it is long."""
    console.print(printable(text), markup=False, highlight=False, soft_wrap=True)


@contextmanager
def output_folder(path: Path, command: str, *, replace: bool = True) -> Iterator[Path]:
    """Yield a folder to write to; it moves to `path` when the block ends without an error.

    It replaces an earlier folder of the command, or, unless `replace`, an empty folder only.

    Raises
    ------
    InputError
        If `path` holds anything that `command` has not written, or if the folder cannot be written. What appears there
        during the block stays, and the folder is next to `path`.
    """
    path = Path(os.path.realpath(path))
    require_writable(path, command)
    try:
        check = partial(_require_ours, path=path, command=command)  # again: other programs may have written there
        with parents_of(path, keep=True), new_folder(path, replace=replace, check=check) as folder:
            yield folder
            files = sorted(file.name for file in folder.iterdir())
            write_json(folder / MANIFEST, {"skfashion": __version__, "command": command, "files": files})
    except KeptElsewhereError as error:
        reason, _, _ = str(error.__cause__).rpartition("; ")  # without the way out, which was taken
        raise InputError(f"the results are in {error.folder}, since {reason or error.__cause__}") from error
    except OSError as error:
        raise _not_written(path, error) from error


def require_writable(path: Path, command: str) -> None:
    """Raise InputError if `path` holds anything that `command` has not written, or cannot be written."""
    path = Path(os.path.realpath(path))
    try:
        if path.is_symlink():  # which realpath could not follow
            raise InputError(f"{path} is a link that leads to itself; choose another --out")
        if path.exists():
            _require_replaceable(path)
            _require_ours(path, path, command)
        with parents_of(path, keep=False):
            tempfile.TemporaryDirectory(dir=path.parent).cleanup()
    except OSError as error:
        raise _not_written(path, error) from error


@contextmanager
def parents_of(path: Path, *, keep: bool) -> Iterator[None]:
    """Make the folders above `path`; remove them after an error, or if they are not to be kept."""
    missing = [parent for parent in path.parents if not parent.exists()]  # the deepest first
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        keep = False
        raise
    finally:
        for parent in [] if keep else missing:
            with suppress(OSError):  # somebody has put something there
                parent.rmdir()


def require_new(path: Path, option: str) -> None:
    """Raise InputError if there is anything at `path` but an empty folder, or if it cannot be written."""
    try:
        is_empty = path.is_dir() and not path.is_symlink() and not any(path.iterdir())
    except OSError as error:
        raise _not_written(path, error) from error
    if os.path.lexists(path) and not is_empty:
        raise InputError(f"{path} exists, and nothing is overwritten; choose another {option}")
    require_writable(path, "label")


def _not_written(path, error):
    return InputError(f"{path} cannot be written: {error.strerror or error}")


def _require_replaceable(path):
    if path.is_mount() or path.samefile(os.curdir):
        where = "where a disk is mounted" if path.is_mount() else "the folder you are in"
        raise InputError(f"{path} is {where}, which cannot be replaced; choose a folder in it")


def _require_ours(folder, path, command):
    """Raise InputError if a folder, which is at `path` for the user, holds anything that `command` has not written."""
    if folder.is_dir() and not any(folder.iterdir()):
        return
    manifest = read_manifest(folder)
    if manifest is None:
        raise InputError(f"{path} exists and was not made by skfashion; choose another --out")
    if manifest["command"] != command:
        made_by = f"skfashion {manifest['command']}"
        raise InputError(f"{path} was made by `{made_by}`, and its results would be lost; choose another --out")
    for file in sorted(folder.iterdir()):
        if file.name not in (MANIFEST, *manifest["files"]):
            raise InputError(
                f"{path} holds {file.name}, which skfashion did not write; choose another --out or move it"
            )


def read_manifest(folder: Path) -> dict | None:
    """Read the manifest of a folder; None if there is no manifest of ours."""
    try:
        check_regular(folder / MANIFEST)
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return manifest if isinstance(manifest["command"], str) and isinstance(manifest["files"], list) else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def describe_files(folder: Path) -> str:
    """Name the written files, for the start of a sentence."""
    *names, last = sorted(file.name for file in folder.iterdir() if file.name != MANIFEST)
    return f"{', '.join(names)} and {last}"


def write_json(path: Path, content: dict) -> None:
    """Write indented JSON."""
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
