import json

import pytest

from skfashion.labelling import (
    DecisionError,
    Decisions,
    Group,
    ImageDecision,
    parse_decisions,
    read_decisions,
    run_id,
)

HEAD = {"format": "skfashion.decisions", "version": 1, "run": "0123456789abcdef"}


def test_everything_that_is_said_is_read():
    said = HEAD | {
        "labels": [{"name": " ankle  boots", "clusters": [3, 5]}, {"name": None, "clusters": [1, 2]}],
        "split": [7],
        "leave_out": [-1],
        "images": [
            {"row": 17, "file": "a/b.png", "label": "boots"},
            {"row": 42, "file": None, "leave_out": True},
            {"file": "c.png", "label": "boots", "leave_out": False},
        ],
    }
    decisions = parse_decisions(said)
    assert decisions == Decisions(
        (Group("ankle boots", (3, 5)), Group(None, (1, 2))),
        (7,),
        (-1,),
        (ImageDecision(17, "a/b.png", "boots"), ImageDecision(42, None, None), ImageDecision(None, "c.png", "boots")),
        "0123456789abcdef",
    )
    assert decisions.n_decisions == 8
    assert list(decisions.clusters) == [3, 5, 1, 2, 7, -1]
    assert parse_decisions(json.dumps(said)) == decisions


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path):
    for encoding in ("utf-8", "utf-8-sig"):
        (tmp_path / "decisions.json").write_text(json.dumps(HEAD | {"split": [1]}), encoding=encoding)
        assert read_decisions(tmp_path / "decisions.json").split == (1,)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"format": "other"}, "holds no decisions"),
        ({"version": 2}, "its version is 2, but this skfashion reads version 1"),
        ({"version": True}, "its version is True"),
        ({"run": None}, "does not say its"),
        ({"leaveout": [1]}, "it has an unknown entry 'leaveout'"),
        ({"split": 7}, '"split" must be a list, not 7'),
        ({"split": ["7"]}, "split: '7' is no whole number"),
        ({"split": [7, 7]}, "cluster 7 occurs twice"),
        ({"split": [7], "leave_out": [7]}, "cluster 7 occurs twice"),
        ({"labels": [{"name": "a", "clusters": [1]}], "split": [1]}, "cluster 1 occurs twice"),
        ({"labels": [{"name": "a", "clusters": [1]}, {"name": " a", "clusters": [2]}]}, "have the name 'a'"),
        ({"labels": [{"name": "a", "clusters": []}]}, r"labels\[0\] has no clusters"),
        ({"labels": [{"name": "", "clusters": [1]}]}, "'' is no name"),
        ({"labels": [{"name": 3, "clusters": [1]}]}, "3 is no name"),
        ({"labels": [{"name": "x" * 101, "clusters": [1]}]}, "has 101 characters; at most 100"),
        ({"labels": [{"name": "a\0", "clusters": [1]}]}, "cannot be written"),
        ({"labels": [{"name": "\ud800", "clusters": [1]}]}, "cannot be written"),
        ({"labels": ["boots"]}, r"labels\[0\] must have the entries name, clusters"),
        ({"labels": [{"name": "a", "cluster": 1}]}, "unknown entry 'cluster'"),
        ({"images": [{"label": "a"}]}, "neither a row nor a file"),
        ({"images": [{"row": 1}]}, "either a label or"),
        ({"images": [{"row": 1, "label": "a", "leave_out": True}]}, "either a label or"),
        ({"images": [{"row": 1.5, "label": "a"}]}, "1.5 is no whole number"),
        ({"images": [{"file": 1, "label": "a"}]}, "1 is no name of a file"),
    ],
)
def test_contradictions_and_unknown_entries_are_errors(change, problem):
    with pytest.raises(DecisionError, match=problem) as error:
        parse_decisions(HEAD | change)
    assert "\n" not in str(error.value)


def test_a_number_that_python_does_not_write_is_an_error_of_one_line():
    with pytest.raises(DecisionError, match="split: a number of thousands of digits is no whole number"):
        parse_decisions({"format": "skfashion.decisions", "version": 1, "run": "", "split": [10**5000]})


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", '{"run": 1, "run": 2}', "[" * 100_000, "\udc80"])
def test_damaged_text_is_an_error_of_one_line(text):
    with pytest.raises(DecisionError) as error:
        parse_decisions(text)
    assert "\n" not in str(error.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(DecisionError, match=r"decisions\.json: No such file"):
        read_decisions(tmp_path / "decisions.json")
    (tmp_path / "decisions.json").write_bytes(b"\xff\xfe")
    with pytest.raises(DecisionError, match=r"decisions\.json: it is no text in UTF-8"):
        read_decisions(tmp_path / "decisions.json")


def test_a_table_of_names_in_place_of_decisions_is_told_its_option(tmp_path):
    (tmp_path / "names.csv").write_text("cluster,name\n0,boots\n")
    with pytest.raises(DecisionError, match=r"names.csv: it is no JSON text.*; pass names by --names$"):
        read_decisions(tmp_path / "names.csv")


def test_a_run_is_known_by_its_clusters_and_its_files():
    same = run_id([0, 1], ["a", "b"])
    assert len(same) == 16
    assert run_id([0, 1], ["a", "b"]) == same
    others = {run_id([1, 0], ["a", "b"]), run_id([0, 1], ["ab", ""]), run_id([0, 1]), run_id([0, 1], ["b", "a"])}
    assert len(others | {same}) == 5
