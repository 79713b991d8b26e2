"""Rows of pixels from a CSV file, with or without a column of labels."""

import csv
import gzip
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np

from skfashion._utils.image_shape import is_square
from skfashion.datasets._arrays import LABEL_NAMES
from skfashion.datasets._errors import DatasetError

DELIMITERS = ";\t,"  # commas last: lines with semicolons may have decimal commas
ROW_NAMES = ("", "Unnamed: 0")  # pandas' names for a column of row names
ID_NAMES = ("id", "idx", "index", "image_id", "row")  # of columns of numbers that are no pixels
FILE_NAMES = ("file", "filename", "file_name", "filepath", "image_path", "path")  # of columns of texts
MISSING = ("", "nan", "NaN", "<NA>")  # as pandas and others write a label that is not known
MAX_UNIQUE_LABELS = 20  # more rows do not each have a label of their own
LABEL_COLUMN = "give label_column (--label-column): the name of the column of labels, its number from 0, or none"


class _Layout(NamedTuple):
    """The form of the lines in a file."""

    delimiter: str
    names: list[str] | None  # the header
    label: int | None  # column of the labels
    files: int | None  # column of names of files
    left_out: tuple[int, ...]  # columns of names and numbers of rows, and those without anything
    n_skipped: int  # lines before the first row


class Table(NamedTuple):
    """Rows of pixels, and their labels and names of files if the file has them."""

    pixels: np.ndarray
    labels: np.ndarray | None = None
    files: list[str] | None = None


def read_csv(path: Path, label_column: str | int | None) -> Table:
    """Read rows, one for each image, their labels, which are strings, and the names of their files.

    A column of the numbers of the rows is no pixel, if it has a usual name. `label_column` is the name or the number of
    the labels' column, None if there are no labels, or "auto": a column with one of the usual names, or the only one
    without numbers in a file without header.
    """
    try:
        layout = _layout(path, label_column)
        codes: dict[str, int] = {}
        files: list[str] = []
        table = _read_table(path, layout, codes, files)
    except DatasetError:
        raise
    except Exception as error:  # numpy and gzip raise many exceptions for damaged files
        raise DatasetError(path, f"cannot be read as CSV ({_reason(error)})", "correct that line") from error
    if not table.size:
        raise DatasetError(path, "holds no rows", "write a line for each image")
    y = None if layout.label is None else np.array(list(codes))[table[:, layout.label].astype(int)]
    if y is not None and (is_missing := np.isin(y, MISSING)).any():
        problem = (
            f"has no label in {is_missing.sum():,} of {len(y):,} rows, the first of them row {is_missing.argmax()}"
        )
        raise DatasetError(path, problem, f"fill them in or leave these rows out, or {LABEL_COLUMN}")
    if y is not None and label_column == "auto" and len(codes) == len(table) > MAX_UNIQUE_LABELS:
        raise DatasetError(path, "has a different label in every row", LABEL_COLUMN)
    others = [column for column in (layout.label, layout.files, *layout.left_out) if column is not None]
    return Table(np.delete(table, others, axis=1), y, None if layout.files is None else files)


def _read_table(path, layout, codes, files):
    """Read all columns as numbers; labels become their order of appearance, which `codes` keeps."""
    converters = {} if layout.label is None else {layout.label: lambda text: codes.setdefault(text.strip(), len(codes))}
    converters |= dict.fromkeys(layout.left_out, lambda _: 0)
    if layout.files is not None:
        converters[layout.files] = lambda text: files.append(text.strip()) or 0
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "loadtxt: input contained no data")
        return np.loadtxt(
            path,
            np.float32,
            comments=None,
            delimiter=layout.delimiter,
            converters=converters,
            skiprows=layout.n_skipped,
            ndmin=2,
            encoding="utf-8-sig",
            quotechar='"',
        )


def _layout(path, label_column):
    n_blank, (first, second) = _first_lines(path)
    if not first:
        raise DatasetError(path, "is empty", "write a line for each image")
    delimiter = next((d for d in DELIMITERS if d in first), ",")
    cells, below = (_cells(line, delimiter) for line in (first, second))
    if len(cells) < 2:
        raise DatasetError(path, "has lines of a single value", "separate the values by commas, semicolons or tabs")
    names = cells if _is_header(cells, below, label_column) else None
    if len(below) == len(cells) + 1 and not below[-1]:
        cells = [*cells, ""]  # the lines below end with a comma
    left_out, files = _no_pixels(path, names is not None, cells, below)
    label = _label(path, label_column, cells, names, {*left_out, *files})
    left_out = tuple(column for column in left_out if column != label)
    file_column = next((column for column in files if column != label), None)
    return _Layout(delimiter, names, label, file_column, left_out, n_blank + (names is not None))


def _no_pixels(path, has_names, cells, below):
    """Find the columns of names and numbers of rows and of nothing, and that of names of files."""
    below = [*below, *[""] * (len(cells) - len(below))]
    left_out = [i for i in range(1, len(cells)) if not cells[i] and not below[i]]
    if not has_names:
        return left_out, []
    names = [cell.lower() for cell in cells]
    left_out += [i for i, name in enumerate(names) if (i == 0 and cells[0] in ROW_NAMES) or name in ID_NAMES]
    files = [i for i, name in enumerate(names) if name in FILE_NAMES and below[i] and not _is_number(below[i])]
    if len(files) > 1:
        raise DatasetError(path, f"may have names of files in the columns {files}", "leave one of them")
    return left_out, files


def _cells(line, delimiter):
    return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]


def _first_lines(path):
    """Count the blank lines at the top, and return the first two that are not blank."""
    opener = gzip.open if path.suffix == ".gz" else open
    n_blank, found = 0, list[str]()
    with opener(path, "rt", encoding="utf-8-sig") as lines:
        for line in lines:
            n_blank += not line.strip() and not found
            found += [line.rstrip("\r\n")] if line.strip() else []
            if len(found) == 2:
                break
    return n_blank, [*found, "", ""][:2]


def _is_header(cells, below, label_column):
    """Tell if the line names a column of labels, or has words above numbers."""
    if cells[0] in ROW_NAMES:
        return True
    if not below:
        return sum(not _is_number(cell) for cell in cells) > 1
    named = {str(label_column).lower(), *LABEL_NAMES} - {"auto", "none"}
    words_above_numbers = any(
        not _is_number(above) and _is_number(cell) for above, cell in zip(cells, below, strict=False)
    )
    return words_above_numbers or any(cell.lower() in named and not _is_number(cell) for cell in cells)


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def _label(path, label_column, cells, names, others):
    """Find the number of the column of labels, or None."""
    if label_column is None:
        return None
    if label_column == "auto":
        return _guess_label(path, cells, names, others)
    if names is not None and str(label_column) in names:
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


def _reason(error):
    return str(error).split("; use `usecols`")[0].splitlines()[0].rstrip(".") if str(error) else type(error).__name__
