"""Rows, conclusions and errata of the five source papers, and a closing row of our own."""

import re

from skfashion.experiments._rows import Conclusion, Erratum, Row
from skfashion.experiments.papers import agarwal, akula, avelar, boulder, ours, tella


def _place(row):
    """Return a key that sorts A2 before A10, and A1 before A1b."""
    (parts,) = re.findall(r"^([A-Z])(\d+)([a-z]*)$", row.name)
    paper, number, suffix = parts
    return paper, int(number), suffix


ROWS: list[Row] = sorted([*avelar.ROWS, *tella.ROWS, *akula.ROWS, *boulder.ROWS, *agarwal.ROWS, *ours.ROWS], key=_place)
CONCLUSIONS: list[Conclusion] = [*avelar.CONCLUSIONS, *tella.CONCLUSIONS, *akula.CONCLUSIONS, *boulder.CONCLUSIONS]
ERRATA: list[Erratum] = [*avelar.ERRATA, *tella.ERRATA, *akula.ERRATA, *boulder.ERRATA]


def find_rows(names: list[str]) -> list[Row]:
    """Find rows by their names ("B1"), by their papers' letters ("B"), or "all", in capitals or not.

    Raises
    ------
    ValueError
        If a name fits no row.
    """
    names_of = {row.name: {row.name.lower(), row.paper.key.lower(), "all"} for row in ROWS}
    for name in names:
        if not any(name.lower() in known for known in names_of.values()):
            known = ", ".join(names_of)
            raise ValueError(f"There is no row {name!r}; choose from {known}, a paper's letter, or all.")
    wanted = {name.lower() for name in names} or {"all"}
    return [row for row in ROWS if wanted & names_of[row.name]]
