"""Labels and their names."""

import numpy as np

from skfashion._utils.missing import known_labels, labels_or_none, refuse_missing
from skfashion._utils.pipelines import NOISE

MAX_NAME = 24  # letters; longer names would leave no room for the figure


def check_labels(labels, n_samples, name="labels", *, may_be_missing=False):
    """Return the labels as an array, one for each row. Missing ones become None where they may be missing."""
    if n_samples == 0:
        raise ValueError(f"{name} is empty; pass at least one row.")
    is_known, known = known_labels(labels, name)
    if len(is_known) != n_samples:
        raise ValueError(f"{name} has {len(is_known)} entries but there are {n_samples} rows; pass one for each row.")
    if may_be_missing:
        return labels_or_none(labels, name)
    refuse_missing(is_known, name, "leave these rows out, or give them a label of their own")
    return known


def categories(labels):
    """Return the different labels in ascending order, noise and None last, and the index of each row's label."""
    is_known, known = known_labels(labels)
    found, codes = np.unique(known, return_inverse=True)
    names = found.tolist()
    order = sorted(range(len(names)), key=lambda i: (names[i] == NOISE, i))
    positions = np.full(len(is_known), len(names))
    positions[is_known] = np.argsort(order)[codes]
    return [*(names[i] for i in order), *([] if is_known.all() else [None])], positions


def cluster_name(label):
    """Return the name of a cluster in a figure."""
    return "noise" if label == NOISE else display_name(label)


def display_name(label):
    """Return a name for a figure: one line, cut off if it is long; a dollar does not start a formula."""
    name = " ".join(str(label).split())
    shown = name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1]}…"
    return shown.replace("$", r"\$")
