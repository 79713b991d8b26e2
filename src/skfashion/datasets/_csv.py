"""Rows of pixels from a CSV file, with or without a column of labels."""

import gzip
import re
import warnings
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np

from skfashion._utils.unpacking import GZIP, begins_with
from skfashion.datasets._arrays import MISSING
from skfashion.datasets._csv_layout import LABEL_COLUMN, first_records, layout_of, open_csv
from skfashion.datasets._errors import DatasetError

MIN_COUNTED = 10  # rows of a column that counts them
MAX_UNIQUE_LABELS = 20  # more rows do not each have a label of their own
_PLACE = re.compile(r" at row (\d+)(, column \d+)")
_DECIMAL_COMMA = re.compile(r"could not convert string '[^']*\d,\d|could not convert string '-?,\d")


class _CellError(ValueError):
    """An error of one cell, which numpy hides in its own."""


class Table(NamedTuple):
    """Rows of pixels, and their labels and names of files if the file has them."""

    pixels: np.ndarray
    labels: np.ndarray | None = None  # None in rows without a label
    files: list[str] | None = None
    names: list[str] | None = None  # of the columns of pixels


def read_csv(path: Path, label_column: str | int | None) -> Table:
    """Read rows, one for each image, their labels, which are strings or None, and the names of their files.

    The reader is numpy's, whatever else is installed, so that a file is read alike everywhere. Cells may be quoted, and
    then hold separators and ends of lines. Between semicolons or tabs, numbers may have a decimal comma.

    A column of the numbers of the rows is no pixel, if it has a usual name, and an error if it has none.
    `label_column` is the name or the number of the labels' column, None if there are no labels, or "auto": a column
    with one of the usual names, or the only one without numbers in a file without header.
    """
    try:
        layout = layout_of(path, label_column)
        table, labels, files = _read_table(path, layout)
    except DatasetError:
        raise
    except Exception as error:  # numpy and gzip raise many exceptions for damaged files
        raise _unreadable(path, error) from error
    if not table.size:
        raise DatasetError(path, "holds no rows", "write a line for each image")
    others = [column for column in (layout.label, layout.files, *layout.left_out, *layout.empty) if column is not None]
    if len(set(others)) == table.shape[1]:
        raise DatasetError(path, "has no column of pixels", "write the values of each image next to its label")
    y = None if layout.label is None else _known_or_none(labels)
    if y is not None and label_column == "auto" and _are_names_of_rows(y):
        raise DatasetError(path, "has a different label in every row", LABEL_COLUMN)
    pixels, names = np.delete(table, others, axis=1), [c for i, c in enumerate(layout.names) if i not in others]
    if (counting := _counting_column(pixels)) is not None:
        which = f"column {names[counting]!r}" if layout.has_header else "column without a name"
        problem = f"has a {which} that counts the rows, from {pixels[0, counting]:.0f} to {pixels[-1, counting]:.0f}"
        raise DatasetError(path, problem, "take it out, or name it 'id'")
    return Table(pixels, y, None if layout.files is None else files, names if layout.has_header else None)


def _counting_column(pixels):
    """Return the place of a column in which each row has one more than the row above, or None."""
    if len(pixels) < MIN_COUNTED:
        return None
    suspects = np.flatnonzero((np.diff(pixels[:MIN_COUNTED], axis=0) == 1).all(axis=0))
    return next((int(column) for column in suspects if (np.diff(pixels[:, column]) == 1).all()), None)


def _known_or_none(labels):
    """Return the labels, with None for those that are missing; None if all are."""
    y = np.array([None if label in MISSING else label for label in labels], object)
    return y if any(label is not None for label in y) else None


def _are_names_of_rows(labels):
    known = [label for label in labels if label is not None]
    return len(known) == len(set(known)) > MAX_UNIQUE_LABELS


def _read_table(path, layout):
    """Read all columns as numbers, the labels and the names of files; the columns of these are zeros."""
    try:
        return _read_numbers(path, layout)
    except ValueError as error:
        if layout.delimiter == "," or not _DECIMAL_COMMA.search(str(error)):
            raise
    return _read_numbers(path, layout, dict.fromkeys(range(len(layout.names)), _from_decimal_comma))


def _read_numbers(path, layout, converters=None):
    labels, files = list[str](), list[str]()
    converters = (converters or {}) | dict.fromkeys(layout.left_out, lambda _: 0)
    converters |= {column: partial(_nothing, column) for column in layout.empty}
    for column, texts in ((layout.label, labels), (layout.files, files)):
        if column is not None:
            converters[column] = partial(_keep, texts)
    with open_csv(path) as lines, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "loadtxt: input contained no data")
        rows = chain(first_records(lines)[layout.has_header :], lines)
        table = np.loadtxt(
            rows,
            np.float32,
            comments=None,
            delimiter=layout.delimiter,
            converters=converters,
            ndmin=2,
            encoding=None,  # numpy < 2 would give bytes to the converters
            quotechar='"',
        )
    return table, labels, files


def _keep(texts, text):
    texts.append(text.strip())
    return 0


def _nothing(column, text):
    """Refuse text in a column that is empty in the first rows: it may be a label."""
    if text.strip():
        raise _CellError(f"column {column} is empty in the first rows, and {text.strip()!r} in a later one")
    return 0


def _from_decimal_comma(text):
    if "." in text or "_" in text:
        raise _CellError(f"could not convert string {text!r}: other numbers have a decimal comma")
    return float(text.replace(",", "."))


def _unreadable(path, error):
    """Make the error of a file that cannot be read, with the way out."""
    if isinstance(error, UnicodeDecodeError):
        return DatasetError(path, "is no text in UTF-8", "save it as CSV in UTF-8")
    if isinstance(error, gzip.BadGzipFile):
        with path.open("rb") as file:
            if not begins_with(GZIP, file):
                return DatasetError(path, "is not gzipped", "take .gz off its name, or gzip it")
        return DatasetError(path, f"is damaged ({error})", "gzip it again")
    return DatasetError(path, f"cannot be read as CSV ({_reason(error)})", "correct it")


def _reason(error):
    """Return the first line of an error; numpy counts rows from 0 where it names the column, and else from 1."""
    text = str(error).split("; use `usecols`")[0].splitlines()[0].rstrip(".") if str(error) else type(error).__name__
    text = _PLACE.sub(lambda found: f" in row {int(found[1]) + 1}{found[2]}", text).replace(" at row ", " in row ")
    if isinstance(error.__cause__, _CellError):
        place = re.search(r" in row \d+", text)
        return f"{error.__cause__}{place[0] if place else ''}"
    return text
