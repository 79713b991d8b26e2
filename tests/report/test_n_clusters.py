import pytest

from skfashion.report._n_clusters import NumberOfClusters


def test_it_names_the_next_numbers():
    number = NumberOfClusters(4, {2: 0.1, 3: 0.2, 4: 0.6, 5: 0.4, 6: 0.3})
    assert str(number) == "4 clusters have the highest score, 0.600; the next are 5 (0.400), 6 (0.300), 3 (0.200)."
    assert number.warning is None


def test_other_numbers_with_almost_the_same_score_are_a_warning():
    number = NumberOfClusters(10, {3: 0.58, 4: 0.1, 9: 0.59, 10: 0.6, 15: 0.57, 16: 0.58, 17: 0.5})
    assert number.alternatives == [3, 15, 16]
    assert number.warning.startswith(
        "The number of clusters is uncertain: 3 or 15 to 16 would fit almost as well as 10."
    )


@pytest.mark.parametrize(("best", "is_faint"), [(0.0, True), (0.009, True), (0.011, False)])
def test_a_score_near_0_is_a_warning(best, is_faint):
    warning = NumberOfClusters(3, {2: 0.0, 3: best}).warning
    if is_faint:
        assert warning.startswith("No number of clusters stands out: the images may have no clear groups. If you know")
    else:
        assert warning is None


def test_numbers_next_to_the_chosen_one_are_no_alternatives():
    assert NumberOfClusters(3, {2: 0.6, 3: 0.6, 4: 0.6}).alternatives == []


def test_a_single_number_is_no_choice():
    assert str(NumberOfClusters(2, {2: 0.3})) == "Only 2 clusters were tried: there are too few images for more."
