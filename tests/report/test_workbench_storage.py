"""Decisions that leave the page and come back."""

import json
import re

from playwright.sync_api import expect

TYPED = ["n", "boots", "Enter", "]", "n", "bags", "Enter", "ArrowRight", "d", *"]s]x]l", "hats", "Enter"]
NONSENSE = [  # changes of a file, and what is said of it
    ({"format": "other"}, 'it has no "format": "skfashion.decisions"'),
    ({"version": 2}, "it has version 2, and this page reads version 1"),
    ({"run": "0" * 16}, "it belongs to another run, 0000000000000000; this is"),
    ({"labels": {}}, '"labels" is no list'),
    ({"labels": [{"name": "a"}]}, 'an entry of "labels" has no clusters'),
    ({"labels": [{"name": "a", "clusters": [99]}]}, "there is no cluster 99"),
    ({"labels": [{"name": "a", "clusters": [0]}, {"name": " a", "clusters": [1]}]}, "the name “a” occurs twice"),
    ({"split": [1], "leave_out": [1]}, "cluster 1 occurs twice"),
    ({"split": ["1"]}, 'there is no cluster "1"'),
    ({"labels": [{"name": "a" * 101, "clusters": [1]}]}, "has more than 100 characters"),
    ({"images": [{"file": "gone.png", "label": "a"}]}, "the file gone.png is not on this page"),
    ({"images": [{"row": 300, "label": "a"}]}, "there is no row 300"),
    ({"images": [{"row": 3, "file": "b.png", "label": "a"}]}, "here, not b.png"),
    ({"images": [{"row": 3}]}, 'row 3 needs a label, or "leave_out": true'),
    ({"images": [{"row": 3, "label": "a", "leave_out": True}]}, 'row 3 needs a label, or "leave_out": true'),
    ({"images": [{"row": 3, "label": "a"}, {"row": 3, "leave_out": True}]}, "row 3 occurs twice"),
]


def read(tab, tmp_path, said):
    path = tmp_path / "read.json"
    path.write_text(said if isinstance(said, str) else json.dumps(said))
    tab.locator("#wb-status").evaluate("status => { status.textContent = '' }")  # what was said before
    tab.locator("#wb-read").set_input_files(path)
    expect(tab.locator("#wb-status")).not_to_be_empty()
    return tab.locator("#wb-status").text_content()


def test_decisions_survive_a_reload(tab, decisions):
    said = decisions(*TYPED)
    tab.reload()
    assert decisions() == said


def test_a_page_begins_with_the_names_that_clusters_have(open_page, images, make_report, tmp_path):
    report, path = make_report(images, cluster_names={2: "boots", 4: "</script>"}), tmp_path / "index.html"
    path.write_text(report.to_html(), encoding="utf-8")
    tab = open_page(path)
    said = json.loads(tab.locator("#wb-text").input_value())
    assert said["labels"] == [{"name": "boots", "clusters": [2]}, {"name": "</script>", "clusters": [4]}]
    assert not tab.locator("#wb-counts").text_content().startswith("0 ")


def test_a_browser_that_keeps_nothing_is_said_for_good(tab, decisions):
    tab.evaluate("() => { Storage.prototype.setItem = () => { throw new Error(); }; }")
    decisions("n", "boots", "Enter")
    assert "keeps nothing" in tab.locator("#wb-warning").text_content()
    assert tab.locator("#wb-warning").is_visible()
    assert "boots" in tab.locator("#wb-status").text_content()


def test_decisions_of_another_run_are_not_taken(tab, decisions):
    said = decisions(*TYPED)
    tab.evaluate("key => { localStorage.setItem(key, '{}'); }", f"skfashion.decisions.{said['run']}")
    tab.reload()
    assert decisions()["labels"] == []
    assert "cannot be read" in tab.locator("#wb-status").text_content()


def test_a_second_window_follows(tab, decisions, workbench_page):
    other = tab.context.new_page()
    other.goto(workbench_page.as_uri())
    said = decisions(*TYPED)
    expect(other.locator("#wb-counts")).not_to_have_text(re.compile("^0 "))
    assert json.loads(other.locator("#wb-text").input_value()) == said


def test_the_download_is_decisions_json(tab, decisions):
    said = decisions(*TYPED)
    with tab.expect_download() as download:
        tab.locator("#wb-download").click()
    assert download.value.suggested_filename == "decisions.json"
    with open(download.value.path(), encoding="utf-8") as file:
        loaded = json.load(file)
    assert loaded == said
    assert list(loaded) == ["format", "version", "run", "labels", "split", "leave_out", "images"]
    assert [sorted(label) for label in loaded["labels"]] == [["clusters", "name"]] * 2
    assert [set(image) - {"row", "file"} for image in loaded["images"]] in (
        [{"label"}, {"leave_out"}],
        [{"leave_out"}, {"label"}],
    )


def test_the_text_can_be_copied_even_if_the_browser_refuses(tab, decisions):
    said = decisions(*TYPED)
    tab.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); }")
    tab.locator("#wb-copy").click()
    expect(tab.locator("#wb-as-text")).to_have_attribute("open", "")
    assert json.loads(tab.evaluate("getSelection().toString()")) == said


def test_a_file_is_read_and_undone(tab, decisions, tmp_path):
    said = decisions(*TYPED)
    with tab.expect_download() as download:
        tab.locator("#wb-download").click()
    text = download.value.path().read_text(encoding="utf-8")
    other = decisions("n", "coats", "Enter")
    assert "read.json has been read" in read(tab, tmp_path, text)
    assert decisions() == said
    assert decisions("u") == other


def test_files_that_make_no_sense_are_refused_as_a_whole(tab, decisions, tmp_path):
    said = decisions("n", "boots", "Enter", "u")  # something to lose would be seen
    for changes, words in NONSENSE:
        assert words in read(tab, tmp_path, said | changes)
        assert decisions() == said


def test_an_image_may_be_named_by_its_file_alone(tab, decisions, tmp_path):
    said = decisions("l", "bags", "Enter")
    (image,) = said["images"]
    read(tab, tmp_path, said | {"images": [{"file": image["file"], "leave_out": True}]})
    assert decisions()["images"] == [{"row": image["row"], "file": image["file"], "leave_out": True}]


def test_names_have_no_characters_that_cannot_be_written(tab, decisions, tmp_path):
    read(tab, tmp_path, decisions() | {"labels": [{"name": "a\u0007\ud800 b\u0085", "clusters": [1]}]})
    assert decisions()["labels"] == [{"name": "a b", "clusters": [1]}]


def test_a_file_that_is_no_json_is_refused(tab, tmp_path):
    assert read(tab, tmp_path, "{") == "The file cannot be used: it is not JSON."
