"""Regret of the label-free choice of a search, over several searches.

    pip install '.[umap,fastcluster]' && python -m benchmarks.search [--data Fashion-MNIST] [--seeds 0 1 2 3 4]

`PipelineSearch` with its defaults, over everything that is registered, with another seed for each search. On small
data, the reducers with convolutions are left out to save time. On Fashion-MNIST, all 60,000 training images are
searched, and each trial takes 10,000. The accuracy of a trial is the Hungarian accuracy of its clusters of at most
5,000 rows that all trials share; the search does not see it. "All rows" is the accuracy of the chosen pipeline after it
was fitted to all rows. The other columns are accuracies of trials: the best; the chosen one; the best by modularity
alone; the choice of `refit="agreement"`; the median; and a random one, which is the mean over the trials. The last
columns are Spearman's correlations of modularity and of agreement with accuracy: over all trials, and over the third
with the highest accuracy ("good"). Memory is the peak of the process so far. With --keep, searches that the folder
holds are not repeated.
"""

import argparse
import json
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
from benchmarks.harness import machine
from benchmarks.label_free import DATA, shapes
from scipy.stats import spearmanr

N_SHAPES = 1500
PICKS = ("all rows", "best", "chosen", "modularity", "agreement", "median", "random")
CORRELATIONS = [f"{score}, {trials}" for score in ("modularity", "agreement") for trials in ("all", "good")]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", choices=list(DATA), default="Fashion-MNIST")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--trials", type=int, default=30)
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()

    print(f"{machine('scikit-learn', 'optuna', 'keras', 'jax', 'umap-learn')}\n")
    header = (f"{arguments.data}, seed", "minutes", "GB", "failed", *PICKS, *CORRELATIONS)
    print(f"| {' | '.join(header)} |\n{'|---' * len(header)}|", flush=True)
    lines = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for seed in arguments.seeds:
            path = folder / f"{arguments.data}-{arguments.trials}-{seed}.json"
            if not path.exists():
                path.write_text(json.dumps(searched(arguments.data, seed, arguments.trials)))
            search = json.loads(path.read_text())
            lines.append(accuracies(search))
            print(
                f"| {seed} | {search['minutes']:.1f} | {search['GB']:.1f} | {search['failed']} | {_shown(lines[-1])} |",
                flush=True,
            )
    print(f"| mean | | | | {_shown(np.mean(lines, axis=0))} |")


def searched(name, seed, n_trials):
    """Search; return the costs, and the accuracy, modularity and agreement of each complete trial."""
    from skfashion import PipelineSearch
    from skfashion.metrics import hungarian_accuracy_score
    from skfashion.plugins import usable_plugins

    is_small = name != "Fashion-MNIST"
    X, y = shapes(N_SHAPES) if name == "shapes" else DATA[name]()
    reducers = [reducer for reducer in usable_plugins("reducer") if not reducer.startswith("conv-")]
    start = time.perf_counter()
    search = PipelineSearch(
        reducers if is_small else "all",
        n_clusters=len(np.unique(y)),
        max_samples=10_000,
        scale="minmax" if is_small else "bytes",
        n_trials=n_trials,
        random_state=seed,
    ).fit(X)
    minutes = (time.perf_counter() - start) / 60
    truth, results = y[search.compared_indices_], search.results_
    is_complete, (score,) = results["state"] == "complete", search.scorers_
    return {
        "minutes": minutes,
        "GB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
        "failed": int((~is_complete).sum()),
        "all rows": hungarian_accuracy_score(y[search.indices_], search.labels_, noise_label=-1),
        "chosen": int(np.flatnonzero(np.flatnonzero(is_complete) == search.best_index_)[0]),
        "accuracy": [hungarian_accuracy_score(truth, p, noise_label=-1) for p in search.partitions_],
        "modularity": results[f"score_{score}"][is_complete].tolist(),
        "agreement": results["agreement"][is_complete].tolist(),
    }


def accuracies(search):
    """Return the accuracy of each pick, and the correlations."""
    accuracy = np.array(search["accuracy"])
    is_good = accuracy >= np.quantile(accuracy, 2 / 3)
    scores = [np.array(search[name]) for name in ("modularity", "agreement")]
    picks = [search["all rows"], accuracy.max(), accuracy[search["chosen"]]]
    picks += [accuracy[np.nanargmax(score)] for score in scores]
    picks += [np.median(accuracy), accuracy.mean()]
    return [*picks, *(spearmanr(score[some], accuracy[some])[0] for score in scores for some in (..., is_good))]


def _shown(values):
    return " | ".join(f"{value:.3f}" for value in values)


if __name__ == "__main__":
    main()
