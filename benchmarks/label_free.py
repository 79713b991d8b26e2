"""Label-free scores that pick good pipelines: rank correlations with Hungarian accuracy, and regrets.

    pip install '.[umap,fastcluster]' && python -m benchmarks.label_free [--data NAME ...] [--trials 50]

For each data set, `--trials` pipelines are drawn at random from everything that is registered. Each is fitted to at
most 10,000 images. The clusters of 5,000 images that all trials share are scored: by each label-free score, and by
Hungarian accuracy, which the search does not see. The correlation is Spearman's, over the trials; the regret is the
accuracy of the best trial minus that of the trial that the score picks. Scores were developed on digits, blobs and
drawn shapes; Fashion-MNIST confirms them. "UMAP" is a space of 5 components from the images alone (20 neighbours), the
same for all pipelines; its seeded fits differ between machines and versions.
"""

import argparse
import sys

import numpy as np
from benchmarks.harness import machine
from scipy.stats import spearmanr
from sklearn.datasets import load_digits, make_blobs
from sklearn.metrics import (
    adjusted_rand_score,
    calinski_harabasz_score,
    davies_bouldin_score,
    normalized_mutual_info_score,
    silhouette_score,
)

SCORES = (
    "silhouette",
    "silhouette_input",
    "calinski_harabasz",
    "calinski_harabasz_input",
    "davies_bouldin",
    "davies_bouldin_input",
    "modularity",
    "modularity_input",
    "stability",
)
MOST_ROWS = 10_000
SIDE, SHAPES = 16, ("disc", "ring", "square", "frame", "cross", "diagonal")


def digits():
    return load_digits(return_X_y=True)


def blobs():
    X, y = make_blobs(3000, n_features=64, centers=10, cluster_std=6.0, random_state=0)
    return (X - X.min()) / np.ptp(X), y


def shapes(n_samples=3000):
    """Draw six shapes in grey, of any size and place, with noise."""
    rng = np.random.default_rng(0)
    y = rng.integers(len(SHAPES), size=n_samples)
    size, thickness = rng.uniform(3, 6.5, n_samples), rng.uniform(1, 2, n_samples)
    centre = (SIDE - 1) / 2 + rng.uniform(-1.5, 1.5, (n_samples, 2))
    rows, columns = np.indices((SIDE, SIDE))
    u, v = np.abs(rows - centre[:, 0, None, None]), np.abs(columns - centre[:, 1, None, None])
    size, thickness = size[:, None, None], thickness[:, None, None]
    box, radius = np.maximum(u, v), np.hypot(u, v)
    drawn = np.stack(
        [
            radius < size,
            np.abs(radius - size) < thickness,
            box < size,
            np.abs(box - size) < thickness,
            (np.minimum(u, v) < thickness) & (box < size),
            (np.abs(u - v) < thickness) & (box < size),
        ]
    )[y, np.arange(n_samples)]
    noisy = drawn * rng.uniform(0.5, 1, (n_samples, 1, 1)) + 0.15 * rng.standard_normal(drawn.shape)
    return np.clip(noisy, 0, 1).reshape(n_samples, -1), y


def fashion_mnist():
    from skfashion import fetch_fashion_mnist

    return fetch_fashion_mnist(return_X_y=True)


DATA = {"digits": digits, "blobs": blobs, "shapes": shapes, "Fashion-MNIST": fashion_mnist}


def searched(X, y, n_trials):
    """Search at random with all scores; return the search, its rows and their clusters."""
    import optuna

    from skfashion import PipelineSearch

    search = PipelineSearch(
        n_clusters=len(np.unique(y)),
        scoring=SCORES,
        refit=False,
        sampler=optuna.samplers.RandomSampler(seed=0),
        n_trials=n_trials,
        max_samples=MOST_ROWS,
        callbacks=[_tell],
        random_state=0,
    ).fit(X)
    return search


def _tell(_study, trial):
    """Print the time of a step on stderr."""
    parts, notes = trial.params, trial.user_attrs
    outcome = notes.get("error") or f"{notes['seconds']:.0f} s"
    print(f"{trial.number}: {parts.get('reducer')} + {parts.get('clusterer')}: {outcome}", file=sys.stderr, flush=True)


def umap_of(X):
    from sklearn.decomposition import PCA
    from umap import UMAP

    Z = PCA(min(84, *X.shape), random_state=0).fit_transform(X)
    return UMAP(n_components=5, n_neighbors=20, min_dist=0.0, random_state=0, n_jobs=1).fit_transform(Z)


def all_scores(search, X):
    """Compute each label-free score of the complete trials, by name."""
    is_complete = search.results_["state"] == "complete"
    partitions = search.partitions_
    scores = {name: search.results_[f"score_{name}"][is_complete] for name in SCORES}
    scores["agreement"] = search.results_["agreement"][is_complete]
    for name, measure in (("ARI", adjusted_rand_score), ("NMI", normalized_mutual_info_score)):
        scores[f"agreement, {name}"] = mean_pairwise(partitions, measure)
    Z = umap_of(X)
    for name, measure in (
        ("silhouette", silhouette_score),
        ("calinski_harabasz", calinski_harabasz_score),
        ("davies_bouldin", lambda Z, labels: -davies_bouldin_score(Z, labels)),
    ):
        scores[f"{name}, UMAP"] = np.array([measure(Z, labels) for labels in partitions])
    return scores


def mean_pairwise(partitions, measure):
    n = len(partitions)
    table = np.zeros((n, n))
    for i in range(n):
        for j in range(i):
            table[i, j] = table[j, i] = measure(partitions[i], partitions[j])
    return table.sum(axis=1) / (n - 1)


def measure(name, n_trials):
    """Measure the correlation and the regret of each score, and the accuracies, on one data set."""
    from skfashion.metrics import hungarian_accuracy_score

    X, y = DATA[name]()
    search = searched(X, y, n_trials)
    rows = search.compared_indices_
    accuracy = np.array([hungarian_accuracy_score(y[rows], p, noise_label=-1) for p in search.partitions_])
    scores = all_scores(search, X[rows])
    order = np.sort(accuracy)[::-1]
    print(
        f"\n{name}: {len(accuracy)} pipelines ({(search.results_['state'] == 'failed').sum()} more failed), accuracy "
        f"{order[0]:.3f} at best, median {np.median(order):.3f}, lowest {order[-1]:.3f}\n",
        flush=True,
    )
    print("| score | correlation | its pick | regret |\n|---|---|---|---|")
    for label, values in sorted(scores.items(), key=lambda item: -spearmanr(item[1], accuracy)[0]):
        picked = accuracy[np.argmax(values)]
        print(f"| {label} | {spearmanr(values, accuracy)[0]:+.2f} | {picked:.3f} | {order[0] - picked:.3f} |")
    by_pair = {f"{r} + {c}": a for r, c, a in zip(*_parts(search), accuracy, strict=True)}
    best = sorted(by_pair, key=by_pair.get, reverse=True)[:5]
    print(f"\nBest: {', '.join(f'{pair} {by_pair[pair]:.3f}' for pair in best)}", flush=True)


def _parts(search):
    is_complete = search.results_["state"] == "complete"
    return search.results_["reducer"][is_complete], search.results_["clusterer"][is_complete]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", nargs="+", choices=list(DATA), default=list(DATA))
    parser.add_argument("--trials", type=int, default=50)
    arguments = parser.parse_args()
    print(machine("scikit-learn", "optuna", "umap-learn"))
    for name in arguments.data:
        measure(name, arguments.trials)


if __name__ == "__main__":
    main()
