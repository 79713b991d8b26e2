"""Decisions about clusters and images, as they are made in a browser."""

import json

import pytest

HOSTILE = "</script><img src=x onerror=alert(1)>"


def images_with(decisions, label):
    return [image["row"] for image in decisions["images"] if image.get("label") == label]


@pytest.fixture
def first(tab):
    """The cluster that the page opens with."""
    return tab.evaluate("Number(document.querySelector('#wb-clusters [aria-current]').textContent.match(/[0-9]+/))")


@pytest.fixture
def data(tab):
    return json.loads(tab.locator("#wb-data").text_content())


def test_without_a_decision_the_lists_are_empty(decisions, data):
    empty = {"labels": [], "split": [], "leave_out": [], "images": []}
    assert decisions() == {"format": "skfashion.decisions", "version": 1, "run": data["run"], **empty}


def test_a_cluster_gets_a_name_and_progress_counts_its_images(tab, decisions, first, data):
    said = decisions("n", " ankle   boots ", "Enter")
    assert said["labels"] == [{"name": "ankle boots", "clusters": [first]}]
    size = next(cluster["size"] for cluster in data["clusters"] if cluster["cluster"] == first)
    assert tab.locator("#wb-counts").text_content() == f"{size} of 300 images have a name"
    assert tab.evaluate("document.querySelector('#wb-progress').value") == size
    assert tab.locator("#wb-title").text_content() == f"Cluster {first}: ankle boots ({size} images)"


def test_an_empty_name_takes_the_name_away(decisions):
    decisions("n", "boots", "Enter")
    assert decisions("n", "Delete", "Enter")["labels"] == []


def test_the_same_name_merges_and_says_so(tab, decisions, first):
    said = decisions("n", "boots", "Enter", "]", "n", "boots", "Enter")
    (label,) = said["labels"]
    assert label["name"] == "boots"
    assert first in label["clusters"]
    assert len(label["clusters"]) == 2
    assert tab.locator("#wb-status").text_content().startswith(f"“boots” is the name of cluster {first}, too: clusters")


def test_clusters_merge_without_a_name_and_get_one_together(decisions):
    (label,) = decisions("m", "Enter")["labels"]
    assert label["name"] is None
    assert len(label["clusters"]) == 2
    assert decisions("n", "bags", "Enter")["labels"] == [label | {"name": "bags"}]


def test_a_merged_cluster_takes_the_name_of_the_other_one(tab, decisions, first):
    decisions("n", "boots", "Enter")
    tab.locator("#wb-merge").focus()
    other = int(tab.locator("#wb-merge").input_value())
    decisions("m", "Enter")
    tab.locator("#wb-clusters button").filter(has_text=f"{other}: boots").click()
    assert decisions()["labels"] == [{"name": "boots", "clusters": sorted([first, other])}]


def test_a_cluster_is_separated_from_the_others(tab, decisions, first):
    (label,) = decisions("n", "boots", "Enter", "m", "Enter")["labels"]
    tab.locator("#wb-separate").click()
    rest = [cluster for cluster in label["clusters"] if cluster != first]
    assert decisions()["labels"] == [{"name": "boots", "clusters": rest}]


@pytest.mark.parametrize(("key", "kind"), [("s", "split"), ("x", "leave_out")])
def test_a_mark_takes_the_name_away_and_a_second_press_the_mark(tab, decisions, first, key, kind):
    said = decisions("n", "boots", "Enter", key)
    assert (said["labels"], said[kind]) == ([], [first])
    pressed = tab.locator("[aria-pressed=true]")
    assert pressed.count() == 1
    assert decisions(key)[kind] == []


def test_a_marked_cluster_that_leaves_a_label_leaves_the_others_together(decisions, first):
    (label,) = decisions("n", "boots", "Enter", "m", "Enter")["labels"]
    said = decisions("s")
    assert said["labels"] == [{"name": "boots", "clusters": [c for c in label["clusters"] if c != first]}]
    assert said["split"] == [first]


def test_images_are_moved_left_out_and_returned(tab, decisions, data):
    said = decisions("l", "bags", "Enter", "ArrowRight", "d", "ArrowRight", "l", "gone", "Enter", "c")
    rows = {image["row"]: image for image in said["images"]}
    assert len(rows) == 2
    (moved,) = images_with(said, "bags")
    file = data["files"][data["rows"].index(moved)]
    assert rows.pop(moved) == {"row": moved, "file": file, "label": "bags"}
    (left_out,) = rows.values()
    assert left_out["leave_out"] is True
    assert "label" not in left_out
    assert tab.locator("#wb-counts").text_content() == "1 of 300 images have a name, 1 left out"


def test_marked_images_move_together(decisions):
    said = decisions("Space", "ArrowRight", "ArrowRight", "Space", "l", "bags", "Enter")
    assert len(images_with(said, "bags")) == 2


def test_images_of_a_label_follow_its_new_name(decisions):
    decisions("n", "boots", "Enter", "]", "l", "boots", "Enter", "[")
    said = decisions("n", "shoes", "Enter")
    assert [label["name"] for label in said["labels"]] == ["shoes"]
    assert len(images_with(said, "shoes")) == 1


def test_undo_and_redo_go_through_all_decisions(tab, decisions):
    steps = [("n", "boots", "Enter"), ("m", "Enter"), ("s",), ("l", "bags", "Enter"), ("ArrowRight", "d")]
    states = [decisions()]
    states += [decisions(*step) for step in steps]
    for state in states[-2::-1]:
        assert decisions("u") == state
    decisions("u")
    assert tab.locator("#wb-status").text_content() == "There is nothing to undo."
    for state in states[1:]:
        assert decisions("Control+y") == state
    assert decisions("Control+z") == states[-2]
    assert decisions("Control+Shift+Z") == states[-1]


def test_names_are_text_everywhere(tab, decisions):
    said = decisions("n", HOSTILE, "Enter", "]", "l", HOSTILE, "Enter", "ArrowRight", "Space")
    assert said["labels"][0]["name"] == HOSTILE
    tab.locator("#wb-grid .wb-tile").first.hover()
    tab.locator("#wb-near button").first.click()
    assert tab.locator("#workbench img, #workbench script").count() == 0
    assert HOSTILE in tab.locator("#wb-clusters").text_content()
    tab.reload()
    assert HOSTILE in tab.locator("#wb-clusters").text_content()
    assert tab.locator("#workbench img, #workbench script").count() == 0


def test_similar_clusters_are_suggested_until_they_are_decided(tab, decisions, data):
    tab.locator("#wb-suggested summary").click()
    first, second = data["similar"][0]
    button = tab.get_by_role("button", name=f"Merge {first} and {second}", exact=True)
    button.click()
    assert decisions()["labels"] == [{"name": None, "clusters": [first, second]}]
    assert button.count() == 0
