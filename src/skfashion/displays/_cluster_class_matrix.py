"""A matrix of classes and clusters."""

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import ConfusionMatrixDisplay
from sklearn.metrics.cluster import contingency_matrix

from skfashion._utils.missing import known_labels, require_labels
from skfashion._utils.pipelines import NOISE
from skfashion.displays._estimators import codes_and_clusters
from skfashion.displays._labels import categories, check_labels, cluster_name, display_name
from skfashion.displays._style import Display, text_width

MAX_READABLE = 30  # rows or columns of a matrix with readable counts


class ClusterClassMatrixDisplay(Display):
    """The number of rows of each class in each cluster. Uses labels.

    Parameters
    ----------
    counts : ndarray of shape (n_classes, n_clusters), int
        Rows by class and cluster.
    clusters : list of int or str
        Names of the columns.
    classes : list of int or str
        Names of the rows.
    n_matched : int, default=0
        Number of clusters that are matched with a class: the first ones on the diagonal, which are framed.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The Axes with the drawing.
    figure_ : matplotlib Figure
        The figure of the Axes.
    im_ : matplotlib AxesImage
        The matrix. If it is not square, rows or columns of zeros lie beyond the limits of the Axes.
    text_ : ndarray of matplotlib Text, or None
        The counts, in the shape of the matrix; None if there are too many to read.

    See Also
    --------
    skfashion.metrics.hungarian_accuracy_score : The share of the rows on the diagonal.

    Examples
    --------
    >>> from skfashion.displays import ClusterClassMatrixDisplay
    >>> display = ClusterClassMatrixDisplay.from_predictions(["cat", "cat", "dog"], [1, 1, 0])
    >>> display.clusters, display.counts.tolist()
    ([1, 0], [[2, 0], [0, 1]])
    """

    def __init__(self, *, counts, clusters, classes, n_matched=0):
        self.n_matched = n_matched
        self.counts = counts
        self.clusters = clusters
        self.classes = classes

    @classmethod
    def from_estimator(cls, estimator, X, y, *, class_names=None, ax=None):
        """Draw the classes y against the clusters that a fitted clusterer finds in X.

        Parameters
        ----------
        estimator : estimator
            A fitted clusterer, a Pipeline ending in one, or a search of such. A clusterer without `predict` has
            clusters for its training data only.
        X : array-like of shape (n_samples, n_features)
            Rows in the units of the training data.
        y : array-like of shape (n_samples,)
            Classes. Rows without a class (None, NaN, pandas' NA, polars' null) are left out.
        class_names : sequence of str, default=None
            Names of the classes, which are integers from 0 up.
        ax : matplotlib Axes, default=None
            Axes to draw on; None opens a figure.

        Returns
        -------
        ClusterClassMatrixDisplay

        Raises
        ------
        TypeError
            If the estimator does not cluster.
        ValueError
            If the lengths differ, no row has a class, `class_names` has no name for one, or there are no clusters of X.
        """
        return cls.from_predictions(y, codes_and_clusters(estimator, X)[1], class_names=class_names, ax=ax)

    @classmethod
    def from_predictions(cls, labels_true, labels_pred, *, class_names=None, ax=None):
        """Draw classes against clusters.

        The best one-to-one matching of clusters with classes is on the diagonal, in frames. Classes and clusters
        without a match are last. Noise, -1, matches no class.

        Parameters
        ----------
        labels_true : array-like of shape (n_samples,)
            Classes. Rows without a class (None, NaN, pandas' NA, polars' null) are left out.
        labels_pred : array-like of shape (n_samples,)
            Clusters.
        class_names : sequence of str, default=None
            Names of the classes, which are integers from 0 up.
        ax : matplotlib Axes, default=None
            Axes to draw on; None opens a figure.

        Returns
        -------
        ClusterClassMatrixDisplay

        Raises
        ------
        ValueError
            If the lengths differ, no row has a class, or `class_names` has no name for a class.
        """
        is_known, labels_true = known_labels(labels_true, "labels_true")
        labels_pred = check_labels(labels_pred, len(is_known), "labels_pred")[is_known]
        require_labels(is_known, "labels_true")
        classes, class_of_row = np.unique(labels_true, return_inverse=True)
        clusters, cluster_of_row = categories(labels_pred)
        counts = contingency_matrix(class_of_row, cluster_of_row)  # (n_classes, n_clusters)
        names = _class_names(classes, class_names)
        n_real = len(clusters) - (NOISE in clusters)
        rows, columns = _diagonal_order(counts, n_real)
        return cls(
            counts=counts[np.ix_(rows, columns)],
            clusters=[clusters[column] for column in columns],
            classes=[names[row] for row in rows],
            n_matched=min(len(classes), n_real),
        ).plot(ax=ax)

    def plot(self, ax=None):
        from matplotlib.patches import Rectangle

        n_classes, n_clusters = self.counts.shape
        readable = max(n_classes, n_clusters) <= MAX_READABLE
        classes, clusters = list(map(display_name, self.classes)), list(map(cluster_name, self.clusters))
        ax = self._open_axes(ax, _figure_size(classes, clusters, readable))
        side = max(n_classes, n_clusters)  # ConfusionMatrixDisplay draws square matrices only: pad, draw and cut
        padded = np.pad(self.counts, [(0, side - n_classes), (0, side - n_clusters)])
        drawn = ConfusionMatrixDisplay(padded).plot(
            ax=ax, cmap="cividis", values_format=",d", include_values=readable, colorbar=not readable
        )
        self.im_ = drawn.im_
        self.text_ = _without_padding(drawn.text_, self.counts.shape) if readable else None
        ax.set(xlim=(-0.5, n_clusters - 0.5), ylim=(n_classes - 0.5, -0.5), xlabel="cluster", ylabel="class")
        ax.set_yticks(range(n_classes), classes)
        ax.set_xticks(range(n_clusters), clusters, rotation=_rotation(clusters))
        for i in range(self.n_matched):
            ax.add_patch(Rectangle((i - 0.5, i - 0.5), 1, 1, fill=False, edgecolor="white", linewidth=1.5))
        if readable:
            _fit_into_cells(self.text_, ax)
        return self


def _diagonal_order(counts, n_real):
    """Order classes and clusters so that the best matching is on the diagonal; noise is after n_real."""
    rows, columns = linear_sum_assignment(counts[:, :n_real], maximize=True)  # the rows in ascending order
    return _first(rows, counts.shape[0]), _first(columns, counts.shape[1])


def _first(chosen, n):
    return [*chosen.tolist(), *sorted(set(range(n)) - set(chosen.tolist()))]


def _class_names(classes, class_names):
    if class_names is None:
        return classes.tolist()
    if classes.dtype.kind not in "iu" or classes.min() < 0 or classes.max() >= len(class_names):
        raise ValueError(
            f"class_names has {len(class_names)} names, and the classes must be their indices, but they are "
            f"{classes.tolist()}; pass integers from 0 to {len(class_names) - 1}, or class_names=None."
        )
    return [class_names[label] for label in classes]


def _figure_size(classes, clusters, readable):
    """Return the size in inches, with room for five digits in each cell if they are written."""
    cell = 0.55 if readable else 0.22
    below = text_width(clusters) if _rotation(clusters) else 0.2
    width = cell * len(clusters) + text_width(classes) + (0.8 if readable else 2)  # 2 for a colour bar
    return min(width, 100), min(cell * len(classes) + below + 0.6, 100)


def _without_padding(text, shape):
    """Return the counts of the matrix; remove the others from the Axes, which would not clip them."""
    for (row, column), zero in np.ndenumerate(text):
        if row >= shape[0] or column >= shape[1]:
            zero.remove()
    return text[: shape[0], : shape[1]]


def _fit_into_cells(text, ax):
    """Make the counts small enough for their cells, at most 10 points."""
    ax.apply_aspect()
    cell = 72 * ax.get_window_extent().width / ax.figure.dpi / text.shape[1]
    longest = max(len(count.get_text()) for count in text.flat)
    for count in text.flat:
        count.set_size(min(10, 1.4 * cell / longest))  # a digit is about 0.64 times as wide as its size


def _rotation(names):
    """Turn long names and those of narrow columns upright, so that they do not overlap."""
    return 90 if len(names) > MAX_READABLE or max(map(len, names)) > 5 else 0
