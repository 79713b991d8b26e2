"""``skfashion reproduce``: published figures beside measured ones."""

import platform
from typing import NamedTuple

import numpy as np
import pooch
from rich import box
from rich.markup import escape
from rich.table import Table

from skfashion import __version__, fetch_fashion_mnist
from skfashion.cli._errors import InputError
from skfashion.cli._input import fashion_mnist
from skfashion.cli._output import describe_files, out, output_folder, progress, require_writable, say, write_json
from skfashion.experiments import TOLERANCES, Data, Runner, find_rows

FIGURES = ("row", "system", "metric", "published", "measured", "difference", "verdict")
CLAIMS = ("row", "claim", "difference", "verdict")
NONE, NOT_JUDGED = "-", "not judged"
N_TRAINING = 60_000  # images that the published figures are of
EVERY = 5  # of this many images of a sample is to test on


class Tables(NamedTuple):
    """What is shown: the cells of each line, and what they are of."""

    figures: list[tuple[str, ...]]
    claims: list[tuple[str, ...]]
    caption: str


def run(arguments):
    """Measure the rows, print them, and write them down."""
    if arguments.seeds < 1:
        raise InputError(f"--seeds {arguments.seeds} must be at least 1")
    try:
        rows = find_rows(arguments.rows)
    except ValueError as error:
        raise InputError(str(error)) from error
    if arguments.out is not None:
        require_writable(arguments.out, arguments.command)
    name, data = _data(arguments.sample)
    cache = pooch.os_cache("skfashion") / "reproduce"
    try:
        runner = Runner(data, cache=cache)
        measurements = _measure(runner, rows, arguments.seeds)
    except OSError as error:
        raise InputError(f"{cache} cannot be used: {error.strerror or error}") from error
    is_judged = len(data.X) == N_TRAINING
    tables = Tables(
        [line for measurement in measurements for line in _figures(measurement, is_judged)],
        [line for measurement in measurements for line in _claims(measurement, is_judged)],
        f"{name}; {_seeds(arguments.seeds)}. {_rules(measurements, is_judged)}",
    )
    _print(tables)
    if arguments.out is not None:
        _write(arguments.out, runner, measurements, tables)


def _data(sample):
    """What the figures are of, in words, and the images; of the sample, a part is set aside to test."""
    images = fashion_mnist(sample=sample)
    X, y = images.X, np.asarray(images.y)
    if len(X) == N_TRAINING:
        test = fetch_fashion_mnist(subset="test")
        return images.name, Data(X, y, test.data, test.target)
    is_test = np.arange(len(X)) % EVERY == 0
    return images.name, Data(X[~is_test], y[~is_test], X[is_test], y[is_test])


def _measure(runner, rows, n_seeds):
    seeds = range(n_seeds)
    with progress() as bar:
        task = bar.add_task("", total=len(rows) * n_seeds)
        for row in rows:
            for seed in seeds:
                bar.update(task, description=f"{row.name}, seed {seed}")
                runner.measure(row, seed)
                bar.advance(task)
    return [runner.measure_all(row, seeds) for row in rows]


def _figures(measurement, is_judged):
    """The cells of a row: a line for each metric, those that were published first."""
    row, figures = measurement.row, measurement.figures
    if not figures:
        yield row.name, row.system, "picture", NONE, "see --out", NONE, NONE
    for metric in [*row.published, *(metric for metric in figures if metric not in row.published)]:
        published, difference, verdict = NONE, NONE, NONE
        if metric in row.published:
            published = _number(row.published[metric])
            difference = f"{measurement.mean(metric) - row.published[metric]:+.4f}"
            verdict = measurement.verdict(metric) if is_judged else NOT_JUDGED
        measured = _mean_and_range(figures[metric])
        yield row.name, row.system, metric.replace("_", " "), published, measured, difference, verdict


def _claims(measurement, is_judged):
    """What a row was to show, and whether it does."""
    row, figures = measurement.row, measurement.figures
    for claim in row.claims:
        verdict = claim.verdict(figures) if is_judged else NOT_JUDGED
        yield row.name, claim.statement, _mean_and_range(claim.differences(figures), "+"), verdict


def _mean_and_range(values, sign=""):
    mean = sum(values) / len(values)
    if len(set(values)) == 1:
        return _number(mean, sign)
    return f"{_number(mean, sign)} ({min(values):{sign}.3f} to {max(values):{sign}.3f})"


def _number(value, sign=""):
    return f"{value:,.0f}" if abs(value) > 1 and value == round(value) else f"{value:{sign}.4f}"


def _seeds(n_seeds):
    return f"mean and range of {n_seeds} seeds" if n_seeds > 1 else "one seed"


def _rules(measurements, is_judged):
    """What counts as reproduced, of the metrics that occur."""
    if not is_judged:
        return "A sample is not judged."
    metrics = dict.fromkeys(metric for measurement in measurements for metric in measurement.row.published)
    rules = [
        f"{metric.replace('_', ' ')} within {TOLERANCES[metric].margin}{', or better' * TOLERANCES[metric].or_better}"
        for metric in metrics
    ]
    return f"Reproduced: {'; '.join(rules)}." if rules else ""


def _print(tables):
    """Print tables for 80 columns: ranges and verdicts below their figures."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, caption=escape(tables.caption))
    table.add_column("row")
    table.add_column("system", overflow="fold")
    table.add_column("metric", overflow="fold")
    for name in ("published", "measured", "difference"):
        table.add_column(name, no_wrap=True)
    shown = None
    for row, system, metric, published, measured, difference, verdict in tables.figures:
        measured = measured.replace(" (", "\n").rstrip(")")
        judged = difference if verdict == NONE else f"{difference}\n{verdict}"
        table.add_row(*(("", "") if row == shown else (row, system)), metric, published, measured, judged)
        shown = row
    out.print(table)
    if tables.claims:
        table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
        for name in CLAIMS:
            table.add_column(name, overflow="fold")
        for cells in tables.claims:
            table.add_row(*cells)
        out.print(table)


def _write(path, runner, measurements, tables):
    with output_folder(path, "reproduce") as folder:
        pictures = _draw(folder, runner, measurements)
        (folder / "RESULTS.md").write_text(_markdown(measurements, tables, pictures))
        write_json(
            folder / "results.json",
            {
                "skfashion": __version__,
                "python": platform.python_version(),
                "rows": {
                    m.row.name: {
                        "published": m.row.published,
                        "figures": m.figures,
                        "claims": {claim.statement: claim.differences(m.figures) for claim in m.row.claims},
                    }
                    for m in measurements
                },
            },
        )
        files = describe_files(folder)
    say(f"{files} are in {path}")


def _draw(folder, runner, measurements):
    """The files of the rows that are pictures, by row."""
    files = {}
    for measurement in measurements:
        figure = runner.draw(measurement.row)
        if figure is not None:
            files[measurement.row.name] = f"{measurement.row.name}.png"
            figure.savefig(folder / files[measurement.row.name], dpi=100)
    return files


def _markdown(measurements, tables, pictures):
    rows = [m.row for m in measurements]
    sources: dict[str, list[str]] = {}  # by details, which several rows may share
    for row in rows:
        sources.setdefault(row.details, []).append(f"{row.name} ({row.source})")
    details = [f"- {', '.join(names)}: {details}" for details, names in sources.items() if details]
    drawn = [f"![{row.name}, {row.source}: {row.system}]({pictures[row.name]})" for row in rows if row.name in pictures]
    shown = [*_table(FIGURES, tables.figures), *_table(CLAIMS, tables.claims), tables.caption]
    return "\n".join([*shown, "", *details, "", *(f"{picture}\n" for picture in drawn)]).rstrip() + "\n"


def _table(header, lines):
    if not lines:
        return []
    return ["| " + " | ".join(cells) + " |" for cells in (header, ["---"] * len(header), *lines)] + [""]
