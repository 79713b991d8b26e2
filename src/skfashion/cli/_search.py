"""``skfashion search``: try pipelines, report the trials and the best one, and keep the model."""

import csv
import time
from dataclasses import replace

import numpy as np
from rich.table import Table

from skfashion.cli._errors import InputError
from skfashion.cli._input import images_of
from skfashion.cli._model import model_commands, save_model
from skfashion.cli._output import describe_files, out, output_folder, progress, require_writable, say
from skfashion.cli._results import clustering_report, print_report, write_report
from skfashion.plugins import PluginError, get_plugin, usable_plugins
from skfashion.report import SearchSummary
from skfashion.search import PipelineSearch
from skfashion.search._record import TrialRecord

SHOWN = 10  # trials on the terminal


def run(arguments):
    """Search and report."""
    start = time.perf_counter()
    if arguments.out is not None:
        require_writable(arguments.out, arguments.command)
    if arguments.study_name is not None and arguments.storage is None:
        raise InputError("--study-name is the name of a search in a storage; give a --storage, too")
    images = images_of(arguments)
    try:
        search = _search(arguments, images)
    except PluginError as error:
        raise InputError(str(error)) from error
    _fit(search, images)
    seconds = time.perf_counter() - start
    report = _report(arguments, images, search, seconds)
    _print_trials(report.search)
    written = None if arguments.out is None else _write(arguments, images, search, report, seconds)
    chosen = " + ".join(search.best_params_[kind] for kind in ("reducer", "clusterer"))
    heading = f"{images.name}: {len(report.X):,} images, {report.search.n_complete} pipelines, {seconds:.0f} s; "
    print_report(report, f"{heading}chosen: {chosen}", written)


def _search(arguments, images):
    params = {"scoring": arguments.scoring, "refit": arguments.refit}
    return PipelineSearch(
        arguments.reducer or "all",
        arguments.clusterer or "all",
        n_clusters=arguments.n_clusters,
        max_samples=arguments.max_samples,
        scale=images.scale,
        fixed_params=_fixed_params(arguments, images),
        n_trials=arguments.trials,
        timeout=arguments.timeout,
        storage=arguments.storage,
        study_name=arguments.study_name,
        random_state=arguments.seed,
        **{name: value for name, value in params.items() if value is not None},
    )


def _fixed_params(arguments, images):
    """The images' shape, where a reducer may be chosen that wants to know it."""
    if images.image_shape is None:
        return None
    names = arguments.reducer or list(usable_plugins("reducer"))
    takes_it = any("image_shape" in get_plugin("reducer", name).estimator().get_params() for name in names)
    return {"reducer__image_shape": images.image_shape} if takes_it else None


def _fit(search, images):
    """Search, with the best so far on stderr."""
    try:
        with progress() as bar:
            search.set_params(callbacks=[_BestSoFar(bar, search.n_trials)]).fit(images.X, images.y)
    except ValueError as error:  # an unknown name, too few images, another study of that name
        if "complete" in getattr(search, "results_", {}).get("state", ()):
            raise  # the chosen pipeline has failed: what was asked for was right
        raise InputError(" ".join(str(error).split())) from error


class _BestSoFar:
    """Moves the progress bar, a trial at a time."""

    def __init__(self, bar, n_trials):
        self._bar = bar
        self._task = bar.add_task("searching", total=n_trials)

    def __call__(self, study, trial):
        trials = study.get_trials(deepcopy=False)
        complete = [t for t in trials if t.values]
        if complete:
            best = max(complete, key=lambda t: t.values[0])
            record = TrialRecord.from_trial(best)
            text = f"{best.values[0]:.4g}: {record.reducer} + {record.clusterer}"
        else:
            text = "none yet"
        self._bar.update(self._task, completed=len(trials), description=f"best so far {text}")


def _report(arguments, images, search, seconds):
    rows = search.indices_
    fitted = images if len(rows) == len(images.X) else images.only(rows)
    return clustering_report(
        fitted,
        search.best_estimator_,
        search.labels_,
        np.asarray(search.best_estimator_[:-1].transform(fitted.X)),
        settings={"Seed": str(arguments.seed), "Time": f"{seconds:.0f} s to read, search and cluster"},
        search=SearchSummary(search),
    )


def _print_trials(summary):
    """The best trials, and why others failed."""
    table = Table()
    for name in ("trial", "reducer", "clusterer"):
        table.add_column(name)
    for name in (*summary.score_names, "agreement", "seconds"):
        table.add_column(name.replace("_", " "), justify="right")
    for trial in (t for i, t in enumerate(summary.trials) if i < SHOWN or t.is_chosen):
        scores = [f"{score:,.4g}" for score in trial.scores]
        number = f"{trial.number} *" if trial.is_chosen else str(trial.number)
        row = (number, trial.reducer, trial.clusterer, *scores, f"{trial.agreement:.3f}", f"{trial.seconds:.1f}")
        table.add_row(*row)
    out.print(table)
    say(f"* the one that is taken, of {summary.n_complete}; the best by {summary.score_names[0]} come first")
    for name, share in summary.importances.items():
        say(f"{name} accounts for {share:.0%} of the differences in {summary.score_names[0]}")
    for error, n_trials in summary.failures.items():
        say(f"{n_trials} failed: {error}")


def _write(arguments, images, search, report, seconds):
    """Leave everything in the output folder, and say what."""
    with output_folder(arguments.out, arguments.command) as folder:
        is_saved = save_model(search.best_estimator_, folder, images)
        commands = model_commands(arguments, is_saved, can_predict=hasattr(search, "predict"))
        settings = search.best_params_ | {
            "scale": images.scale,
            "n_clusters": arguments.n_clusters,
            "seed": arguments.seed,
            "seconds": round(seconds, 3),
            "trials": len(search.results_["trial"]),
        }
        fitted = images if len(report.X) == len(images.X) else images.only(search.indices_)
        write_report(folder, fitted, replace(report, commands=commands), settings)
        _write_trials(folder / "trials.csv", search.results_)
        return f"{describe_files(folder)} are in {arguments.out}"


def _write_trials(path, results):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(results)
        writer.writerows(zip(*(column.tolist() for column in results.values()), strict=True))
