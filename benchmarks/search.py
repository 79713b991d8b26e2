"""Regret of the label-free choice of a search, over several searches.

    pip install '.[umap,fastcluster]' && python -m benchmarks.search [--data Fashion-MNIST] [--seeds 0 1 2 3 4]

`PipelineSearch` with its defaults, over everything that is registered, with another seed for each search. On small
data, the reducers with convolutions are left out to save time. On Fashion-MNIST, all 60,000 training images are
searched, and each trial takes 10,000. The accuracy of a trial is the Hungarian accuracy of its clusters of at most
5,000 rows that all trials share; the search does not see it. The table has the best trial; the choice of the default,
by modularity; the choice of `refit="agreement"`; the median trial; and a random one, which is the mean over the trials.
The regret is the accuracy of the best trial minus that of another. Memory is the peak of the process so far. With
--keep, searches that the folder holds are not repeated.
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

N_SHAPES = 1500
PICKS = ("best", "modularity", "agreement", "median", "random")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", choices=list(DATA), default="Fashion-MNIST")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--trials", type=int, default=30)
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()

    print(f"{machine('scikit-learn', 'optuna', 'keras', 'jax', 'umap-learn')}\n")
    header = (f"{arguments.data}, seed", "minutes", "GB", "failed", *PICKS, *(f"regret of {p}" for p in PICKS[1:-1]))
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
    is_complete = results["state"] == "complete"
    return {
        "minutes": minutes,
        "GB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
        "failed": int((~is_complete).sum()),
        "accuracy": [hungarian_accuracy_score(truth, p, noise_label=-1) for p in search.partitions_],
        "modularity": results["score_modularity_input"][is_complete].tolist(),
        "agreement": results["agreement"][is_complete].tolist(),
    }


def accuracies(search):
    """Return the accuracy of each pick, and the regrets of all except the best and the random one."""
    accuracy = np.array(search["accuracy"])
    taken = [accuracy[np.nanargmax(search[name])] for name in ("modularity", "agreement")]
    picks = [accuracy.max(), *taken, np.median(accuracy), accuracy.mean()]
    return [*picks, *(picks[0] - picked for picked in picks[1:-1])]


def _shown(values):
    return " | ".join(f"{value:.3f}" for value in values)


if __name__ == "__main__":
    main()
