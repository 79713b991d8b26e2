import numpy as np
import pytest

from skfashion.displays._labels import categories, check_labels, cluster_name, display_name


@pytest.mark.parametrize(
    ("labels", "names", "positions"),
    [
        ([2, 0, 2], [0, 2], [1, 0, 1]),
        ([-1, 5, 3], [3, 5, -1], [2, 1, 0]),
        (["b", "a", "b"], ["a", "b"], [1, 0, 1]),
        (["b", None, "a"], ["a", "b", None], [1, 2, 0]),
        ([5, -1, None], [5, -1, None], [0, 1, 2]),
    ],
)
def test_categories_are_sorted_and_noise_is_the_last(labels, names, positions):
    found = categories(np.array(labels))
    assert (found[0], found[1].tolist()) == (names, positions)


def test_noise_has_a_name():
    assert [cluster_name(label) for label in (3, "bag", -1)] == ["3", "bag", "noise"]


def test_a_class_may_be_called_minus_one():
    assert display_name(-1) == "-1"


def test_names_are_one_line_that_leaves_room():
    assert display_name("a  long\nname") == "a long name"
    assert display_name("x" * 24) == "x" * 24
    assert display_name("x" * 25) == "x" * 23 + "…"


def test_dollars_are_no_formula():
    from matplotlib.figure import Figure

    text = Figure().text(0, 0, display_name("$\\frac$"))
    assert text._preprocess_math(text.get_text()) == ("$\\frac$", False)


def test_labels_of_another_length_are_refused():
    with pytest.raises(ValueError, match="labels has 2 entries but there are 3 rows"):
        check_labels([0, 1], 3)


def test_no_rows_are_refused():
    with pytest.raises(ValueError, match="labels is empty; pass at least one row"):
        check_labels([], 0)
