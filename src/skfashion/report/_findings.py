"""Warnings about a clustering."""

import numpy as np

from skfashion._utils.pipelines import NOISE, n_clusters_of, steps_of

MIN_SHARE_OF_MEAN = 0.1  # smaller clusters are named
LITTLE = 0.01  # of all images; of less noise, the number is said
MAX_SHARE = 0.5  # of all images; larger clusters are named


def findings(estimator, X, labels) -> list[str]:
    """Write a sentence about each thing that may be wrong with a clustering, without looking at classes."""
    steps = steps_of(estimator)
    sentences = ["All images are the same: their clusters mean nothing."] if (X[0] == X).all() else []
    for step in steps:
        sentences += _of_the_fit(step)
    is_noise = np.asarray(labels) == NOISE
    if is_noise.any():
        number = f"{is_noise.mean():.0%}" if is_noise.mean() >= LITTLE else f"{is_noise.sum():,}"
        sentences.append(f"{number} of the images {'is' if number == '1' else 'are'} noise, which is no cluster.")
    return [*sentences, *_of_the_sizes(labels[~is_noise], n_clusters_of(steps[-1]), len(labels))]


def split_copies(copies, labels) -> list[str]:
    """Say how many groups of equal images are in more than one cluster, as some methods leave them."""
    is_equal = copies.distances == 0
    pairs = np.unique(np.c_[copies.groups[is_equal], np.asarray(labels)[copies.rows[is_equal]]], axis=0)
    n_split = int(np.sum(np.unique(pairs[:, 0], return_counts=True)[1] > 1))
    if not n_split:
        return []
    groups = "1 group of equal images is" if n_split == 1 else f"{n_split:,} groups of equal images are"
    return [f"{groups} in more than one cluster: clean the images, or use another clusterer."]


def _of_the_fit(step):
    if getattr(step, "converged_", True):
        return
    name, max_iter = type(step).__name__, getattr(step, "max_iter_", getattr(step, "max_iter", None))
    if hasattr(step, "label_change_curve_"):
        yield (
            f"The training of {name} ended after max_iter={max_iter} epochs, before its clusters had settled: "
            "more epochs may improve them."
        )
    elif hasattr(step, "loss_curve_"):
        yield (
            f"The training of {name} ended after max_iter={max_iter} epochs, before its loss had settled: "
            "more epochs may improve the codes."
        )
    else:
        yield f"{name} did not converge in max_iter={max_iter} iterations; its clusters may be poor. Raise max_iter."


def _of_the_sizes(labels, n_clusters, n_images):
    """Name empty, small and large clusters."""
    names, sizes = np.unique(labels, return_counts=True)
    if n_clusters is not None and len(names) < n_clusters:
        yield f"{n_clusters - len(names)} of {n_clusters} clusters are empty; fewer clusters may describe these images."
    if len(names) < 2:
        return
    share = np.max(sizes) / n_images
    if len(names) > 2 and share > MAX_SHARE:
        yield f"Unbalanced: cluster {names[np.argmax(sizes)]} holds {share:.0%} of the images."
    small = names[sizes < MIN_SHARE_OF_MEAN * sizes.mean()]
    if len(small):
        clusters = f"cluster {small[0]} holds" if len(small) == 1 else f"the clusters {_listed(small)} hold"
        yield f"Unbalanced: {clusters} less than a tenth of an even share of the images."


def _listed(names):
    return f"{', '.join(map(str, names[:-1]))} and {names[-1]}"
