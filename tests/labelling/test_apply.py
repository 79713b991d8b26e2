import numpy as np
import pytest

from skfashion.labelling import DecisionError, Decisions, Group, ImageDecision, apply_decisions, run_id

CLUSTERS = [0, 0, 1, 1, 2, 2, -1]
FILES = ["a.png", "b.png", "c.png", "d.png", "e.png", "f.png", "g.png"]


def _image(row, label, file=None):
    return ImageDecision(row, file, label)


def test_a_name_holds_for_its_clusters_and_merges_them():
    decided = apply_decisions(Decisions((Group("boots", (2, 1)),)), CLUSTERS)
    assert decided.labels.tolist() == ["", "", "boots", "boots", "boots", "boots", ""]
    assert decided.decided_by.tolist() == ["", "", *["cluster"] * 4, ""]
    assert decided.clusters.tolist() == [0, 0, 1, 1, 1, 1, -1]
    assert not decided.is_left_out.any()


def test_clusters_without_a_name_are_merged_all_the_same():
    decided = apply_decisions(Decisions((Group(None, (2, 0)),)), CLUSTERS)
    assert not decided.has_label.any()
    assert decided.clusters.tolist() == [0, 0, 1, 1, 0, 0, -1]


def test_an_image_moves_to_the_cluster_of_its_label_or_to_a_new_one():
    said = Decisions((Group("boots", (2,)),), images=(_image(0, "boots"), _image(2, "hats"), _image(4, "hats")))
    decided = apply_decisions(said, CLUSTERS)
    assert decided.labels.tolist() == ["boots", "", "hats", "", "hats", "boots", ""]
    assert decided.decided_by.tolist() == ["hand", "", "hand", "", "hand", "cluster", ""]
    assert decided.clusters.tolist() == [2, 0, 3, 1, 3, 2, -1]


def test_what_is_left_out_is_in_no_cluster():
    decided = apply_decisions(Decisions(leave_out=(1,), images=(_image(0, None),)), CLUSTERS)
    assert decided.is_left_out.tolist() == [True, False, True, True, False, False, False]
    assert decided.clusters.tolist() == [-1, 0, -1, -1, 2, 2, -1]


def test_noise_with_a_name_becomes_a_cluster():
    decided = apply_decisions(Decisions((Group("hats", (-1,)),)), CLUSTERS)
    assert decided.clusters.tolist() == [0, 0, 1, 1, 2, 2, 3]


def test_rows_to_split_are_those_that_are_not_decided_by_hand():
    clusters = [0, 0, 0, 1, 1]
    decided = apply_decisions(Decisions(split=(0,), images=(_image(1, "hats"),)), clusters)
    assert [rows.tolist() for rows in decided.split] == [[0, 2]]
    assert decided.labels.tolist() == ["", "hats", "", "", ""]
    assert decided.clusters.tolist() == [0, 2, 0, 1, 1]
    with pytest.raises(DecisionError, match="cluster 1 cannot be split: it has 1 image"):
        apply_decisions(Decisions(split=(1,), images=(_image(3, "hats"),)), clusters)


def test_earlier_labels_stay_until_something_else_is_said():
    labels, by = ["boots", "boots", "", "", "hats", "", ""], ["cluster", "hand", "", "", "hand", "hand", ""]
    clusters = [0, 0, 1, 1, 2, -1, -1]
    decided = apply_decisions(Decisions((Group("bags", (1,)),)), clusters, labels=labels, decided_by=by)
    assert decided.labels.tolist() == ["boots", "boots", "bags", "bags", "hats", "", ""]
    assert decided.decided_by.tolist() == ["cluster", "hand", "cluster", "cluster", "hand", "hand", ""]
    assert decided.clusters.tolist() == clusters
    renamed = apply_decisions(Decisions((Group("shoes", (0,)),)), clusters, labels=labels, decided_by=by)
    assert renamed.labels.tolist()[:2] == ["shoes", "shoes"]
    assert renamed.decided_by.tolist()[:2] == ["cluster", "cluster"]
    same = apply_decisions(Decisions((Group("boots", (0,)),)), clusters, labels=labels, decided_by=by)
    assert same.decided_by.tolist()[:2] == ["cluster", "hand"]
    assert labels[2] == ""  # the input stays as it is


def test_a_name_that_another_cluster_had_before_unites_the_two():
    decided = apply_decisions(
        Decisions((Group("boots", (1,)),)), [0, 0, 1], labels=["boots", "boots", ""], decided_by=["cluster"] * 2 + [""]
    )
    assert decided.clusters.tolist() == [0, 0, 0]


def test_a_split_keeps_what_was_decided_by_hand_before():
    labels, by = ["boots", "boots", "boots", ""], ["cluster", "hand", "cluster", ""]
    decided = apply_decisions(Decisions(split=(0,)), [0, 0, 0, 1], labels=labels, decided_by=by)
    assert decided.labels.tolist() == ["", "boots", "", ""]
    assert decided.clusters.tolist() == [0, 2, 0, 1]


def test_a_merge_without_a_name_keeps_what_was_decided_by_hand_apart():
    labels, by = ["boots", "boots", ""], ["cluster", "hand", ""]
    decided = apply_decisions(Decisions((Group(None, (0, 1)),)), [0, 0, 1], labels=labels, decided_by=by)
    assert decided.labels.tolist() == ["", "boots", ""]
    assert decided.clusters.tolist() == [0, 2, 0]


def test_an_image_can_be_named_by_its_row_or_its_file_or_both():
    for image in (_image(1, "hats"), _image(None, "hats", "b.png"), _image(1, "hats", "b.png")):
        assert apply_decisions(Decisions(images=(image,)), CLUSTERS, FILES).labels[1] == "hats"


def test_a_name_of_a_file_that_a_page_cannot_show_is_found_all_the_same():
    files = ["a.png", "b\udcff.png"]
    assert apply_decisions(Decisions(images=(_image(1, "hats", "b?.png"),)), [0, 0], files).labels[1] == "hats"


@pytest.mark.parametrize(
    ("decisions", "problem"),
    [
        (Decisions(run="0" * 16), f"of another run, {'0' * 16}; this is {run_id(CLUSTERS, FILES)}"),
        (Decisions((Group("boots", (9,)),)), "there is no cluster 9"),
        (Decisions(split=(10**30,)), "there is no cluster 1000"),
        (Decisions(leave_out=(-2,)), "there is no cluster -2"),
        (Decisions(images=(_image(7, "a"),)), "there is no row 7 in this run of 7 images"),
        (Decisions(images=(_image(-1, "a"),)), "there is no row -1"),
        (Decisions(images=(_image(None, "a", "z.png"),)), "there is no file 'z.png'"),
        (Decisions(images=(_image(0, "a", "b.png"),)), "row 0 is the file 'a.png', not 'b.png'"),
        (Decisions(images=(_image(0, "a"), _image(None, "b", "a.png"))), "row 0 is decided about twice"),
    ],
)
def test_decisions_that_do_not_fit_the_run_are_errors(decisions, problem):
    with pytest.raises(DecisionError, match=problem):
        apply_decisions(decisions, CLUSTERS, FILES)


def test_a_file_in_a_run_without_files_is_an_error():
    with pytest.raises(DecisionError, match="row 0 has no file"):
        apply_decisions(Decisions(images=(_image(0, "a", "a.png"),)), CLUSTERS)


def test_clusters_of_any_integer_type_are_one_run():
    run = run_id(np.array([0, 1], np.int32))
    assert apply_decisions(Decisions(leave_out=(1,), run=run), [0, 1]).is_left_out.tolist() == [False, True]
