"""Tables of images as CSV files, written in parts: the text of all rows can be larger than the memory."""

import csv
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from skfashion._utils.csv_cells import as_cell
from skfashion._utils.missing import known_labels

ROWS_AT_ONCE = 100_000  # written


class Labelled(NamedTuple):
    """Labels of images, what decided them, and their probability by a classifier."""

    labels: np.ndarray
    decided_by: np.ndarray
    probability: np.ndarray | None


def write_labels(path, images, answers, unlike, labelled: Labelled | None = None) -> None:
    """Write a line for each image: its number from 0 and its cluster, and the other columns if they are known.

    A classifier gives labels, which are texts, in place of clusters. Known classes are then the column "class".
    """
    is_named = answers.labels.dtype.kind not in "iu"
    columns: dict[str, Callable] = {}
    if labelled is not None:
        columns["label"] = lambda rows: cells(labelled.labels[rows])
    columns["label" if is_named else "cluster"] = lambda rows: cells(answers.labels[rows])
    if labelled is not None:
        columns["decided_by"] = lambda rows: labelled.decided_by[rows].tolist()
    for name, values in (
        ("probability", None if labelled is None else labelled.probability),
        ("confidence", answers.confidence),
        ("distance", answers.distances),
        ("margin", answers.margins),
    ):
        if values is not None:
            columns[name] = lambda rows, values=values: _decimals(values[rows])
    if unlike is not None:
        columns["unlike"] = lambda rows: np.where(unlike.is_unlike[rows], "yes", "no").tolist()
    if images.y is not None:
        known = "class" if "label" in columns else "label"
        columns[known] = lambda rows: _classes(images.y[rows], images.class_names)
    _write(path, images, np.arange(len(answers.labels)), columns)


def write_duplicates(path, images, report) -> None:
    """Write a line for each image in a group of copies; the table is empty if no image is a copy."""
    copies = report.copies
    rows = copies.rows if report.whole is None else report.whole.rows[copies.rows]
    columns = {"group": copies.groups.tolist(), **_rows_and_files(images, rows.tolist())}
    _write_csv(path, [columns | {"distance": _decimals(copies.distances)}])


def write_odd(path, images, scores) -> None:
    """Write a line for each image, the highest score first; too few images have no scores and no file."""
    if scores is not None:
        _write(path, images, np.argsort(-scores, kind="stable"), {"score": lambda rows: _decimals(scores[rows])})


def _write(path, images, rows, columns):
    """Write a line for each of the rows; each column is a function of rows."""
    parts = (rows[start : start + ROWS_AT_ONCE] for start in range(0, len(rows), ROWS_AT_ONCE))
    _write_csv(
        path,
        (
            _rows_and_files(images, part.tolist()) | {name: values(part) for name, values in columns.items()}
            for part in parts
        ),
    )


def _rows_and_files(images, rows):
    columns: dict[str, Sequence] = {"row": rows}
    if images.filenames is not None:
        columns["file"] = cells(images.filenames[row] for row in rows)
    return columns


def cells(values):
    """Return texts that no spreadsheet takes for formulas; numbers stay."""
    values = values.tolist() if isinstance(values, np.ndarray) else values
    return [as_cell(value) if isinstance(value, str) else value for value in values]


def _classes(y, names):
    """Return the class of each row, and empty text where it is missing."""
    is_known, known = known_labels(y)
    classes = np.full(len(is_known), "", object)
    classes[is_known] = known if names is None else np.asarray(names, object)[known]
    return cells(classes)


def _decimals(numbers):
    return ["" if np.isnan(number) else f"{number:.4f}" for number in numbers.tolist()]


def _write_csv(path, parts):
    """Write tables, dicts of columns, below each other; the first has the names of the columns."""
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        writer = csv.writer(_Lines(file))
        for i, columns in enumerate(parts):
            if i == 0:
                writer.writerow(columns)
            writer.writerows(zip(*columns.values(), strict=True))


class _Lines:
    """A file whose lines end with a line feed, and in which csv quotes both characters of the end of a line.

    It quotes those that are its own end of a line; a carriage return in the name of a file would else end a line.
    """

    def __init__(self, file):
        self._file = file

    def write(self, line):
        self._file.write(line.removesuffix("\r\n") + "\n")
