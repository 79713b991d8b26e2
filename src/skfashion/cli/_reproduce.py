"""``skfashion reproduce``: published figures beside measured ones."""

import platform

import pooch
from rich import box
from rich.markup import escape
from rich.table import Table

from skfashion import __version__
from skfashion.cli._errors import InputError
from skfashion.cli._input import fashion_mnist
from skfashion.cli._output import out, output_folder, progress, require_writable, say, write_json
from skfashion.experiments import TOLERANCES, Runner, find_rows

HEADER = ("row", "system", "published purity", "purity", "difference", "verdict", "Hungarian accuracy", "ARI")


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
    images = fashion_mnist(sample=arguments.sample)
    cache = pooch.os_cache("skfashion") / "reproduce"
    try:
        measurements = _measure(Runner(images.X, images.y, cache=cache), rows, arguments.seeds)
    except OSError as error:
        raise InputError(f"{cache} cannot be used: {error.strerror or error}") from error
    is_whole = len(images.X) == 60_000  # the published figures are of all images
    lines = [_line(measurement, is_whole) for measurement in measurements]
    verdicts = _rule() if is_whole else "A sample is not judged."
    caption = f"{images.name}; mean and range of {arguments.seeds} seeds. {verdicts}"
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


def _line(measurement, is_judged):
    """The cells of one row."""
    published = measurement.row.published["purity"]
    return (
        measurement.row.name,
        measurement.row.system,
        f"{published:.4f}",
        _mean_and_range(measurement, "purity"),
        f"{measurement.mean('purity') - published:+.4f}",
        measurement.verdict("purity") if is_judged else "not judged",
        _mean_and_range(measurement, "hungarian_accuracy"),
        _mean_and_range(measurement, "adjusted_rand"),
    )


def _rule():
    tolerance = TOLERANCES["purity"]
    or_better = ", or better" if tolerance.or_better else ""
    return f"Reproduced: within {tolerance.margin} of the published purity{or_better}."


def _mean_and_range(measurement, metric):
    values = measurement.figures[metric]
    return f"{measurement.mean(metric):.4f} ({min(values):.3f}-{max(values):.3f})"


def _print(lines, caption):
    """Print the table for 80 columns: ranges and verdicts below their figures."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, caption=escape(caption))
    table.add_column("row")
    table.add_column("system", overflow="fold")
    for name in ("published\npurity", "measured\npurity", "difference", "Hungarian\naccuracy", "ARI"):
        table.add_column(name, no_wrap=True)
    for row, system, published, purity, difference, verdict, *one_to_one in lines:
        purity, *one_to_one = (cell.replace(" (", "\n").rstrip(")") for cell in (purity, *one_to_one))
        table.add_row(row, system, published, purity, f"{difference}\n{verdict}", *one_to_one)
    out.print(table)


def _write(path, measurements, lines, caption):
    with output_folder(path, "reproduce") as folder:
        rows = ["| " + " | ".join(cells) + " |" for cells in (HEADER, ["---"] * len(HEADER), *lines)]
        details = [f"- {m.row.name} ({m.row.source}): {m.row.details}" for m in measurements if m.row.details]
        (folder / "RESULTS.md").write_text("\n".join([*rows, "", caption, "", *details]).rstrip() + "\n")
        write_json(
            folder / "results.json",
            {
                "skfashion": __version__,
                "python": platform.python_version(),
                "rows": {m.row.name: {"published": m.row.published, "figures": m.figures} for m in measurements},
            },
        )
    say(f"results.json and RESULTS.md are in {path}")
