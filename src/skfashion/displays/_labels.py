"""Labels and their names."""

import numpy as np
from sklearn.utils import column_or_1d

from skfashion._utils.pipelines import NOISE

LONGEST_NAME = 24  # letters; what is longer would leave no room for the picture


def check_labels(labels, n_samples, name="labels"):
    """The labels as an array, one for each row."""
    if n_samples == 0:
        raise ValueError(f"{name} is empty; pass at least one row.")
    labels = column_or_1d(labels)
    if len(labels) != n_samples:
        raise ValueError(f"{name} has {len(labels)} entries but there are {n_samples} rows; pass one for each row.")
    return labels


def categories(labels):
    """The labels that occur, in ascending order but noise last, and the position of each row's label among them."""
    found, codes = np.unique(labels, return_inverse=True)
    names = found.tolist()
    order = sorted(range(len(names)), key=lambda i: (names[i] == NOISE, i))
    return [names[i] for i in order], np.argsort(order)[codes]


def cluster_name(label):
    """What is written for a cluster."""
    return "noise" if label == NOISE else display_name(label)


def display_name(label):
    """What is written for a name: one line, cut off if it is long, with no dollar taken for the start of a formula."""
    name = " ".join(str(label).split())
    shown = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    return shown.replace("$", r"\$")


def check_count(name, value, minimum=1):
    """Refuse what is no number of things."""
    if value < minimum or value != int(value):
        raise ValueError(f"{name}={value!r} must be an integer of at least {minimum}.")
