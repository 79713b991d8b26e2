"""Copies or links of files in one folder for each label."""

import os
import shutil
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path

from skfashion._utils.files import new_folder

MAX_BYTES = 120  # of the name of a folder; file systems take 255
UNSAFE = set('/\\:*?"<>|')  # on one system or another
RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{name}{i}" for name in ("COM", "LPT") for i in range(10))}


def sort_files(
    source,
    files: Iterable[str],
    labels: Iterable[str],
    target,
    *,
    link: bool = False,
    callback: Callable[[int, int], object] | None = None,
) -> dict[str, str]:
    """Copy files, or make symbolic links to them, into a new folder with one folder for each label.

    Files keep their names. If several in a folder have one name, the later ones get a number: ``a-2.png``. The new
    folder appears complete or not at all.

    Parameters
    ----------
    source : str or path-like
        Folder of the files.
    files : iterable of str
        Files, relative to `source`.
    labels : iterable of str
        Label of each file; files with the label "" are left out.
    target : str or path-like
        Folder to make. It must not exist, or must be empty; the folder above it must exist.
    link : bool, default=False
        Whether to make links to the files in place of copies.
    callback : callable or None, default=None
        Function ``callback(n_done, n_files)``, called after each file.

    Returns
    -------
    dict of str to str
        Name of the folder of each label.

    Raises
    ------
    FileExistsError
        If there is something at `target`.
    OSError
        If a file has vanished or cannot be copied.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skfashion.labelling import sort_files
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = [Path(folder, name).write_bytes(b"") for name in ("a.png", "b.png")]
    ...     names = sort_files(folder, ["a.png", "b.png"], ["T-shirt/top", ""], Path(folder, "sorted"))
    ...     names, [path.name for path in Path(folder, "sorted").rglob("*.png")]
    ({'T-shirt/top': 'T-shirt_top'}, ['a.png'])
    """
    source, target = Path(os.path.abspath(source)), Path(os.path.abspath(target))
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise FileExistsError(f"{target} exists.")
    wanted = [(file, label) for file, label in zip(files, labels, strict=True) if label != ""]
    names: dict[str, str] = {}
    taken: dict[str, int] = {}
    for label in sorted({label for _, label in wanted}):
        names[label] = _free(safe_name(label), "", taken)
    with new_folder(target, replace=False) as folder:
        for name in names.values():
            (folder / name).mkdir()
        in_folder: dict[str, dict[str, int]] = {name: {} for name in names.values()}
        for i, (file, label) in enumerate(wanted, start=1):
            path = Path(file)
            name = _free(path.stem, path.suffix, in_folder[names[label]])
            _place(source / path, folder / names[label] / name, link)
            if callback is not None:
                callback(i, len(wanted))
    return names


def safe_name(label: str) -> str:
    """Turn a label into the name of a folder on any system.

    Parameters
    ----------
    label : str
        The label.

    Returns
    -------
    str
        The label, with "_" for characters that a name of a folder cannot have, and for a dot at either end.

    Examples
    --------
    >>> from skfashion.labelling import safe_name
    >>> safe_name("T-shirt"), safe_name("../x"), safe_name("CON"), safe_name("...")
    ('T-shirt', '_._x', '_CON', '_')
    """
    name = unicodedata.normalize("NFC", label)
    name = "".join("_" if c in UNSAFE or unicodedata.category(c)[0] == "C" else c for c in name)
    name = name.encode()[:MAX_BYTES].decode(errors="ignore").strip()
    if not name.strip("."):
        return "_"
    if name.startswith("."):
        name = f"_{name[1:]}"  # hidden otherwise
    if name.endswith("."):
        name = f"{name[:-1]}_"
    return f"_{name}" if name.split(".")[0].strip().upper() in RESERVED else name


def _free(stem, suffix, taken):
    """Return a name that is not taken, with a number if need be, and take it; upper and lower case are the same.

    `taken` has the last number of each name: to count from 1 for each of many equal names would take hours.
    """
    name = f"{stem}{suffix}"
    first = key = _key(name)
    number = taken.get(first, 1)
    while key in taken:
        number += 1
        name = f"{stem}-{number}{suffix}"
        key = _key(name)
    taken[key] = 1
    taken[first] = number
    return name


def _key(name):
    return unicodedata.normalize("NFC", name).casefold()


def _place(file, to, link):
    if link and not file.is_file():
        raise FileNotFoundError(f"{file} does not exist.")
    if link:
        to.symlink_to(file)
    else:
        shutil.copy2(file, to)
