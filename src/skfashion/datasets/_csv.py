"""Rows of pixels from a CSV file, with or without a column of labels."""

import csv
import gzip
import warnings
from math import isqrt
from pathlib import Path
from typing import NamedTuple

import numpy as np

from skfashion.datasets._arrays import LABEL_NAMES
from skfashion.datasets._errors import DatasetError

DELIMITERS = ",;\t"
LABEL_COLUMN = "say which column holds labels by label_column: its name, its number from 0, or None"


class _Layout(NamedTuple):
    """How the lines of a file are to be read."""

    delimiter: str
    names: list[str] | None  # the header
    n_columns: int
    label: int | None  # column of the labels


def read_csv(path: Path, label_column: str | int | None) -> tuple[np.ndarray, np.ndarray | None]:
    """Read rows, one an image, and their labels, which are strings.

    `label_column` is the name or the number of their column, None where there is none, or "auto": a column with one of
    the usual names, or the only one of a file without header that holds no numbers.
    """
    try:
        layout = _layout(path, label_column)
        codes: dict[str, int] = {}
        converters = (
            {} if layout.label is None else {layout.label: lambda text: codes.setdefault(text.strip(), len(codes))}
        )
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "loadtxt: input contained no data")
            table = np.loadtxt(
                path,
                np.float32,
                comments=None,
                delimiter=layout.delimiter,
                converters=converters,
                skiprows=int(layout.names is not None),
                ndmin=2,
                encoding="utf-8-sig",
                quotechar='"',
            )
    except DatasetError:
        raise
    except (OSError, ValueError, EOFError) as error:
        raise DatasetError(path, f"cannot be read as CSV ({_reason(error)})", "put that line right") from error
    if not table.size:
        raise DatasetError(path, "holds no rows", "write a line an image")
    if layout.label is None:
        return table, None
    y = np.array(list(codes))[table[:, layout.label].astype(int)]
    return np.delete(table, layout.label, axis=1), y


def _layout(path, label_column):
    first = _first_line(path)
    delimiter = max(DELIMITERS, key=first.count)
    cells = [cell.strip() for cell in next(csv.reader([first], delimiter=delimiter), [])]
    if len(cells) < 2:
        raise DatasetError(path, "has lines of a single value", "separate the values by commas")
    names = cells if _is_header(cells) else None
    if label_column == "auto":
        label = _guess_label(path, cells, names)
    else:
        label = _find_label(path, label_column, len(cells), names)
    return _Layout(delimiter, names, len(cells), label)


def _first_line(path):
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig") as lines:
        return next((line for line in lines if line.strip()), "").rstrip("\r\n")


def _is_header(cells):
    """A line of names: one that is usual for labels, or words more than numbers."""
    words = sum(not _is_number(cell) for cell in cells)
    return any(cell.lower() in LABEL_NAMES for cell in cells) or 2 * words > len(cells)


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def _guess_label(path, cells, names):
    if names is None:
        found = [i for i, cell in enumerate(cells) if not _is_number(cell)]
    else:
        found = [i for i, name in enumerate(names) if name.lower() in LABEL_NAMES]
    if len(found) > 1:
        raise DatasetError(path, f"may have labels in the columns {found}", LABEL_COLUMN)
    if not found and _is_square(len(cells) - 1) and not _is_square(len(cells)):
        problem = f"has {len(cells)} columns, one more than a square image has pixels, and none is named 'label'"
        raise DatasetError(path, problem, LABEL_COLUMN)
    return found[0] if found else None


def _find_label(path, label_column, n_columns, names):
    if label_column is None:
        return None
    if names is not None and str(label_column) in names:
        return names.index(str(label_column))
    if str(label_column).lstrip("-").isdecimal() and -n_columns <= int(label_column) < n_columns:
        return int(label_column) % n_columns
    raise DatasetError(path, f"has no column {label_column!r}", LABEL_COLUMN)


def _is_square(n):
    return n >= 16 and isqrt(n) ** 2 == n


def _reason(error):
    return str(error).split("; use `usecols`")[0].splitlines()[0].rstrip(".") if str(error) else type(error).__name__
