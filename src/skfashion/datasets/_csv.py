"""Rows of pixels from a CSV file, with or without a column of labels."""

import csv
import gzip
import io
import re
import warnings
from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np

from skfashion._utils.image_shape import is_square
from skfashion._utils.unpacking import open_gzip
from skfashion.datasets._arrays import LABEL_NAMES, MISSING
from skfashion.datasets._errors import DatasetError

DELIMITERS = ";\t,"  # commas last: lines with semicolons may have decimal commas
ROW_NAMES = ("", "Unnamed: 0")  # pandas' names for a column of row names
ID_NAMES = ("id", "idx", "index", "image_id", "row")  # of columns of numbers that are no pixels
FILE_NAMES = ("file", "filename", "file_name", "filepath", "image_path", "path")  # of columns of texts
MIN_NUMBERED = 9  # columns with numbers as names: fewer may be the values of an image
MAX_UNIQUE_LABELS = 20  # more rows do not each have a label of their own
GZIP = b"\x1f\x8b"  # start of a gzipped file
MAX_LINES = 100  # of a record at the top; a quotation mark without its partner would take the whole file
LABEL_COLUMN = "give label_column (--label-column): the name of the column of labels, its number from 0, or none"

_QUOTED = re.compile(r'(^|[;\t,])"(?:[^"]|"")*"')
_OPEN = re.compile(r'(^|[;\t,])"')
_DECIMAL_COMMA = re.compile(r"could not convert string '[^']*\d,\d|could not convert string '-?,\d")


class _CellError(ValueError):
    """An error of one cell, which numpy hides in its own."""


class _Layout(NamedTuple):
    """The form of the lines in a file."""

    delimiter: str
    names: list[str]  # the cells of the first line
    has_header: bool  # the first line is no row
    label: int | None  # column of the labels
    files: int | None  # column of names of files
    left_out: tuple[int, ...]  # columns of names and numbers of rows
    empty: tuple[int, ...]  # columns without anything


class Table(NamedTuple):
    """Rows of pixels, and their labels and names of files if the file has them."""

    pixels: np.ndarray
    labels: np.ndarray | None = None  # None in rows without a label
    files: list[str] | None = None


def read_csv(path: Path, label_column: str | int | None) -> Table:
    """Read rows, one for each image, their labels, which are strings or None, and the names of their files.

    The reader is numpy's, whatever else is installed, so that a file is read alike everywhere. Cells may be quoted, and
    then hold separators and ends of lines. Between semicolons or tabs, numbers may have a decimal comma.

    A column of the numbers of the rows is no pixel, if it has a usual name. `label_column` is the name or the number of
    the labels' column, None if there are no labels, or "auto": a column with one of the usual names, or the only one
    without numbers in a file without header.
    """
    try:
        layout = _layout(path, label_column)
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
    return Table(np.delete(table, others, axis=1), y, None if layout.files is None else files)


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
    with _open(path) as lines, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "loadtxt: input contained no data")
        rows = chain(_first_records(lines)[layout.has_header :], lines)
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


def _layout(path, label_column):
    with _open(path) as lines:
        first, second = [*(record.rstrip("\n") for record in _first_records(lines)), "", ""][:2]
    if not first:
        raise DatasetError(path, "is empty", "write a line for each image")
    outside = _QUOTED.sub(r"\1", first)
    delimiter = next((d for d in DELIMITERS if d in outside), ",")
    cells, below = (_cells(line, delimiter) for line in (first, second))
    if len(cells) < 2:
        raise DatasetError(path, "has lines of a single value", "separate the values by commas, semicolons or tabs")
    has_header = _is_header(cells, below, label_column)
    if not has_header:
        _check_first_image(path, cells, below, label_column)
    if len(below) == len(cells) + 1 and not below[-1]:
        cells = [*cells, ""]  # the lines below end with a comma
    names = cells if has_header else None
    left_out, empty, files = _no_pixels(path, has_header, cells, below)
    label = _label(path, label_column, cells, names, {*left_out, *empty, *files})
    left_out, empty = (tuple(column for column in columns if column != label) for columns in (left_out, empty))
    file_column = next((column for column in files if column != label), None)
    return _Layout(delimiter, cells, has_header, label, file_column, left_out, empty)


def _no_pixels(path, has_names, cells, below):
    """Find the columns of names and numbers of rows, those of nothing, and that of names of files."""
    below = [*below, *[""] * (len(cells) - len(below))]
    empty = [i for i in range(1, len(cells)) if not cells[i] and not below[i]]
    if not has_names:
        return [], empty, []
    names = [cell.lower() for cell in cells]
    left_out = [i for i, name in enumerate(names) if (i == 0 and cells[0] in ROW_NAMES) or name in ID_NAMES]
    files = [i for i, name in enumerate(names) if name in FILE_NAMES and below[i] and not _is_number(below[i])]
    if len(files) > 1:
        raise DatasetError(path, f"may have names of files in the columns {files}", "leave one of them")
    return left_out, empty, files


def _cells(record, delimiter):
    return [cell.strip() for cell in next(csv.reader(record.splitlines(keepends=True), delimiter=delimiter), [])]


def _open(path):
    return io.TextIOWrapper(open_gzip(path) if path.suffix == ".gz" else path.open("rb"), encoding="utf-8-sig")


def _first_records(lines: Iterator[str]) -> list[str]:
    """Take the first two records off the lines, without the blank lines above; a quoted cell may have several lines."""
    found = list[str]()
    for line in lines:
        if found and _is_open(found[-1]):
            found[-1] += line
        elif line.strip():
            found.append(line)
        if found and found[-1].count("\n") > MAX_LINES:
            raise ValueError(f"a quotation mark in {found[-1].splitlines()[0][:80]!r} has no partner")
        if len(found) == 2 and not _is_open(found[-1]):
            break
    return found


def _is_open(record):
    """Tell if a quoted cell goes on in the next line. Quotation marks inside other cells are text."""
    return _OPEN.search(_QUOTED.sub(r"\1", record)) is not None


def _is_header(cells, below, label_column):
    """Tell if the line names a column of labels, has words above most numbers, or numbers of columns.

    A line of values with a missing one must not be taken for names: the image would be lost.
    """
    words = [cell for cell in cells if not _is_number(cell)]
    least = MIN_NUMBERED if cells[0] else 1  # pandas leaves the name of the rows empty
    if words and _count_up([cell for cell in cells if _is_number(cell)], least):
        return True
    if not below:
        return len(words) > 1
    named = {str(label_column).lower(), *LABEL_NAMES, *ID_NAMES, *FILE_NAMES, ROW_NAMES[1].lower()} - {"auto", "none"}
    if any(word.lower() in named for word in words):
        return True
    above = [cell for cell, lower in zip(cells, below, strict=False) if _is_number(lower)]
    return 2 * sum(not _is_number(cell) for cell in above) > len(above)


def _check_first_image(path, cells, below, label_column):
    """Refuse values among the numbers of the first line that may be damaged, or a label or a pixel that is missing."""
    above = zip(cells, below, strict=False)
    odd = [i for i, (cell, lower) in enumerate(above) if _is_number(lower) and not _is_number(cell)]
    if word := next((cells[i] for i in odd if cells[i]), None):
        problem = f"has {word!r} among numbers in its first line"
        raise DatasetError(path, problem, "correct it, or write a line of names above")
    if odd and label_column == "auto":
        problem = f"has an empty cell among numbers in its first line, in column {odd[0]}"
        raise DatasetError(path, problem, LABEL_COLUMN)


def _count_up(numbers, least):
    """Tell if these are the numbers of at least so many columns: 0, 1, 2, ... or 1, 2, 3, ..."""
    n = len(numbers)
    return n >= least and any(numbers == [str(i) for i in range(first, first + n)] for first in (0, 1))


def _is_number(text):
    try:
        float(text.replace(",", "."))  # a decimal comma, if it does not separate
    except ValueError:
        return False
    return "_" not in text


def _label(path, label_column, cells, names, others):
    """Find the number of the column of labels, or None."""
    if label_column is None:
        return None
    if label_column == "auto":
        return _guess_label(path, cells, names, others)
    if names is not None and (count := names.count(str(label_column))):
        if count > 1:
            raise DatasetError(path, f"has {count} columns {label_column!r}", LABEL_COLUMN)
        return names.index(str(label_column))
    if str(label_column).isdecimal() and int(label_column) < len(cells):
        return int(label_column)
    raise DatasetError(path, f"has no column {label_column!r}", LABEL_COLUMN)


def _guess_label(path, cells, names, others):
    if names is None:
        found = [i for i, cell in enumerate(cells) if not _is_number(cell) and i not in others]
    else:
        found = [i for i, name in enumerate(names) if name.lower() in LABEL_NAMES]
    if len(found) > 1:
        raise DatasetError(path, f"may have labels in the columns {found}", LABEL_COLUMN)
    n_others = len(cells) - len(others)
    if not found and _is_image(n_others - 1) and not _is_image(n_others):
        problem = f"has {n_others} columns, one more than a square image has pixels, and none is named 'label'"
        raise DatasetError(path, problem, LABEL_COLUMN)
    return found[0] if found else None


def _is_image(n_pixels):
    return n_pixels >= 16 and is_square(n_pixels)


def _unreadable(path, error):
    """Make the error of a file that cannot be read, with the way out."""
    if isinstance(error, UnicodeDecodeError):
        return DatasetError(path, "is no text in UTF-8", "save it as CSV in UTF-8")
    if isinstance(error, gzip.BadGzipFile):
        with path.open("rb") as file:
            is_gzipped = file.read(len(GZIP)) == GZIP
        if not is_gzipped:
            return DatasetError(path, "is not gzipped", "take .gz off its name, or gzip it")
        return DatasetError(path, f"is damaged ({error})", "gzip it again")
    return DatasetError(path, f"cannot be read as CSV ({_reason(error)})", "correct that line")


def _reason(error):
    if isinstance(error.__cause__, _CellError):
        place = re.search(r" at row \d+", str(error))
        return f"{error.__cause__}{place[0] if place else ''}"
    return str(error).split("; use `usecols`")[0].splitlines()[0].rstrip(".") if str(error) else type(error).__name__
