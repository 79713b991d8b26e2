"""The report of a clustering of images."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from skfashion._utils.missing import known_labels
from skfashion._utils.pipelines import steps_of
from skfashion.inspection import Copies, Likeness, Reference, find_copies, value_range
from skfashion.labelling import run_id
from skfashion.report._agreement import Agreement, agreement_of
from skfashion.report._figures import figures
from skfashion.report._findings import findings, split_copies
from skfashion.report._n_clusters import NumberOfClusters
from skfashion.report._oddities import Unlike, duplicate_groups, odd_images
from skfashion.report._page import render
from skfashion.report._scores import Score, clustering_scores
from skfashion.report._search import SearchSummary
from skfashion.report._whole import Whole
from skfashion.report._workbench import workbench


class Cluster(NamedTuple):
    """A line of the table of clusters."""

    name: object
    size: int
    share: float
    commonest_class: str | None  # of the rows with a class
    class_share: float | None


@dataclass(kw_only=True, eq=False, repr=False)
class ClusteringReport:
    """Scores, warnings and figures of a clustering of images, and an HTML page of them.

    Parameters
    ----------
    estimator : estimator
        The fitted Pipeline, or a clusterer alone.
    X : ndarray of shape (n_samples, n_features)
        The images.
    Z : ndarray of shape (n_samples, n_components)
        Rows that the last step clustered.
    labels : ndarray of shape (n_samples,)
        Cluster of each image.
    y : ndarray of shape (n_samples,) or None, default=None
        Classes. They are only compared with the clusters. Rows without a class (None, NaN) are left out there.
    class_names : sequence of str or None, default=None
        Names that y indexes.
    image_shape : tuple of int or None, default=None
        (height, width) or (height, width, channels); None leaves out the pictures of images.
    title : str, default="Images"
        Heading of the page.
    facts : dict of str to str, default={}
        Facts about the run, a line each: name and text.
    is_fit : bool, default=True
        True if the estimator was fitted to these images. For other images, there are no warnings about the fit and
        about the sizes of the clusters.
    notes : sequence of str, default=()
        Further warnings.
    search : SearchSummary or None, default=None
        The search that has found the estimator.
    confidence : ndarray of shape (n_samples,) or None, default=None
        Confidence in the cluster of each image, in [0, 1], such as the share of votes that a clusterer has as
        `confidence_`. With it, the page shows the images of each cluster with the lowest confidence below 1.
    n_clusters_scores : dict of int to float or None, default=None
        Score of each number of clusters that was tried, as `choose_n_clusters` returns them. The number with the
        highest score was taken.
    filenames : sequence of str or None, default=None
        File of each image. Without them, the page has the numbers of the rows.
    known : Reference or None, default=None
        The reference of the images that the estimator was fitted to, if these are others.
    cluster_names : mapping of int to str, default={}
        Names that clusters have already; the page begins with them.
    whole : Whole or None, default=None
        The images that X is a sample of. The sizes of the clusters and the count of unlike images are those of all.

    Attributes
    ----------
    scores : list of Score
        Label-free scores in the space that was clustered, then those that use labels, if y is known.
    warnings : list of str
        Sentences about everything that may be wrong: an empty or a very small cluster, training that was cut short.
    number : NumberOfClusters or None
        The number of clusters that was chosen. None if it was given.
    agreement : Agreement or None
        Agreement of the runs of a clusterer that votes, such as `GraphPartition`. None if there are not several runs
        or the estimator was not fitted to these images.
    clusters : list of Cluster
        Name, size and share of each, with its commonest class if y is known.
    copies : Copies
        Groups of images that are copies of one another.
    reference : Reference or None
        Centres and usual distances of the images that the estimator was fitted to; None if these are not known.
    odd_scores : ndarray of shape (n_samples,) or None
        How far each image is from the others, or from those that the estimator was fitted to. The score is that of
        `skfashion.inspection.Likeness`. None for fewer than 10 images.
    to_clusters : tuple of ndarray or None
        Relative distance of each image to its cluster and its margin to the next one, as `Centres.compare` defines
        them; None if the centres are not known.
    likeness : Likeness or None
        The measure of `odd_scores`. None for fewer than 10 images.
    unlike : Unlike or None
        The images that are unlike those that the estimator was fitted to; None if these are not known.

    Examples
    --------
    >>> from sklearn.cluster import KMeans
    >>> from skfashion import load_fashion_mnist_sample
    >>> from skfashion.report import ClusteringReport
    >>> X, y = load_fashion_mnist_sample(return_X_y=True)
    >>> X, y = X[:1000], y[:1000]
    >>> kmeans = KMeans(10, random_state=0).fit(X)
    >>> report = ClusteringReport(estimator=kmeans, X=X, Z=X, labels=kmeans.labels_, y=y, image_shape=(28, 28))
    >>> [score.name for score in report.scores if score.uses_labels]
    ['hungarian_accuracy', 'purity', 'adjusted_rand', 'normalized_mutual_info']
    >>> report.to_html()[:15]
    '<!DOCTYPE html>'
    """

    estimator: Any
    X: np.ndarray
    Z: np.ndarray
    labels: np.ndarray
    y: np.ndarray | None = None
    class_names: Sequence[str] | None = None
    image_shape: tuple[int, ...] | None = None
    title: str = "Images"
    facts: dict[str, str] = field(default_factory=dict)
    is_fit: bool = True
    notes: Sequence[str] = ()
    search: SearchSummary | None = None
    confidence: np.ndarray | None = None
    n_clusters_scores: Mapping[int, float] | None = None
    filenames: Sequence[str] | None = None
    known: Reference | None = None
    cluster_names: Mapping[int, str] = field(default_factory=dict)
    whole: Whole | None = None

    def __post_init__(self):
        for name in ("Z", "labels", "y", "confidence", "filenames"):
            value = getattr(self, name)
            if value is not None and len(value) != len(self.X):
                raise ValueError(f"{name} has {len(value)} rows but X has {len(self.X)}; pass one row for each image.")
        if self.y is not None and not known_labels(self.y, "y")[0].any():
            self.y = None

    @cached_property
    def _scores_and_missing(self) -> tuple[list[Score], list[str]]:
        return clustering_scores(self.Z, self.labels, self.y)

    @property
    def scores(self) -> list[Score]:
        """The scores that are defined."""
        return self._scores_and_missing[0]

    @cached_property
    def warnings(self) -> list[str]:
        """Sentences about everything that may be wrong."""
        found = findings(self.estimator, self.X, self.labels) if self.is_fit else []
        uncertain = [self.number.warning] if self.number is not None and self.number.warning else []
        return [*self.notes, *uncertain, *found, *split_copies(self.copies, self.labels), *self._scores_and_missing[1]]

    @property
    def number(self) -> NumberOfClusters | None:
        """The number of clusters, if it was chosen."""
        scores = self.n_clusters_scores
        return NumberOfClusters(max(scores, key=scores.__getitem__), scores) if scores else None

    @property
    def agreement(self) -> Agreement | None:
        """The agreement of the runs of a clusterer that votes."""
        return agreement_of(steps_of(self.estimator)[-1]) if self.is_fit else None

    @cached_property
    def clusters(self) -> list[Cluster]:
        """The clusters in the order of their names."""
        labels, y = (self.labels, self.y) if self.whole is None else (self.whole.labels, self.whole.y)
        names, sizes = np.unique(labels, return_counts=True)
        is_known, known = (np.zeros(len(labels), bool), None) if y is None else known_labels(y, "y")
        return [
            Cluster(name, int(size), size / len(labels), *self._commonest_class(name, labels[is_known], known))
            for name, size in zip(names.tolist(), sizes, strict=True)
        ]

    def _commonest_class(self, cluster, labels, known):
        if cluster not in labels:
            return None, None
        classes, counts = np.unique(known[labels == cluster], return_counts=True)
        commonest = classes[int(np.argmax(counts))]
        name = str(commonest) if self.class_names is None else self.class_names[commonest]
        return name, float(np.max(counts)) / float(np.sum(counts))

    @cached_property
    def value_range(self) -> tuple[float, float]:
        """The values of black and white."""
        return value_range(self.X)

    @cached_property
    def copies(self) -> Copies:
        """The groups of images that are copies of one another."""
        return find_copies(self.X, image_shape=self.image_shape)

    @cached_property
    def _judged(self) -> tuple[Reference | None, Likeness | None, np.ndarray | None]:
        if self.known is not None and (likeness := self.known.likeness) is not None:
            return self.known, likeness, likeness.scores(self.X, self.Z, image_shape=self.image_shape)
        own, scores = Reference.of(self.X, self.Z, self.labels, image_shape=self.image_shape)
        return own if self.is_fit else self.known, own.likeness, scores

    @property
    def reference(self) -> Reference | None:
        """Centres and usual distances of the images that the estimator was fitted to."""
        return self._judged[0]

    @property
    def likeness(self) -> Likeness | None:
        """The measure of `odd_scores`."""
        return self._judged[1]

    @property
    def odd_scores(self) -> np.ndarray | None:
        """The distance of each image from the others, or from those that the estimator was fitted to, as a score."""
        return self._judged[2]

    @cached_property
    def to_clusters(self) -> tuple[np.ndarray, np.ndarray] | None:
        """The relative distance of each image to its cluster, and its margin to the next one."""
        if self.reference is None or self.reference.centres is None:
            return None
        return self.reference.centres.compare(self.Z, self.labels)

    @cached_property
    def unlike(self) -> Unlike | None:
        """The images that are unlike those that the estimator was fitted to."""
        scores = self.odd_scores if self.whole is None else self.whole.odd_scores
        if self.known is None or self.known.likeness is None or scores is None:
            return None
        return Unlike(np.asarray(scores > self.known.likeness.limit))

    @property
    def run(self) -> str:
        """The digits that identify the clustering of all images."""
        whole = self if self.whole is None else self.whole
        return run_id(whole.labels, whole.filenames)

    @property
    def n_images(self) -> int:
        """The number of images, of all if X is a sample."""
        return len(self.labels if self.whole is None else self.whole.labels)

    def name_of(self, row: int) -> str:
        """Return the file of an image, or the number of its row among all images.

        Parameters
        ----------
        row : int
            Position of the image in the report.

        Returns
        -------
        str
            The name.
        """
        if self.filenames is not None:
            return self.filenames[row]
        return f"row {row if self.whole is None else self.whole.rows[row]}"

    @property
    def estimator_repr(self) -> str:
        """The estimator as text, without the addresses of functions."""
        return re.sub(r"<function (\w+) at 0x[0-9a-f]+>", r"\1", repr(self.estimator))

    def to_html(self, commands: Mapping[str, str] | None = None) -> str:
        """Write the page: one file that needs no other and no network; all text is escaped.

        Parameters
        ----------
        commands : dict of str to str, default=None
            Commands by their purpose, such as "To run it again". Without any, the page names no file next to it.

        Returns
        -------
        str
            The page.
        """
        return render(
            "clustering.html.jinja",
            report=self,
            figures=list(figures(self)),
            duplicates=duplicate_groups(self),
            odd=odd_images(self),
            workbench=workbench(self),
            commands=commands or {},
        )
