"""The tables of ``skfashion reproduce``, and how they are printed."""

import statistics

from rich import box
from rich.markup import escape
from rich.table import Table

from skfashion.cli._output import out, say
from skfashion.experiments import CONCLUSIONS, REPRODUCED, TOLERANCES
from skfashion.report import Notes, ReportTable, ReproductionReport

FIGURES = ("row", "system", "metric", "published", "measured", "difference", "verdict")
CLAIMS = ("row", "claim", "difference", "verdict")
CONCLUDED = ("paper", "conclusion", "difference", "verdict")
COSTS = ("row", "system", "seconds a seed", "MiB of memory beyond the images")
COSTS_TITLE = "What they cost, with the steps that they share counted for each"
LEFT_OPEN = "What the papers leave open, and what was taken"
NONE, NOT_JUDGED = "-", "not judged"


def tables_of(measurements, *, is_judged) -> list[ReportTable]:
    """Figures, claims, conclusions, and what the rows cost."""
    n_seeds = max(_n_seeds(m) for m in measurements)
    return [
        ReportTable("Figures", FIGURES, [line for m in measurements for line in _figures(m, n_seeds, is_judged)]),
        ReportTable("Claims", CLAIMS, [line for m in measurements for line in _claims(m, is_judged)]),
        ReportTable("Conclusions", CONCLUDED, list(_conclusions(measurements, is_judged))),
        ReportTable(COSTS_TITLE, COSTS, [_costs(m) for m in measurements if m.figures and m.seconds]),
    ]


def notes_of(measurements, errata, *, is_judged) -> list[Notes]:
    """Where the papers are wrong, why figures differ, and what the papers leave open."""
    return [
        Notes("Where the papers are wrong", errata),
        Notes("Why figures differ", list(_reasons(measurements)) if is_judged else []),
        Notes(LEFT_OPEN, _details(m.row for m in measurements)),
    ]


def summary(measurements) -> str:
    """How many figures reproduce the published one; a published one may be compared with several."""
    verdicts = [m.verdict(metric) for m in measurements for metric in m.row.published]
    n_reproduced = verdicts.count(REPRODUCED)
    return f"{n_reproduced} of {len(verdicts)} comparisons reproduce what was published." if verdicts else ""


def rules(measurements) -> str:
    """What counts as reproduced, of the metrics that occur."""
    metrics = dict.fromkeys(metric for measurement in measurements for metric in measurement.row.published)
    found = [f"{metric.replace('_', ' ')} {TOLERANCES[metric]}" for metric in metrics]
    return f"Reproduced: {'; '.join(found)}." if found else ""


def print_tables(report: ReproductionReport) -> None:
    """Print tables for 80 columns: ranges and verdicts below their figures."""
    for table in report.tables:
        out.print(_figures_to_print(table, report.caption) if table.header == FIGURES else _to_print(table))
    for title, texts in report.notes:
        if title != LEFT_OPEN:  # which is long, and in RESULTS.md
            out.print(escape(title), style="bold")
            for text in texts:
                say(f"- {text}")


def _figures_to_print(figures, caption):
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, caption=escape(caption))
    table.add_column("row")
    table.add_column("system", overflow="fold")
    table.add_column("metric", overflow="fold")
    for name in ("published", "measured", "difference"):
        table.add_column(name, no_wrap=True)
    shown = None
    for row, system, metric, published, measured, difference, verdict in figures.lines:
        measured = measured.replace(" (", "\n").rstrip(")")
        judged = difference if verdict == NONE else f"{difference}\n{verdict}"
        table.add_row(*(("", "") if row == shown else (row, system)), metric, published, measured, judged)
        shown = row
    return table


def _to_print(lines):
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for name in lines.header:
        table.add_column(name, overflow="fold")
    for cells in lines.lines:
        table.add_row(*cells)
    return table


def _reasons(measurements):
    """Those of the figures that differ."""
    for measurement in measurements:
        for metric in measurement.row.published:
            if measurement.verdict(metric) != REPRODUCED:
                reason = measurement.row.reasons.get(metric, "not explained yet.")
                yield f"{measurement.row.name}, {metric.replace('_', ' ')}: {reason}"


def _details(rows):
    """What the papers leave open, and the rows that it is about, which may be several."""
    sources: dict[str, list[str]] = {}
    for row in rows:
        sources.setdefault(row.details, []).append(f"{row.name} ({row.source})")
    return [f"{', '.join(names)}: {details}" for details, names in sources.items() if details]


def _n_seeds(measurement):
    return max(map(len, measurement.figures.values()), default=0)


def _figures(measurement, n_seeds, is_judged):
    """The cells of a row: a line for each metric, those that were published first; seeds are said if they are fewer."""
    row, figures, n = measurement.row, measurement.figures, _n_seeds(measurement)
    seeds = f", {n} seed{'s' * (n > 1)}" if n < n_seeds else ""
    if not figures:
        yield row.name, row.system, "picture", NONE, "see --out", NONE, NONE
    for metric in [*row.published, *(metric for metric in figures if metric not in row.published)]:
        published, difference, verdict = NONE, NONE, NONE
        if metric in row.published:
            published = _number(row.published[metric])
            difference = _number(measurement.mean(metric) - row.published[metric], "+")
            verdict = measurement.verdict(metric) if is_judged else NOT_JUDGED
        measured = _mean_and_range(figures[metric]) + seeds
        yield row.name, row.system, metric.replace("_", " "), published, measured, difference, verdict


def _claims(measurement, is_judged):
    """What a row was to show, and whether it does."""
    for claim in measurement.row.claims:
        yield measurement.row.name, *_judged(claim, measurement.figures, is_judged)


def _conclusions(measurements, is_judged):
    """What papers conclude from several rows, of those that were measured."""
    figures = {f"{m.row.name} {metric}": values for m in measurements for metric, values in m.figures.items()}
    measured = {m.row.name for m in measurements}
    for conclusion in CONCLUSIONS:
        if conclusion.rows <= measured:
            paper = f"{conclusion.paper.key}, {conclusion.source}"
            yield paper, *_judged(conclusion.claim, figures, is_judged)


def _judged(claim, figures, is_judged):
    verdict = claim.verdict(figures) if is_judged else NOT_JUDGED
    return claim.statement, _mean_and_range(claim.differences(figures), "+"), verdict


def _costs(measurement):
    """Medians over the seeds."""
    peaks = [peak for peak in measurement.peak_mib if peak is not None]
    memory = f"{statistics.median(peaks):,.0f}" if peaks else NONE
    return measurement.row.name, measurement.row.system, f"{statistics.median(measurement.seconds):,.1f}", memory


def _mean_and_range(values, sign=""):
    mean = sum(values) / len(values)
    if len(set(values)) == 1:
        return _number(values[0], sign)
    return f"{_number(mean, sign)} ({_number(min(values), sign, 3)} to {_number(max(values), sign, 3)})"


def _number(value, sign="", digits=4):
    if isinstance(value, int) or abs(value) >= 1000:
        return f"{value:{sign},.0f}"
    return f"{value:{sign}.{digits}f}"
