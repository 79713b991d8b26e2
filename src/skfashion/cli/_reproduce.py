"""``skfashion reproduce``: published figures beside measured ones."""

import io
import statistics
import tempfile
import warnings
from collections import Counter, defaultdict
from importlib.util import find_spec

import numpy as np
import pooch

from skfashion import __version__, fetch_fashion_mnist
from skfashion.cli._errors import InputError
from skfashion.cli._input import fashion_mnist
from skfashion.cli._output import describe_files, note, output_folder, progress, require_writable, say, write_json
from skfashion.cli._reproduction import notes_of, print_tables, rules, summary, tables_of
from skfashion.cli._results import versions
from skfashion.experiments import ERRATA, Data, Measurement, Runner, find_rows
from skfashion.report import Picture, ReproductionReport

N_TRAINING = 60_000  # images that the published figures are of
EVERY = 5  # of this many images of a sample is to test on
DOTS_PER_INCH = 100


def run(arguments):
    """Measure the rows, print them, and write them down."""
    for name in ("seeds", "jobs"):
        if getattr(arguments, name) < 1:
            raise InputError(f"--{name} {getattr(arguments, name)} must be at least 1")
    try:
        rows = find_rows(arguments.rows)
    except ValueError as error:
        raise InputError(str(error)) from error
    require_packages(rows)
    if arguments.out is not None:
        require_writable(arguments.out, arguments.command)
    name, data = _data(arguments.sample)
    cache = pooch.os_cache("skfashion") / "reproduce"
    require_usable(cache)
    runner = Runner(data, cache=cache)
    measurements = _measure(runner, rows, arguments)
    is_judged = len(data.X) == N_TRAINING
    papers = {row.paper.key for row in rows}
    errata = [f"{e.paper.key}, {e.source}: {e.text(data)}" for e in ERRATA if e.paper.key in papers]
    judged = f"{rules(measurements)} {summary(measurements)}" if is_judged else "A sample is not judged."
    report = ReproductionReport(
        tables=tables_of(measurements, is_judged=is_judged),
        caption=f"{name}; {_seeds(arguments.seeds)}. {judged}".rstrip(),
        machine=_machines(measurements),
        notes=notes_of(measurements, errata, is_judged=is_judged),
        command=arguments.command_line,
    )
    print_tables(report)
    if arguments.out is not None:
        figures = {m.row.name: _as_json(m, is_judged) for m in measurements}
        _write(arguments.out, runner, rows, report, figures)


def require_packages(rows):
    """Refuse rows that need what is not installed, before any is measured."""
    missing: dict[str, str] = {}
    for row in rows:
        for package in row.packages:
            if find_spec(package) is None:
                missing.setdefault(package, row.name)
    if missing:
        needs = " and ".join(f"row {name} needs {package}" for package, name in missing.items())
        raise InputError(f"{needs}: pip install 'skfashion[reproduce]'")


def require_usable(folder):
    """Refuse a folder that cannot be made or written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise InputError(f"{folder} cannot be used: {error.strerror or error}") from error


def _data(sample):
    """What the figures are of, in words, and the images; of the sample, a part is set aside to test."""
    images = fashion_mnist(sample=sample)
    X, y = images.X, np.asarray(images.y)
    if len(X) == N_TRAINING:
        test = fetch_fashion_mnist(subset="test")
        return images.name, Data(X, y, test.data, test.target)
    is_test = np.arange(len(X)) % EVERY == 0
    return images.name, Data(X[~is_test], y[~is_test], X[is_test], y[is_test])


def _machines(measurements):
    """Where it was measured, which may have been several places."""
    places = sorted({place for measurement in measurements for place in measurement.machines})
    packages = ", ".join(f"{name} {number}" for name, number in versions().items())
    return f"Measured on {'; or on '.join(places)}; {packages}."


def _seeds(n_seeds):
    return f"mean and range of {n_seeds} seeds, or of as many as are said" if n_seeds > 1 else "one seed"


def _measure(runner, rows, arguments):
    """The rows' measurements, in their order, with the time that is left on stderr: in a bar, or line by line."""
    n_seeds = arguments.seeds
    todo = [(row, seed) for row in rows for seed in row.seeds(n_seeds)]
    missing = Counter(row.name for row, seed in todo if not runner.remembers(row, seed))
    results: dict[str, dict] = defaultdict(dict)  # by row and seed
    with progress() as bar, warnings.catch_warnings():
        # Workers that have come to hold much memory are replaced between two measurements, and nothing is lost.
        warnings.filterwarnings("ignore", "A worker stopped while some jobs were given to the executor")
        task = bar.add_task("measuring", total=len(todo))
        for row, seed, result in runner.measure_many(rows, n_seeds, arguments.jobs):
            results[row.name][seed] = result
            missing[row.name] = min(missing[row.name], len(row.seeds(n_seeds)) - len(results[row.name]))
            left = seconds_left(missing, results) / arguments.jobs
            done = f"{row.name}, seed {seed}; about {left / 60:.0f} min left"
            bar.update(task, advance=1, description=done)
            if bar.console.quiet:
                note(done)
    return [_measurement(row, [results[row.name][seed] for seed in row.seeds(n_seeds)]) for row in rows]


def seconds_left(missing, results) -> float:
    """What as many measurements of each row take, by what its other seeds took, or else the rows that are done.

    Steps that other rows have fitted make it less, and rows that take longer than those that are done make it more.
    """
    taken = {name: statistics.mean(r.seconds for r in done.values()) for name, done in results.items()}
    otherwise = statistics.mean(taken.values())
    return sum(taken.get(name, otherwise) * n for name, n in missing.items())


def _measurement(row, results):
    return Measurement(
        row,
        {name: [result.figures[name] for result in results] for name in results[0].figures},
        [result.seconds for result in results],
        [result.peak_mib for result in results],
        [result.machine for result in results],
    )


def _write(path, runner, rows, report, figures):
    with output_folder(path, "reproduce") as folder:
        report.pictures.extend(_draw(runner, rows))
        for picture in report.pictures:
            (folder / picture.filename).write_bytes(picture.png)
        (folder / "RESULTS.md").write_text(report.to_markdown(), encoding="utf-8")
        (folder / "index.html").write_text(report.to_html(), encoding="utf-8")
        results = {
            "skfashion": __version__,
            "caption": report.caption,
            "machine": report.machine,
            "command": report.command,
            "rows": figures,
            "notes": {notes.title: notes.texts for notes in report.notes},
        }
        write_json(folder / "results.json", results)
        files = describe_files(folder)
    say(f"{files} are in {path}")


def _as_json(measurement, is_judged):
    row = measurement.row
    judged = row.published if is_judged else ()
    return {
        "published": row.published,
        "figures": measurement.figures,
        "verdicts": {metric: measurement.verdict(metric) for metric in judged},
        "claims": {claim.statement: claim.differences(measurement.figures) for claim in row.claims},
        "seconds": measurement.seconds,
        "peak_mib": measurement.peak_mib,
    }


def _draw(runner, rows):
    """The pictures of rows that have any."""
    with progress() as bar:
        for row in bar.track(rows, description="drawing"):
            for name, figure in runner.draw(row).items():
                file = io.BytesIO()
                figure.savefig(file, format="png", dpi=DOTS_PER_INCH)
                yield Picture(f"{name}.png", f"{name}, {row.source}: {row.system}", file.getvalue())
