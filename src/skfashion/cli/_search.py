"""``skfashion search``: try pipelines, report the trials and the chosen one, and save the model."""

import csv
import time
from pathlib import Path
from typing import Any

import numpy as np
from rich.markup import escape
from rich.table import Table

from skfashion._utils.pipelines import image_shape_parameters
from skfashion.cli._defaults import AUTO
from skfashion.cli._fit import require_pymetis
from skfashion.cli._input import images_of
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
from skfashion.cli._results import clustering_report, print_report, run_facts, save_model, write_report
from skfashion.cli._sample import draw_rows
from skfashion.cli._tables import cells
from skfashion.cli._terminal import printable
from skfashion.plugins import PluginError, get_plugin, usable_plugins
from skfashion.report import SearchSummary
from skfashion.search import SCORED, PipelineSearch, TrialRecord

MAX_TRIALS = 10  # on the terminal


def run(
    *,
    path: Path | None,
    sample: bool,
    reducer: list[str] | None,
    clusterer: list[str] | None,
    n_clusters: int | str,
    seed: int,
    params: list[tuple[str, object]],
    trials: int,
    timeout: float | None,
    max_samples: int,
    scoring: str | None,
    refit: str | None,
    storage: str | None,
    study_name: str | None,
    out: Path | None,
    command_line: str,
    **reading,
):
    """Search and report; `reading` is for `read_input`."""
    start = time.perf_counter()
    _check(out, storage, study_name, n_clusters)
    images = _drawn(images_of(path, sample=sample, **reading), seed)
    scale = images.scale if images.image_shape is None else images.image_scale
    chosen_by: dict[str, Any] = {"scoring": scoring, "refit": refit}
    search = PipelineSearch(
        reducer or "all",
        clusterer or "all",
        n_clusters=n_clusters,
        max_samples=max_samples,
        scale=scale,
        fixed_params=_fixed_params(reducer, images) | dict(params),
        n_trials=trials,
        timeout=timeout,
        storage=storage,
        study_name=study_name,
        random_state=seed,
        **{name: value for name, value in chosen_by.items() if value is not None},
    )
    _fit(search, images)
    seconds = time.perf_counter() - start
    fitted = images if len(search.indices_) == len(images.X) else images.only(search.indices_)
    facts = {"Seed": str(seed), "Time": f"{seconds:.0f} s to read, search and cluster"}
    report = _report(fitted, search, facts)
    _print_trials(report.search)
    written = None
    if out is not None:
        settings = {"scale": scale, "n_clusters": search.n_clusters_, "seed": seed, "parameters": dict(params)}
        settings |= {"seconds": round(seconds, 3), **run_facts(fitted, report.labels)}
        with output_folder(out, "search") as folder:
            model, reference = search.best_estimator_, report.reference
            commands = save_model(model, folder, images, scale, out, command_line, reference)
            settings = search.best_params_ | settings | {"trials": len(search.results_["trial"])}
            write_report(folder, fitted, report, settings=settings, commands=commands)
            _write_trials(folder / "trials.csv", search.results_)
            written = f"{describe_files(folder)} are in {out}"
    chosen = " + ".join(search.best_params_[kind] for kind in ("reducer", "clusterer"))
    heading = f"{images.name}: {len(report.X):,} images, {report.search.n_complete} pipelines, {seconds:.0f} s; "
    print_report(report, f"{heading}chosen: {chosen}", written)


def _check(out, storage, study_name, n_clusters):
    """Refuse what would fail after the reading."""
    if out is not None:
        require_writable(out, "search")
    if study_name is not None and storage is None:
        raise InputError("--study-name names a search in a storage; give --storage, too")
    if n_clusters == AUTO:
        require_pymetis()


def _drawn(images, seed):
    """Return as many of the images as a search takes."""
    rows = draw_rows(len(images.X), seed)
    if rows is None:
        return images
    note(f"The search takes {len(rows):,} of {len(images.X):,} images; `skfashion predict` labels the others.")
    return images.only(rows)


def _fixed_params(reducers, images):
    """Pass on the shape of the images, if one of the reducers takes it."""
    if images.image_shape is None:
        return {}
    try:
        plugins = [get_plugin("reducer", name) for name in reducers or usable_plugins("reducer")]
    except PluginError as error:
        raise InputError(str(error)) from error
    takes_it = any(image_shape_parameters(plugin.estimator()) for plugin in plugins)
    return {"reducer__image_shape": images.image_shape} if takes_it else {}


def _fit(search, images):
    """Search, and show the best trial so far on stderr."""
    try:
        with progress() as bar:
            search.set_params(callbacks=[_BestSoFar(bar, search.n_trials)]).fit(images.X, images.y)
    except ImportError as error:  # so many images, or the choice of a number, need a package
        raise InputError(str(error)) from error
    except ValueError as error:  # an unknown name, too few images, or another study of that name
        if SCORED in getattr(search, "results_", {}).get("state", ()):
            raise  # the chosen pipeline has failed: the arguments were right
        raise InputError(" ".join(str(error).split())) from error


class _BestSoFar:
    """A callback that moves the progress bar after each trial."""

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
            text = "not known yet"
        self._bar.update(self._task, completed=len(trials), description=f"best so far {text}")


def _report(images, search, facts):
    Z = np.asarray(search.best_estimator_[:-1].transform(images.X))
    summary = SearchSummary(search)
    confidence = getattr(search.best_estimator_[-1], "confidence_", None)
    labels = search.labels_
    return clustering_report(
        images,
        search.best_estimator_,
        labels,
        Z,
        settings=facts,
        confidence=confidence,
        search=summary,
        n_clusters_scores=search.n_clusters_scores_,
    )


def _print_trials(summary):
    """Print the best trials, and the reasons of failures."""
    table = Table()
    for name in ("trial", "reducer", "clusterer"):
        table.add_column(name)
    for name in (*summary.score_names, "agreement", "seconds"):
        table.add_column(name.replace("_", " "), justify="right")
    for trial in (t for i, t in enumerate(summary.trials) if i < MAX_TRIALS or t.is_chosen):
        scores = [f"{score:,.4g}" for score in trial.scores]
        number = f"{trial.number} *" if trial.is_chosen else str(trial.number)
        names = (escape(printable(name)) for name in (trial.reducer, trial.clusterer))
        row = (number, *names, *scores, f"{trial.agreement:.3f}", f"{trial.seconds:.1f}")
        table.add_row(*row)
    console.print(table)
    why = ": the search began with it, and no other score is clearly higher" if summary.keeps_default else ""
    say(f"* chosen from {summary.n_complete}{why}; sorted by {summary.score_names[0]}, the best first")
    for name, share in summary.importances.items():
        say(f"{name} explains {share:.0%} of the variance of {summary.score_names[0]}")
    for error, n_trials in summary.failures.items():
        say(f"{n_trials} failed: {error}")


def _write_trials(path, results):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(results)
        writer.writerows(zip(*map(cells, results.values()), strict=True))
