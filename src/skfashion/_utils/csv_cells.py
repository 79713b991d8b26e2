"""Text in cells of CSV files, which spreadsheets may take for formulas."""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_QUOTED = re.compile(r"'+[=+\-@\t\r]")


def as_cell(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula: a quotation mark stands before one that looks like it.

    Examples
    --------
    >>> as_cell("=1+1.png"), as_cell("a=1.png")
    ("'=1+1.png", 'a=1.png')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def from_cell(cell: str) -> str:
    """Return the text that `as_cell` has written.

    Examples
    --------
    >>> from_cell("'=1+1.png"), from_cell("'quoted'")
    ('=1+1.png', "'quoted'")
    """
    return cell[1:] if _QUOTED.match(cell) else cell
