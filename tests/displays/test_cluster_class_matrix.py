import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.cluster import KMeans

from skfashion.displays import ClusterClassMatrixDisplay
from skfashion.metrics import hungarian_accuracy_score


def ticks(display):
    """Names of the rows and of the columns, as drawn."""
    axes = display.ax_.get_yticklabels(), display.ax_.get_xticklabels()
    return tuple([label.get_text() for label in labels] for labels in axes)


def test_the_best_matching_lies_on_the_diagonal():
    display = ClusterClassMatrixDisplay.from_predictions(["a", "a", "b", "b", "b", "c"], [2, 2, 0, 0, 2, 1])
    assert display.counts.tolist() == [[2, 0, 0], [1, 2, 0], [0, 0, 1]]
    assert ticks(display) == (["a", "b", "c"], ["2", "0", "1"])


def test_the_diagonal_is_the_accuracy(sample):
    X, y = sample[0][:500], sample[1][:500]
    kmeans = KMeans(10, n_init=1, random_state=0).fit(X)
    display = ClusterClassMatrixDisplay.from_estimator(kmeans, X, y)
    assert np.trace(display.counts) / 500 == hungarian_accuracy_score(y, kmeans.labels_)


def test_clusters_without_a_class_come_last():
    display = ClusterClassMatrixDisplay.from_predictions([0, 0, 0, 1, 1], [5, 6, 6, 7, 7])
    assert display.counts.tolist() == [[2, 0, 1], [0, 2, 0]]
    assert ticks(display) == (["0", "1"], ["6", "7", "5"])


def test_classes_without_a_cluster_come_last():
    display = ClusterClassMatrixDisplay.from_predictions([0, 1, 1, 2, 2], [3, 3, 3, 4, 4])
    assert display.counts.tolist() == [[2, 0], [0, 2], [1, 0]]
    assert ticks(display) == (["1", "2", "0"], ["3", "4"])


def test_noise_stands_for_no_class():
    display = ClusterClassMatrixDisplay.from_predictions([0, 0, 0, 1], [-1, -1, 3, 4])
    assert display.counts.tolist() == [[1, 0, 2], [0, 1, 0]]
    assert ticks(display)[1] == ["3", "4", "noise"]


def test_nothing_but_noise_is_drawn_too():
    assert ticks(ClusterClassMatrixDisplay.from_predictions([0, 1], [-1, -1])) == (["0", "1"], ["noise"])


@pytest.mark.parametrize("shape", [(2, 2), (2, 4), (4, 2)])
def test_every_count_is_written_and_nothing_else(shape):
    counts = 1000 * np.arange(np.prod(shape)).reshape(shape)
    rows, columns = map(range, shape)
    display = ClusterClassMatrixDisplay(counts=counts, classes=rows, clusters=columns).plot()
    written = {text.get_position(): text.get_text() for text in display.ax_.texts}
    assert written == {(j, i): f"{counts[i, j]:,}" for i in rows for j in columns}


@pytest.mark.parametrize("shape", [(2, 2), (2, 4), (4, 2)])
def test_the_axes_show_the_matrix_alone(shape):
    rows, columns = map(range, shape)
    ax = ClusterClassMatrixDisplay(counts=np.ones(shape, int), classes=rows, clusters=columns).plot().ax_
    assert ax.get_xlim() == (-0.5, shape[1] - 0.5)
    assert ax.get_ylim() == (shape[0] - 0.5, -0.5)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("cluster", "class")


def test_counts_are_made_small_enough_for_small_axes():
    names = list(range(10))
    display = ClusterClassMatrixDisplay(counts=np.full((10, 10), 6000), classes=names, clusters=names)
    display.plot(ax=plt.subplots(figsize=(3, 3))[1])
    display.figure_.draw_without_rendering()
    left, right = (display.text_[0, column].get_window_extent() for column in (0, 1))
    assert left.x1 <= right.x0


def test_a_matrix_too_large_to_be_read_has_a_colour_bar_instead():
    display = ClusterClassMatrixDisplay.from_predictions(np.arange(80) % 2, np.arange(80) % 40)
    assert display.text_ is None
    assert len(display.figure_.axes) == 2


def test_class_names_are_indexed_by_the_classes():
    display = ClusterClassMatrixDisplay.from_predictions([2, 2, 0], [0, 0, 1], class_names=["bag", "boot", "coat"])
    assert ticks(display) == (["bag", "coat"], ["1", "0"])


@pytest.mark.parametrize("labels_true", [[0, 3], ["a", "b"], [-1, 0]])
def test_classes_without_a_name_are_refused(labels_true):
    with pytest.raises(ValueError, match="class_names has 3 names, and the classes must be their indices"):
        ClusterClassMatrixDisplay.from_predictions(labels_true, [0, 1], class_names=["bag", "boot", "coat"])


def test_long_names_of_clusters_stand_upright():
    display = ClusterClassMatrixDisplay.from_predictions([0, 1], ["ankle boot", "bag"])
    assert {label.get_rotation() for label in display.ax_.get_xticklabels()} == {90}


def test_it_draws_where_it_is_told():
    ax = plt.subplots()[1]
    display = ClusterClassMatrixDisplay.from_predictions([0, 1], [0, 1], ax=ax)
    assert (display.ax_, display.figure_) == (ax, ax.figure)


def test_rows_without_a_class_are_left_out():
    display = ClusterClassMatrixDisplay.from_predictions(
        [0.0, np.nan, 1.0, None], [3, 3, 4, 5], class_names=["bag", "coat"]
    )
    assert (display.classes, display.clusters, display.counts.tolist()) == (["bag", "coat"], [3, 4], [[1, 0], [0, 1]])


def test_labels_without_any_class_are_refused():
    with pytest.raises(ValueError, match="labels_true has no label: all 2 are missing"):
        ClusterClassMatrixDisplay.from_predictions([None, None], [0, 1])


def test_labels_of_other_lengths_are_refused():
    with pytest.raises(ValueError, match="labels_pred has 3 entries but there are 2 rows"):
        ClusterClassMatrixDisplay.from_predictions([0, 1], [0, 1, 1])
