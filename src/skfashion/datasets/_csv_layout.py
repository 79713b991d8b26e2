"""The form of the lines in a CSV file: what is between the cells, and what its columns are."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from skfashion._utils.image_shape import is_square
from skfashion._utils.unpacking import open_gzip
from skfashion.datasets._arrays import LABEL_NAMES
from skfashion.datasets._errors import DatasetError

DELIMITERS = ";\t,"  # commas last: lines with semicolons may have decimal commas
ROW_NAMES = re.compile(r"unnamed: \d+")  # pandas' names for a column without one, such as that of row names
ID_NAMES = ("id", "idx", "index", "image_id", "row")  # of columns of numbers that are no pixels
FILE_NAMES = ("file", "filename", "file_name", "filepath", "image_path", "path")  # of columns of texts
MIN_NUMBERED = 9  # columns with numbers as names: fewer may be the values of an image
MAX_SERIES = 3  # of numbers that are names of columns
MAX_OTHERS = 3  # columns whose names do not fit to those of the pixels
MAX_LINES = 100  # of a record at the top; a quotation mark without its partner would take the whole file
LABEL_COLUMN = "give label_column (--label-column): the name of the column of labels, its number from 0, or none"

_NUMBERED = re.compile(r"(.*?)\d+")
_QUOTED = re.compile(r'(^|[;\t,])"(?:[^"]|"")*"')
_OPEN = re.compile(r'(^|[;\t,])"')


class Layout(NamedTuple):
    """The form of the lines in a file."""

    delimiter: str
    names: list[str]  # the cells of the first line
    has_header: bool  # the first line is no row
    label: int | None  # column of the labels
    files: int | None  # column of names of files
    left_out: tuple[int, ...]  # columns of names and numbers of rows
    empty: tuple[int, ...]  # columns without anything


def layout_of(path: Path, label_column: str | int | None) -> Layout:
    """Find the form by the first two lines; `label_column` is as in `read_csv`."""
    with open_csv(path) as lines:
        first, second = [*(record.rstrip("\n") for record in first_records(lines)), "", ""][:2]
    if not first:
        raise DatasetError(path, "is empty", "write a line for each image")
    outside = _QUOTED.sub(r"\1", first)
    delimiter = next((d for d in DELIMITERS if d in outside), ",")
    cells, below = (_cells(line, delimiter) for line in (first, second))
    cells = [cells[0].removeprefix("#").lstrip(), *cells[1:]]  # numpy writes names as a comment
    if len(cells) < 2:
        raise DatasetError(path, "has lines of a single value", "separate the values by commas, semicolons or tabs")
    has_header = _is_header(cells, below, label_column)
    if not has_header:
        _check_first_image(path, cells, below, label_column)
    if has_header and below:
        cells = _one_for_each(path, cells, below)
    names = cells if has_header else None
    left_out, empty, files = _no_pixels(path, has_header, cells, below)
    label = _label(path, label_column, cells, names, {*left_out, *empty, *files})
    if has_header and label_column is not None:
        _check_series(path, [name for i, name in enumerate(cells) if i not in {label, *left_out, *empty, *files}])
    left_out, empty = (tuple(column for column in columns if column != label) for columns in (left_out, empty))
    file_column = next((column for column in files if column != label), None)
    return Layout(delimiter, cells, has_header, label, file_column, left_out, empty)


def _one_for_each(path, names, below):
    """Return a name for each value of the line below; refuse more and fewer names, which name other columns."""
    if len(below) == len(names) + 1 and not below[-1]:
        return [*names, ""]  # the lines below end with a comma
    if len(names) == len(below) + 1 and not names[-1]:
        return names[:-1]  # the names do
    if len(names) != len(below):
        problem = f"has {len(names)} names above rows of {len(below)} values"
        raise DatasetError(path, problem, "write one name above each column, and 'id' above names of rows")
    return names


def _check_series(path, names):
    """Refuse names that do not go with those of a square image, such as x and y before pixel0, pixel1, ..."""
    stems = [found[1] if (found := _NUMBERED.fullmatch(name)) else None for name in names]
    stem, n_pixels = Counter(stems).most_common(1)[0] if stems else (None, 0)
    others = [name for name, other in zip(names, stems, strict=True) if other != stem]
    if stem is not None and 0 < len(others) <= MAX_OTHERS and (_is_image(n_pixels) or _is_image(n_pixels / 3)):
        pixels = repr(names[stems.index(stem)])
        problem = (
            f"has other columns than those of {n_pixels} pixels, {pixels} and so on: {', '.join(map(repr, others))}"
        )
        raise DatasetError(path, problem, f"take them out, or name them 'id'; or {LABEL_COLUMN}")


def _no_pixels(path, has_names, cells, below):
    """Find the columns of names and numbers of rows, those of nothing, and that of names of files."""
    below = [*below, *[""] * (len(cells) - len(below))]
    empty = [i for i in range(1, len(cells)) if not cells[i] and not below[i]]
    if not has_names:
        return [], empty, []
    names = [cell.lower() for cell in cells]
    left_out = [i for i, name in enumerate(names) if _is_of_rows(name) or (i == 0 and not name)]
    files = [i for i, name in enumerate(names) if name in FILE_NAMES and below[i] and not _is_number(below[i])]
    if len(files) > 1:
        raise DatasetError(path, f"may have names of files in the columns {files}", "leave one of them")
    return left_out, empty, files


def _is_of_rows(name):
    """Tell if a column of this name, in lower case, has numbers or names of rows."""
    return name in ID_NAMES or ROW_NAMES.fullmatch(name) is not None


def _cells(record, delimiter):
    return [cell.strip() for cell in next(csv.reader(record.splitlines(keepends=True), delimiter=delimiter), [])]


def open_csv(path: Path) -> io.TextIOWrapper:
    """Open a file of text, gzipped if its name ends in .gz."""
    return io.TextIOWrapper(open_gzip(path) if path.suffix == ".gz" else path.open("rb"), encoding="utf-8-sig")


def first_records(lines: Iterator[str]) -> list[str]:
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
    words, numbers = ([cell for cell in cells if _is_number(cell) == kind] for kind in (False, True))
    least = MIN_NUMBERED if cells[0] else 1  # pandas leaves the name of the rows empty
    if _counts_up(numbers, least):
        return bool(words) or not _goes_on(below, len(cells))
    if not any(words) and _rise_above(numbers, list(filter(_is_number, below))):
        return True
    if not below:
        return len(words) > 1
    named = {str(label_column).lower(), *LABEL_NAMES, *ID_NAMES, *FILE_NAMES} - {"auto", "none"}
    if any(word.lower() in named or _is_of_rows(word.lower()) for word in words):
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


def _counts_up(numbers, least):
    """Tell if these are the numbers of at least so many columns: 0, 1, 2, ... or 1, 2, 3, ..."""
    return len(numbers) >= least and any(_goes_on(numbers, first) for first in (0, 1))


def _rise_above(numbers, below):
    """Tell if numbers rise, in one series or in a few of some length, and those below, of an image, do not."""
    above, below = ([float(number.replace(",", ".")) for number in line] for line in (numbers, below))
    n_ends = sum(not after > before for before, after in pairwise(above))  # NaN does not rise
    n_falls = sum(after < before for before, after in pairwise(below))  # an image of ties may rise, too
    return n_ends < min(MAX_SERIES, len(above) // MIN_NUMBERED) and n_falls > n_ends


def _goes_on(cells, first):
    """Tell if cells are the integers from `first` on."""
    return cells == [str(i) for i in range(first, first + len(cells))]


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
    return n_pixels >= 16 and n_pixels == int(n_pixels) and is_square(int(n_pixels))
