"""Labels and their names."""

import numpy as np
from sklearn.utils import column_or_1d

from skfashion._utils.pipelines import NOISE

MAX_NAME = 24  # letters; longer names would leave no room for the figure


def check_labels(labels, n_samples, name="labels"):
    """Return the labels as an array, one for each row."""
    if n_samples == 0:
        raise ValueError(f"{name} is empty; pass at least one row.")
    labels = column_or_1d(labels)
    if len(labels) != n_samples:
        raise ValueError(f"{name} has {len(labels)} entries but there are {n_samples} rows; pass one for each row.")
    return labels


def categories(labels):
    """Return the different labels in ascending order, noise last, and the index of each row's label in them."""
    found, codes = np.unique(labels, return_inverse=True)
    names = found.tolist()
    order = sorted(range(len(names)), key=lambda i: (names[i] == NOISE, i))
    return [names[i] for i in order], np.argsort(order)[codes]


def cluster_name(label):
    """Return the name of a cluster in a figure."""
    return "noise" if label == NOISE else display_name(label)


def display_name(label):
    """Return a name for a figure: one line, cut off if it is long; a dollar does not start a formula."""
    name = " ".join(str(label).split())
    shown = name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1]}…"
    return shown.replace("$", r"\$")
