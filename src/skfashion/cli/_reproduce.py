"""``skfashion reproduce``: measure published systems and compare."""

import io
import statistics
import tempfile
import warnings
from collections import Counter, defaultdict
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pooch

from skfashion import fetch_fashion_mnist
from skfashion.cli._input import fashion_mnist
from skfashion.cli._output import (
    InputError,
    console,
    describe_files,
    note,
    output_folder,
    progress,
    require_writable,
    say,
)
from skfashion.cli._results import versions
from skfashion.displays._style import own_settings
from skfashion.experiments import ERRATA, Data, Measurement, Results, Runner, find_rows
from skfashion.report import ReproductionReport

N_TRAINING = 60_000  # images that the published values are about
TEST_FRACTION = 1 / 5  # of a sample
DOTS_PER_INCH = 100


def run(*, rows: list[str], seeds: int, jobs: int, sample: bool, out: Path | None, command_line: str):
    """Measure the rows, print them, and write them down."""
    for name, number in (("seeds", seeds), ("jobs", jobs)):
        if number < 1:
            raise InputError(f"--{name} {number} must be at least 1")
    try:
        chosen = find_rows(rows)
    except ValueError as error:
        raise InputError(str(error)) from error
    require_packages(chosen)
    if out is not None:
        require_writable(out, "reproduce")
    name, data = _data(sample)
    cache = pooch.os_cache("skfashion") / "reproduce"
    require_usable(cache)
    runner = Runner(data, cache=cache)
    measurements, machines = _measure(runner, chosen, seeds, jobs)
    papers = {row.paper.key for row in chosen}
    results = Results(
        measurements=measurements,
        data=name,
        n_seeds=seeds,
        is_judged=len(data.X) == N_TRAINING,
        machine=_describe(machines),
        command=command_line,
        errata=[f"{e.paper.key}, {e.source}: {e.text(data)}" for e in ERRATA if e.paper.key in papers],
    )
    ReproductionReport(results).print_to(console)
    if out is not None:
        with output_folder(out, "reproduce") as folder:
            _write(folder, replace(results, pictures=_draw(runner, chosen)))
            files = describe_files(folder)
        say(f"{files} are in {out}")


def require_packages(rows):
    """Refuse rows that need packages that are not installed, before any is measured."""
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
    """Return the name of the images, and the images with a part of them for tests."""
    images = fashion_mnist(sample=sample)
    X, y = images.X, np.asarray(images.y)
    if len(X) == N_TRAINING:
        test = fetch_fashion_mnist(subset="test")
        return images.name, Data(X, y, test.data, test.target)
    is_test = np.arange(len(X)) % round(1 / TEST_FRACTION) == 0
    return images.name, Data(X[~is_test], y[~is_test], X[is_test], y[is_test])


def _measure(runner, rows, n_seeds, n_jobs):
    """Measure the rows in order and show the remaining time on stderr; return the machines, too."""
    todo = [(row, seed) for row in rows for seed in row.seeds(n_seeds)]
    missing = Counter(row.name for row, seed in todo if not runner.remembers(row, seed))
    results: dict[str, dict] = defaultdict(dict)  # by row and seed
    with progress() as bar, warnings.catch_warnings():
        # joblib replaces a worker that holds much memory between two measurements; nothing is lost.
        warnings.filterwarnings("ignore", "A worker stopped while some jobs were given to the executor")
        task = bar.add_task("measuring", total=len(todo))
        for row, seed, result in runner.measure_many(rows, n_seeds, n_jobs):
            results[row.name][seed] = result
            missing[row.name] = min(missing[row.name], len(row.seeds(n_seeds)) - len(results[row.name]))
            left = seconds_left(missing, results) / n_jobs
            done = f"{row.name}, seed {seed}; about {left / 60:.0f} min left"
            bar.update(task, advance=1, description=done)
            if bar.console.quiet:
                note(done)
    measurements = [_measurement(row, [results[row.name][seed] for seed in row.seeds(n_seeds)]) for row in rows]
    return measurements, {result.machine for of_row in results.values() for result in of_row.values()}


def seconds_left(missing, results) -> float:
    """Estimate the time of the missing measurements from a row's other seeds, else from the rows that are done.

    Steps that other rows have fitted make it less, and rows that take longer than those that are done make it more.
    """
    taken = {name: statistics.mean(r.seconds for r in done.values()) for name, done in results.items()}
    otherwise = statistics.mean(taken.values())
    return sum(taken.get(name, otherwise) * n for name, n in missing.items())


def _measurement(row, results):
    values = {metric: [result.values[metric] for result in results] for metric in results[0].values}
    return Measurement(row, values, [result.seconds for result in results], [result.peak_mib for result in results])


def _describe(machines):
    """Name the machines, which may be several, and the versions of packages."""
    packages = ", ".join(f"{name} {number}" for name, number in versions().items())
    return f"Measured on {'; or on '.join(sorted(machines))}; {packages}."


def _write(folder, results):
    results.write(folder)
    report = ReproductionReport(results)
    (folder / "RESULTS.md").write_text(report.to_markdown(), encoding="utf-8")
    (folder / "index.html").write_text(report.to_html(), encoding="utf-8")


def _draw(runner, rows):
    """Draw the rows' pictures: PNG files by name."""
    pictures = {}
    with own_settings(), progress() as bar:
        for row in bar.track(rows, description="drawing"):
            for name, figure in runner.draw(row).items():
                file = io.BytesIO()
                figure.savefig(file, format="png", dpi=DOTS_PER_INCH)
                pictures[name] = file.getvalue()
    return pictures
