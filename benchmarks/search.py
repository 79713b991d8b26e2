"""What the default label-free choice of a search costs: its regret over several searches of Fashion-MNIST.

    pip install '.[umap,fastcluster]' && python -m benchmarks.search [--seeds 0 1 2 3 4] [--trials 30] [--keep FOLDER]

`PipelineSearch` as it is by default, over everything that is registered, on all 60,000 training images, of which trials
take 10,000; each search has another seed. The accuracy of a trial is the Hungarian accuracy of its clusters of the
5,000 images that trials have in common, which the search is not told; the regret is that of the best trial less that of
the trial that the search picked. Beside it: the median trial and a random one, which is the mean over the trials, and
what the guiding score alone would have picked. The pipeline that was picked is then fitted to all images, or as many as
it takes: "on all" is its accuracy there. Memory is the process's peak so far. With --keep, searches that the
folder has are not done again.
"""

import argparse
import json
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
from benchmarks.harness import machine

MEASURED = ("best", "picked", "by score", "median", "random", "regret", "of the median", "on all")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--trials", type=int, default=30)
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()

    print(f"{machine('scikit-learn', 'optuna', 'keras', 'jax', 'umap-learn')}\n")
    header = ("seed", "minutes", "GB", "failed", *MEASURED, "pipeline")
    print(f"| {' | '.join(header)} |\n{'|---' * len(header)}|", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        rows = []
        for seed in arguments.seeds:
            path = folder / f"{arguments.trials}-{seed}.json"
            if not path.exists():
                path.write_text(json.dumps(searched(seed, arguments.trials)))
            row = json.loads(path.read_text())
            rows.append(row)
            shown = " | ".join(f"{row[name]:.3f}" for name in MEASURED)
            print(
                f"| {seed} | {row['minutes']:.1f} | {row['GB']:.1f} | {row['failed']} | {shown} | {row['pipeline']} |"
            )
        means = " | ".join(f"{np.mean([row[name] for row in rows]):.3f}" for name in MEASURED)
        print(f"| mean | | | | {means} | |")


def searched(seed, n_trials):
    """A search, and what its trials would have come to."""
    from skfashion import PipelineSearch, fetch_fashion_mnist
    from skfashion.metrics import hungarian_accuracy_score

    X, y = fetch_fashion_mnist(return_X_y=True)
    start = time.perf_counter()
    search = PipelineSearch(n_clusters=10, max_samples=10_000, scale="bytes", n_trials=n_trials, random_state=seed).fit(
        X
    )
    minutes = (time.perf_counter() - start) / 60
    truth = y[search.compared_indices_]
    is_complete = search.results_["state"] == "complete"
    accuracy = np.full(len(is_complete), np.nan)
    accuracy[is_complete] = [hungarian_accuracy_score(truth, p, noise_label=-1) for p in search.partitions_]
    best, picked, median = np.nanmax(accuracy), accuracy[search.best_index_], np.nanmedian(accuracy)
    return {
        "minutes": minutes,
        "GB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
        "failed": int((~is_complete).sum()),
        "best": best,
        "picked": picked,
        "by score": accuracy[np.nanargmax(search.results_["score_modularity_input"])],
        "median": median,
        "random": np.nanmean(accuracy),
        "regret": best - picked,
        "of the median": best - median,
        "on all": hungarian_accuracy_score(y[search.indices_], search.labels_, noise_label=-1),
        "pipeline": " + ".join(search.best_params_[kind] for kind in ("reducer", "clusterer")),
        "trials": {"accuracy": accuracy.tolist(), "agreement": search.results_["agreement"].tolist()},
    }


if __name__ == "__main__":
    main()
