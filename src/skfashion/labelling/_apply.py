"""Application of decisions to the clusters of a run: labels, and the clusters after it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from skfashion._utils.missing import known_texts
from skfashion._utils.pipelines import NOISE
from skfashion.labelling._decisions import DecisionError, Decisions, run_id

BY_HAND, BY_CLUSTER = "hand", "cluster"


class Decided(NamedTuple):
    """Labels and clusters of rows after decisions.

    Attributes
    ----------
    labels : ndarray of shape (n_samples,) of str, dtype object
        Label of each row; "" for rows that have none or are left out.
    decided_by : ndarray of shape (n_samples,) of str, dtype object
        "hand" if the row was decided about itself, "cluster" if its cluster was, "" if neither was. A decided row
        without a label is left out.
    clusters : ndarray of shape (n_samples,) of int
        Cluster of each row: one cluster for each label and for each group that is merged; -1 for what is left out.
    split : tuple of ndarray of int
        Rows of each cluster to split, in the order of the decisions. They have their old cluster here.
    """

    labels: np.ndarray
    decided_by: np.ndarray
    clusters: np.ndarray
    split: tuple[np.ndarray, ...] = ()

    @property
    def has_label(self) -> np.ndarray:
        """True for rows with a label."""
        return self.labels != ""

    @property
    def is_left_out(self) -> np.ndarray:
        """True for rows that are left out."""
        return (self.decided_by != "") & (self.labels == "")


def apply_decisions(
    decisions: Decisions,
    clusters,
    filenames: Sequence[str] | None = None,
    *,
    labels=None,
    decided_by=None,
) -> Decided:
    """Apply decisions to the clusters of a run.

    Earlier labels stay where the decisions say nothing. If a cluster gets a name, so do all of its rows.

    Parameters
    ----------
    decisions : Decisions
        The decisions.
    clusters : array-like of shape (n_samples,) of ints
        Cluster of each row; -1 is noise.
    filenames : sequence of str or None, default=None
        File of each row.
    labels, decided_by : array-like of shape (n_samples,) of str or None, default=None
        Results of earlier decisions about the same rows, as `Decided` has them.

    Returns
    -------
    Decided
        Label, its source and cluster of each row.

    Raises
    ------
    DecisionError
        If the decisions are of another run, about clusters, rows or files that do not exist, or about one row twice; or
        if a cluster to split has fewer than two rows.

    Examples
    --------
    >>> from skfashion.labelling import Decisions, Group, ImageDecision, apply_decisions
    >>> said = Decisions((Group("boots", (0, 2)),), images=(ImageDecision(1, None, "bags"),))
    >>> decided = apply_decisions(said, [0, 0, 1, 2])
    >>> decided.labels.tolist()
    ['boots', 'bags', '', 'boots']
    >>> decided.decided_by.tolist()
    ['cluster', 'hand', '', 'cluster']
    >>> decided.clusters.tolist()
    [0, 3, 1, 0]
    """
    clusters = np.asarray(clusters).astype(np.int64)
    _check_run(decisions, clusters, filenames)
    images = _labels_by_row(decisions, len(clusters), filenames)
    now = Decided(known_texts(labels, len(clusters)), known_texts(decided_by, len(clusters)), clusters.copy())
    _decide_clusters(decisions, clusters, now)
    is_split = np.isin(clusters, decisions.split)
    away = is_split | np.isin(clusters, [c for group in decisions.labels if group.name is None for c in group.clusters])
    away[list(images)] = True
    for row, label in images.items():
        now.labels[row], now.decided_by[row] = label or "", BY_HAND
    undecided = is_split & (now.decided_by != BY_HAND)
    now.labels[undecided] = now.decided_by[undecided] = ""
    _unite_labels(now, away, first_free=max(clusters.max(initial=NOISE), NOISE) + 1)
    now.clusters[now.is_left_out] = NOISE
    split = tuple(np.flatnonzero(undecided & (clusters == cluster)) for cluster in decisions.split)
    for cluster, rows in zip(decisions.split, split, strict=True):
        if len(rows) < 2:
            raise DecisionError(f"cluster {cluster} cannot be split: it has {len(rows)} images that are not decided")
    return now._replace(split=split)


def _check_run(decisions, clusters, filenames):
    if decisions.run is not None and decisions.run != (run := run_id(clusters, filenames)):
        raise DecisionError(f"the decisions are of another run, {decisions.run:.32}; this is {run}")
    known = set(np.unique(clusters).tolist())
    for cluster in decisions.clusters:
        if cluster not in known:
            raise DecisionError(f"there is no cluster {cluster} in this run")


def _labels_by_row(decisions, n_rows, filenames) -> dict[int, str | None]:
    """Return the label of each image that is decided about, by its row; None to leave it out."""
    rows_of = {} if filenames is None else {_shown(name): row for row, name in enumerate(filenames)}
    by_row: dict[int, str | None] = {}
    for image in decisions.images:
        row = rows_of.get(_shown(image.file)) if image.row is None else image.row
        if row is None:
            raise DecisionError(f"there is no file {image.file!r:.200} in this run")
        if not 0 <= row < n_rows:
            raise DecisionError(f"there is no row {row} in this run of {n_rows:,} images")
        if image.file is not None and (filenames is None or _shown(filenames[row]) != _shown(image.file)):
            has = "has no file" if filenames is None else f"is the file {_shown(filenames[row])!r:.200}"
            raise DecisionError(f"row {row} {has}, not {image.file!r:.200}")
        if row in by_row:
            raise DecisionError(f"row {row} is decided about twice")
        by_row[row] = image.label
    return by_row


def _shown(name):
    """Return the name of a file as a page shows it; names need not be UTF-8."""
    return name.encode("utf-8", "replace").decode()


def _decide_clusters(decisions, clusters, now):
    """Name, merge and leave out whole clusters; a row decided by hand stays so if its label does."""
    for group in decisions.labels:
        rows = np.isin(clusters, group.clusters)
        if group.name is None:
            rows &= now.decided_by != BY_HAND
            now.labels[rows] = now.decided_by[rows] = ""
        else:
            now.decided_by[rows & (now.labels != group.name)] = BY_CLUSTER
            now.labels[rows] = group.name
        now.clusters[rows] = min((c for c in group.clusters if c != NOISE), default=NOISE)
    rows = np.isin(clusters, decisions.leave_out)
    now.labels[rows], now.decided_by[rows] = "", BY_CLUSTER


def _unite_labels(now, away, first_free):
    """Give the rows of each label one cluster: that of those that are not away from it, else a new one."""
    names, codes = np.unique(now.labels.astype(str), return_inverse=True)
    for code, name in enumerate(names):
        if name:
            rows = codes == code
            homes = now.clusters[rows & ~away]
            homes = homes[homes != NOISE]
            now.clusters[rows] = homes.min() if len(homes) else first_free
            first_free += not len(homes)
