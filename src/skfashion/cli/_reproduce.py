"""``skfashion reproduce``: published figures beside measured ones."""

import platform

import pooch
from rich.markup import escape
from rich.table import Table

from skfashion import __version__
from skfashion.cli._errors import InputError
from skfashion.cli._input import fashion_mnist
from skfashion.cli._output import out, output_folder, progress, require_writable, write_json
from skfashion.experiments import Runner, find_rows

HEADER = ("row", "system", "purity published", "purity measured", "difference", "verdict", "Hungarian accuracy", "ARI")


def run(arguments):
    """Measure the rows, print them, and write them down."""
    if arguments.seeds < 1:
        raise InputError(f"--seeds {arguments.seeds} must be at least 1")
    try:
        rows = find_rows(arguments.rows)
    except ValueError as error:
        raise InputError(str(error)) from error
    if arguments.out is not None:
        require_writable(arguments.out)
    images = fashion_mnist(sample=arguments.sample)
    runner = Runner(images.X, images.y, cache=pooch.os_cache("skfashion") / "reproduce")
    measurements = _measure(runner, rows, arguments.seeds)
    judged = len(images.X) == 60_000
    lines = [_line(measurement, judged) for measurement in measurements]
    caption = f"{images.name}, {arguments.seeds} seeds: mean (lowest to highest). {_notes(rows, judged)}"
    _print(lines, caption)
    if arguments.out is not None:
        _write(arguments.out, measurements, lines, caption)


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


def _line(measurement, judged):
    """One row of the table, as text."""
    published, measured = measurement.row.published["purity"], measurement.mean("purity")
    return (
        measurement.row.name,
        measurement.row.system,
        f"{published:.4f}",
        _mean_and_range(measurement, "purity"),
        f"{measured - published:+.4f}",
        measurement.verdict("purity") if judged else "not judged",
        _mean_and_range(measurement, "hungarian_accuracy"),
        _mean_and_range(measurement, "adjusted_rand"),
    )


def _mean_and_range(measurement, metric):
    values = measurement.figures[metric]
    return f"{measurement.mean(metric):.4f} ({min(values):.4f} to {max(values):.4f})"


def _notes(rows, judged):
    papers = {row.paper.key: row.paper for row in rows}.values()
    named = " ".join(f"{paper.key}: {paper.authors}, {paper.title}." for paper in papers)
    return named if judged else f"{named} A sample is not judged: the published figures are of all images."


def _print(lines, caption):
    table = Table(caption=escape(caption))
    for name in HEADER:
        table.add_column(name)
    for line in lines:
        table.add_row(*line)
    out.print(table)


def _write(path, measurements, lines, caption):
    with output_folder(path) as folder:
        rows = ["| " + " | ".join(cells) + " |" for cells in (HEADER, ["---"] * len(HEADER), *lines)]
        details = [f"- {m.row.name} ({m.row.source}): {m.row.details}" for m in measurements if m.row.details]
        (folder / "RESULTS.md").write_text("\n".join([*rows, "", caption, "", *details]).rstrip() + "\n")
        write_json(
            folder / "results.json",
            {
                "skfashion": __version__,
                "python": platform.python_version(),
                "rows": {
                    m.row.name: {"published": m.row.published, "figures": m.figures, "seconds": m.seconds}
                    for m in measurements
                },
            },
        )
    out.print(f"results.json and RESULTS.md are in {path}", highlight=False)
