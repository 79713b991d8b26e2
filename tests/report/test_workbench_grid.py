"""The list of images, of which only the visible ones are elements."""

import json

import numpy as np
import pytest

from skfashion.report import Whole

N_IMAGES = 3000


def wait_for(tab, condition):
    """Wait until an expression is true; the page's policy forbids Playwright to evaluate it there again and again."""
    for _ in range(500):
        if tab.evaluate(condition):
            return
        tab.wait_for_timeout(20)
    raise TimeoutError(condition)


@pytest.fixture(scope="module")
def large_page(sample, make_report, tmp_path_factory):
    """Three thousand images in three clusters."""
    X = sample[0][:N_IMAGES]
    path = tmp_path_factory.mktemp("grid") / "index.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("skfashion.report._clustering.figures", lambda report: [])
        path.write_text(make_report(X, labels=np.arange(N_IMAGES) % 3, Z=X[:, ::16].astype(float)).to_html())
    return path


def wait_until_drawn(tab):
    tab.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    wait_for(
        tab,
        """[...document.querySelectorAll('.wb-tile canvas, #wb-picture')].every(
            canvas => canvas.dataset.drawn === canvas.dataset.image)""",
    )


def drawn(tab):
    """Tell of each tile if its picture is there."""
    return tab.evaluate(
        """[...document.querySelectorAll('.wb-tile canvas')].map(canvas =>
            canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(value => value))"""
    )


def test_only_visible_images_are_elements(open_page, large_page):
    tab = open_page(large_page)
    assert 50 < tab.locator(".wb-tile").count() < 150
    assert tab.locator(".wb-tile").first.get_attribute("aria-setsize") == "1000"


def test_pictures_are_drawn_wherever_one_scrolls(open_page, large_page):
    tab = open_page(large_page)
    for share in (0, 0.5, 1):
        tab.locator("#wb-grid").evaluate("(box, share) => { box.scrollTop = share * box.scrollHeight; }", share)
        wait_until_drawn(tab)
        assert len(drawn(tab)) > 50
        assert all(drawn(tab))


def test_the_picture_is_that_of_the_image(open_page, large_page, sample):
    tab = open_page(large_page)
    data = json.loads(tab.locator("#wb-data").text_content())
    tab.locator("#wb-grid").focus()
    tab.keyboard.press("End")
    wait_until_drawn(tab)
    cluster = next(c for c in data["clusters"] if c["cluster"] == 0)
    seen = tab.evaluate(
        """[...document.getElementById('wb-picture').getContext('2d').getImageData(0, 0, 28, 28).data]"""
    )
    grey = np.array(seen).reshape(784, 4)[:, 0].astype(float)
    open_cluster = int(tab.locator("#wb-title").text_content().split()[1])
    last = next(c["stop"] for c in data["clusters"] if c["cluster"] == open_cluster) - 1
    assert np.abs(grey - sample[0][data["rows"][last]]).mean() < 10
    assert cluster["size"] == 1000


def test_the_current_image_is_an_element_and_in_view(open_page, large_page):
    tab = open_page(large_page)
    tab.locator("#wb-grid").focus()
    for key, place in [("End", 1000), ("Home", 1), ("PageDown", None), ("ArrowDown", None), ("ArrowLeft", None)]:
        tab.keyboard.press(key)
        active = tab.locator(f"#{tab.locator('#wb-grid').get_attribute('aria-activedescendant')}")
        assert place is None or active.get_attribute("aria-posinset") == str(place)
        box, tile = tab.locator("#wb-grid").bounding_box(), active.bounding_box()
        assert box["y"] <= tile["y"] + 1
        assert tile["y"] + tile["height"] <= box["y"] + box["height"] + 1


def test_neighbours_are_the_nearest_codes(open_page, large_page):
    tab = open_page(large_page)
    found = tab.evaluate(
        """(() => {
            const data = JSON.parse(document.getElementById('wb-data').textContent);
            const codes = bytesOf(data.codes);
            return [[...codes], new Neighbours(data.codes, data.rows.length).nearest(7, 6)];
        })()"""
    )
    codes = np.array(found[0], float).reshape(N_IMAGES, -1)
    distances = np.sum((codes - codes[7]) ** 2, axis=1)
    distances[7] = np.inf
    np.testing.assert_array_equal(distances[found[1]], np.sort(distances)[:6])


def test_the_grid_of_a_narrow_screen_has_fewer_columns(open_page, large_page):
    tab = open_page(large_page, 390)
    tops = tab.evaluate("[...document.querySelectorAll('.wb-tile')].map(tile => tile.getBoundingClientRect().top)")
    assert tops.count(min(tops)) in (4, 5)


def test_a_cluster_without_images_on_the_page_is_open_to_names(open_page, make_report, images, tmp_path):
    path = tmp_path / "index.html"
    report = make_report(images)
    labels = np.concatenate([report.labels, [-1] * 500])
    path.write_text(make_report(images, whole=Whole(np.arange(300), labels, None, None, True)).to_html())
    tab = open_page(path)
    tab.locator("#wb-cluster-order").select_option("cluster")
    tab.locator("#wb-clusters button").first.click()
    assert tab.locator("#wb-title").text_content() == "Cluster -1 (noise) (500 images, 0 of them on this page)"
    assert tab.locator(".wb-tile").count() == 0
    for key in ("ArrowRight", "Space", "d", "l", "Escape", "n", "b", "Enter", "t"):
        tab.keyboard.press(key)
    assert json.loads(tab.locator("#wb-text").input_value())["labels"] == [{"name": "b", "clusters": [-1]}]
    assert tab.locator("#wb-counts").text_content() == "500 of 800 images have a name"


def test_images_without_a_shape_are_names(open_page, make_report, images, tmp_path):
    path = tmp_path / "index.html"
    path.write_text(make_report(images, image_shape=None, filenames=None).to_html())
    tab = open_page(path)
    assert tab.locator("#workbench canvas:visible").count() == 0
    assert tab.locator(".wb-tile").first.text_content().startswith("row ")
    assert tab.locator("#wb-near button").count() == 6
