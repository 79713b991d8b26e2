"""What the default label-free choice of a search costs: its regret over several searches of Fashion-MNIST.

    pip install '.[umap,fastcluster]' && python -m benchmarks.search [--searches 5] [--trials 30]

`PipelineSearch` as it is by default, over everything that is registered, on all 60,000 training images, of which trials
take 10,000; each search has another seed. The accuracy of a trial is the Hungarian accuracy of its clusters of the
5,000 images that trials have in common, which the search is not told; the regret is that of the best trial less that of
the trial that the search picked. Beside it: the median trial and a random one, which is the mean over the trials. The
pipeline that was picked is then fitted to all images, or as many as it takes: "on all" is its accuracy there. Memory is
the process's peak so far.
"""

import argparse
import resource
import time

import numpy as np
from benchmarks.harness import machine

MEASURED = ("best", "picked", "median", "random", "regret", "of the median", "on all")


def main():
    from skfashion import PipelineSearch, fetch_fashion_mnist
    from skfashion.metrics import hungarian_accuracy_score

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--searches", type=int, default=5)
    parser.add_argument("--trials", type=int, default=30)
    arguments = parser.parse_args()

    X, y = fetch_fashion_mnist(return_X_y=True)
    print(f"{machine('scikit-learn', 'optuna', 'keras', 'jax', 'umap-learn')}\n")
    header = ["seed", "minutes", "GB", "failed", *MEASURED, "pipeline"]
    print(f"| {' | '.join(header)} |\n{'|---' * len(header)}|", flush=True)
    rows = []
    for seed in range(arguments.searches):
        start = time.perf_counter()
        search = PipelineSearch(
            n_clusters=10, max_samples=10_000, scale="bytes", n_trials=arguments.trials, random_state=seed
        ).fit(X)
        minutes = (time.perf_counter() - start) / 60
        truth = y[search.compared_indices_]
        accuracy = np.array([hungarian_accuracy_score(truth, p, noise_label=-1) for p in search.partitions_])
        is_complete = search.results_["state"] == "complete"
        picked = accuracy[is_complete[: search.best_index_].sum()]
        best, median = accuracy.max(), np.median(accuracy)
        on_all = hungarian_accuracy_score(y[search.indices_], search.labels_, noise_label=-1)
        rows.append((best, picked, median, accuracy.mean(), best - picked, best - median, on_all))
        shown = " | ".join(f"{value:.3f}" for value in rows[-1])
        names = " + ".join(search.best_params_[kind] for kind in ("reducer", "clusterer"))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(f"| {seed} | {minutes:.1f} | {peak:.1f} | {(~is_complete).sum()} | {shown} | {names} |", flush=True)
    print(f"| mean | | | | {' | '.join(f'{value:.3f}' for value in np.mean(rows, axis=0))} | |")


if __name__ == "__main__":
    main()
