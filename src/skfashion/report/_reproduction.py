"""Published values next to measured ones: tables for the terminal, for Markdown and for an HTML page."""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from skfashion.experiments import OPEN_DETAILS, ClaimLine, CostLine, MetricLine, Results
from skfashion.report._page import render

NOTHING = "-"
METRICS = "Metrics"


class ReportTable(NamedTuple):
    """A table of text: its title, the names of its columns, and its lines."""

    title: str
    header: Sequence[str]
    lines: Sequence[Sequence[str]]

    def to_markdown(self) -> str:
        """Write the table without its title.

        Returns
        -------
        str
            A table in Markdown.
        """
        lines = (self.header, ["---"] * len(self.header), *self.lines)
        return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


@dataclass(frozen=True)
class ReproductionReport:
    """Published values next to measured ones, as text on a terminal, as Markdown and as an HTML page.

    Parameters
    ----------
    results : skfashion.experiments.Results
        What was measured.
    title : str, default="Published and measured values"
        Heading of the page; an empty one is left out.

    Examples
    --------
    >>> from skfashion.experiments import Measurement, Results, find_rows
    >>> from skfashion.report import ReproductionReport
    >>> (row,) = find_rows(["B1"])
    >>> results = Results(measurements=[Measurement(row, {"purity": [0.5575]})], data="A sample", n_seeds=1)
    >>> print(ReproductionReport(results).to_markdown())
    # Published and measured values
    <BLANKLINE>
    A sample; one seed. A sample is not judged.
    <BLANKLINE>
    ## Metrics
    <BLANKLINE>
    | row | system | metric | published | measured | difference | verdict |
    | --- | --- | --- | --- | --- | --- | --- |
    | B1 | k-means on pixels | purity | 0.5533 | 0.5575 | +0.0042 | not judged |
    <BLANKLINE>
    """

    results: Results
    title: str = "Published and measured values"

    def tables(self) -> list[ReportTable]:
        """Return the tables that have lines: metrics, claims, conclusions and costs.

        Returns
        -------
        list of ReportTable
            The tables.
        """
        results = self.results
        tables = [
            table_of_metrics(results.metrics()),
            _table_of_claims("Claims", ("row", "claim", "difference", "verdict"), results.claims()),
            _table_of_claims("Conclusions", ("paper", "conclusion", "difference", "verdict"), results.conclusions()),
            _table_of_costs(results.costs()),
        ]
        return [table for table in tables if table.lines]

    def to_markdown(self, folder: str = "") -> str:
        """Write it for a page of documentation.

        Parameters
        ----------
        folder : str, default=""
            Folder of the pictures, such as "pictures/".

        Returns
        -------
        str
            The page in Markdown.
        """
        results = self.results
        parts = [f"# {self.title}"] if self.title else []
        parts.append(results.caption)
        if results.command:
            parts += [f"```\n{results.command}\n```", "wrote this page."]
        if results.machine:
            parts.append(results.machine)
        for table in self.tables():
            parts += [f"## {table.title}", table.to_markdown()]
        for title, texts in results.notes().items():
            parts += [f"## {title}", "\n".join(f"- {text}" for text in texts)]
        if results.pictures:
            pictures = (f"![{results.picture_caption(name)}]({folder}{name}.png)" for name in results.pictures)
            parts += ["## Pictures", *pictures]
        return "\n\n".join(parts) + "\n"

    def to_html(self) -> str:
        """Write the page: one file that needs no other and no network; all text is escaped.

        Returns
        -------
        str
            The page.
        """
        pictures = {
            self.results.picture_caption(name): base64.b64encode(png).decode()
            for name, png in self.results.pictures.items()
        }
        return render("reproduction.html.jinja", report=self, results=self.results, pictures=pictures)

    def print_to(self, console) -> None:
        """Print to a rich console: tables for 80 columns, with ranges and verdicts below their values.

        Parameters
        ----------
        console : rich.console.Console
            The console.
        """
        from rich.markup import escape

        console.print(_metrics_on_terminal(self.results))
        for table in self.tables():
            if table.title != METRICS:
                console.print(_on_terminal(table))
        for title, texts in self.results.notes().items():
            if title != OPEN_DETAILS:  # which are long
                console.print(escape(title), style="bold")
                for text in texts:
                    console.print(f"- {text}", markup=False, highlight=False, soft_wrap=True)


def table_of_metrics(lines: Iterable[MetricLine]) -> ReportTable:
    """Set published values next to measured ones.

    Parameters
    ----------
    lines : iterable of MetricLine
        Metrics of rows.

    Returns
    -------
    ReportTable
        The table.

    Examples
    --------
    >>> from skfashion.report import table_of_metrics
    >>> table_of_metrics([]).header[:3]
    ('row', 'system', 'metric')
    """
    header = ("row", "system", "metric", "published", "measured", "difference", "verdict")
    return ReportTable(METRICS, header, [_metric_cells(line) for line in lines])


def _metric_cells(line):
    mean, spread, seeds = _measured(line)
    measured = f"{mean}{f' ({spread})' if spread else ''}{f', {seeds}' if seeds else ''}"
    published, difference = _or_nothing(line.published), _or_nothing(line.difference, "+")
    verdict = line.verdict or NOTHING
    return line.row.name, line.row.system, _words(line.metric), published, measured, difference, verdict


def _table_of_claims(title, header, lines: Iterable[ClaimLine]):
    cells = []
    for line in lines:
        mean, spread = _mean(line.differences, "+"), _range(line.differences, "+")
        cells.append((line.source, line.statement, f"{mean} ({spread})" if spread else mean, line.verdict))
    return ReportTable(title, header, cells)


def _table_of_costs(lines: Iterable[CostLine]):
    header = ("row", "system", "seconds a seed", "MiB of memory beyond the images")
    cells = []
    for line in lines:
        memory = NOTHING if line.peak_mib is None else f"{line.peak_mib:,.0f}"
        cells.append((line.row.name, line.row.system, f"{line.seconds:,.1f}", memory))
    return ReportTable("Costs; a step that rows share counts for each of them", header, cells)


def _metrics_on_terminal(results: Results):
    from rich.markup import escape

    table = _on_terminal(ReportTable("", ("row", "system", "metric"), ()))
    table.caption = escape(results.caption)
    for name in ("published", "measured", "difference"):
        table.add_column(name, no_wrap=True)
    shown = None
    for line in results.metrics():
        row = ("", "") if line.row is shown else (line.row.name, line.row.system)
        measured = "\n".join(filter(None, _measured(line)))
        difference = "\n".join(filter(None, (_or_nothing(line.difference, "+"), line.verdict)))
        table.add_row(*row, _words(line.metric), _or_nothing(line.published), measured, difference)
        shown = line.row
    return table


def _on_terminal(table: ReportTable):
    from rich import box
    from rich.table import Table

    shown = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for name in table.header:
        shown.add_column(name, overflow="fold")
    for cells in table.lines:
        shown.add_row(*cells)
    return shown


def _measured(line: MetricLine) -> tuple[str, str, str]:
    """Write the mean, the range if there is one, and the number of seeds if other rows have more."""
    if not line.values:
        return "see --out", "", ""
    n = len(line.values)
    return _mean(line.values), _range(line.values), f"{n} seed{'s' * (n > 1)}" if line.has_fewer_seeds else ""


def _words(metric):
    return metric.replace("_", " ")


def _mean(values, sign=""):
    return _number(values[0] if len(set(values)) == 1 else sum(values) / len(values), sign)


def _range(values, sign=""):
    if len(set(values)) == 1:
        return ""
    return f"{_number(min(values), sign, 3)} to {_number(max(values), sign, 3)}"


def _or_nothing(value, sign=""):
    return NOTHING if value is None else _number(value, sign)


def _number(value, sign="", digits=4):
    if isinstance(value, int) or abs(value) >= 1000:
        return f"{value:{sign},.0f}"
    return f"{value:{sign}.{digits}f}"
