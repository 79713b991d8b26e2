"""Folders of mixed pictures, whose graph of neighbours has no groups: even sizes, or average linkage.

    pip install .
    apt-get install tuxpaint-stamps-default gnome-icon-theme oxygen-icon-theme faenza-icon-theme adwaita-icon-theme
    python -m benchmarks.mixed_folders | tee benchmarks/mixed_folders.md

The groups are kinds of things, such as animals and food, or places in a desktop, such as actions and devices. Features
are those of `ImageFeatures` of the pictures in colour. Agreements are the shares of the rows on which two runs agree.
The results are Hungarian accuracy, normalised mutual information and adjusted Rand index, means over the seeds.
"""

import argparse

import numpy as np
from benchmarks import real_sets
from benchmarks.harness import machine
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from skfashion import GraphPartition, ImageFeatures
from skfashion.metrics import hungarian_accuracy_score

SCORES = (hungarian_accuracy_score, normalized_mutual_info_score, adjusted_rand_score)
SETS = {
    "stamps": lambda: real_sets.folder(real_sets.STAMPS),
    "Oxygen icons, 64 pixels": lambda: real_sets.icons("oxygen/base/64x64/*", 64),
    "GNOME icons, 48 pixels": lambda: real_sets.icons("gnome/48x48/*", 48),
    "Oxygen icons, 32 pixels": lambda: real_sets.icons("oxygen/base/32x32/*", 32),
    "GNOME icons, 32 pixels": lambda: real_sets.icons("gnome/32x32/*", 32),
    "Adwaita icons, 48 pixels": lambda: real_sets.icons("Adwaita/48x48/*", 48),
    "Faenza icons, 48 pixels": lambda: real_sets.icons("Faenza/*/48", 48),
}
AGREEMENTS = ("equal sizes", "any size", "average linkage")


def measured(images, y, seeds):
    """Return the agreements, means over the seeds, and the scores with even sizes and by the default."""
    features = ImageFeatures(image_shape=images.shape[1:]).fit_transform(images.reshape(len(images), -1))
    agreements, scores = [], []
    for seed in seeds:
        even, default = (
            GraphPartition(len(np.unique(y)), max_imbalance=sizes, random_state=seed).fit(features)
            for sizes in (0.1, "auto")
        )
        agreements.append([default.agreements_.get(name, np.nan) for name in AGREEMENTS])
        scores.append([[score(y, model.labels_) for score in SCORES] for model in (even, default)])
    return np.mean(agreements, axis=0), np.mean(scores, axis=0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    arguments = parser.parse_args()
    print(f"{machine('scikit-learn', 'pymetis')}; seeds {arguments.seeds}\n")
    columns = ["set", "images", "groups", "largest group", *AGREEMENTS, "max_imbalance=0.1", "default"]
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}", flush=True)
    for name, make in SETS.items():
        images, y = make()
        agreements, scores = measured(images, y, arguments.seeds)
        sizes = np.unique(y, return_counts=True)[1]
        cells = [
            name,
            f"{len(y):,}",
            f"{len(sizes)}",
            f"{sizes.max() / len(y):.3f}",
            *("" if np.isnan(share) else f"{share:.2f}" for share in agreements),
            *(", ".join(f"{score:.3f}" for score in row) for row in scores),
        ]
        print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
