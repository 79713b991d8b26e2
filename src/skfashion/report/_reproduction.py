"""Published figures beside measured ones, on a page."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from skfashion.report._page import render


class ReportTable(NamedTuple):
    """A table: what it is about, the names of its columns, and its lines."""

    title: str
    header: Sequence[str]
    lines: Sequence[Sequence[str]]


class Notes(NamedTuple):
    """What is to be said below the tables: a title, and paragraphs."""

    title: str
    texts: Sequence[str]


class Picture(NamedTuple):
    """A picture: the file that it is in, what it shows, and its bytes."""

    filename: str
    caption: str
    png: bytes


@dataclass(frozen=True, kw_only=True)
class ReproductionReport:
    """What papers have published beside what is measured, as Markdown and as an HTML page.

    Parameters
    ----------
    tables : sequence of ReportTable
        Figures, claims, costs; those without lines are left out.
    caption : str
        What the figures are of, and what counts as reproduced.
    machine : str, default=""
        Where it was measured: processors, processes, versions.
    notes : sequence of Notes, default=()
        Where the papers are wrong, what they leave open; those without texts are left out.
    pictures : list of Picture, default=[]
        The papers' figures, drawn anew.
    command : str, default=""
        How to run it again.
    title : str, default="What the papers published, and what we measure"
        Heading of the page.

    Examples
    --------
    >>> from skfashion.report import ReportTable, ReproductionReport
    >>> table = ReportTable("Figures", ("row", "published", "measured"), [("B1", "0.5533", "0.5575")])
    >>> print(ReproductionReport(tables=[table], caption="Of a sample.").to_markdown())
    # What the papers published, and what we measure
    <BLANKLINE>
    Of a sample.
    <BLANKLINE>
    ## Figures
    <BLANKLINE>
    | row | published | measured |
    | --- | --- | --- |
    | B1 | 0.5533 | 0.5575 |
    <BLANKLINE>
    """

    tables: Sequence[ReportTable]
    caption: str
    machine: str = ""
    notes: Sequence[Notes] = ()
    pictures: list[Picture] = field(default_factory=list)
    command: str = ""
    title: str = field(default="What the papers published, and what we measure")

    def __post_init__(self):
        object.__setattr__(self, "tables", [table for table in self.tables if table.lines])
        object.__setattr__(self, "notes", [notes for notes in self.notes if notes.texts])

    def to_markdown(self) -> str:
        """Write it for a page of documentation; pictures are beside it, by their file names."""
        parts = [f"# {self.title}", self.caption]
        if self.command:
            parts += [f"```\n{self.command}\n```", "wrote this page."]
        if self.machine:
            parts.append(self.machine)
        for table in self.tables:
            parts += [f"## {table.title}", _markdown(table)]
        for notes in self.notes:
            parts += [f"## {notes.title}", "\n".join(f"- {text}" for text in notes.texts)]
        if self.pictures:
            parts += ["## Pictures", *(f"![{picture.caption}]({picture.filename})" for picture in self.pictures)]
        return "\n\n".join(parts) + "\n"

    def to_html(self) -> str:
        """Write the page: one file that needs no other and no network; all text is escaped."""
        return render("reproduction.html.jinja", report=self)

    def pictures_as_text(self) -> Iterator[tuple[str, str]]:
        """The captions and the bytes of the pictures, in base64."""
        for picture in self.pictures:
            yield picture.caption, base64.b64encode(picture.png).decode()


def _markdown(table):
    lines = (table.header, ["---"] * len(table.header), *table.lines)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
