"""The workbench by keyboard, mouse and finger."""

import json
import re

import pytest


def title(tab):
    return tab.locator("#wb-title").text_content()


def listed(tab):
    """List the clusters in the order of the page."""
    return [int(re.search("[0-9]+", text)[0]) for text in tab.locator("#wb-clusters .wb-called").all_text_contents()]


def image_name(tab):
    return tab.locator("#wb-facts dd").first.text_content()


def test_the_keyboard_alone_names_a_cluster(tab):
    for _ in range(30):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.id") == "wb-grid":
            break
    for key in ("ArrowRight", "n"):
        tab.keyboard.press(key)
    tab.keyboard.type("boots")
    tab.keyboard.press("Enter")
    assert "boots" in title(tab)
    assert tab.evaluate("document.activeElement.id") == "wb-grid"


def test_keys_go_from_cluster_to_cluster(tab):
    tab.locator("#wb-grid").focus()
    seen = [title(tab)]
    for _ in range(5):
        tab.keyboard.press("]")
        seen.append(title(tab))
    assert len(set(seen)) == 6
    tab.keyboard.press("]")
    assert title(tab) == seen[-1]
    tab.keyboard.press("[")
    assert title(tab) == seen[-2]


def test_the_list_of_clusters_is_one_stop_of_the_tab_key_and_has_arrows(tab):
    assert tab.locator("#wb-clusters button[tabindex='0']").count() == 1
    tab.locator("#wb-clusters [aria-current]").focus()
    before = title(tab)
    tab.keyboard.press("ArrowDown")
    assert title(tab) != before
    assert tab.evaluate("document.activeElement.getAttribute('aria-current')") == "true"


def test_clusters_come_in_the_order_of_what_a_decision_settles(tab):
    data = json.loads(tab.locator("#wb-data").text_content())
    worth = {c["cluster"]: c["size"] * (1 - c["doubt"]) for c in data["clusters"]}
    assert listed(tab) == sorted(worth, key=lambda cluster: -worth[cluster])
    tab.locator("#wb-cluster-order").select_option("cluster")
    assert listed(tab) == sorted(worth)


def test_the_most_valuable_next_is_a_cluster_without_a_decision(tab):
    tab.locator("#wb-grid").focus()
    seen = set()
    for _ in range(6):
        seen.add(title(tab))
        tab.keyboard.press("s")
        tab.keyboard.press("g")
    assert len(seen) == 6
    assert tab.locator("#wb-status").text_content().startswith("The others have decisions.")


def test_images_are_ordered_by_doubt(tab):
    data = json.loads(tab.locator("#wb-data").text_content())
    tab.locator("#wb-grid").focus()
    tab.keyboard.press("t")
    cluster = next(c for c in data["clusters"] if title(tab).startswith(f"Cluster {c['cluster']} "))
    least = min(data["confidence"][cluster["start"] : cluster["stop"]])
    assert tab.locator("#wb-facts").text_content().count(f"{least / 10:.0f}%") == 1
    assert tab.locator("#wb-order").input_value() == "doubt"


def test_the_mouse_shows_an_image_and_its_neighbours_without_a_click(tab):
    first = image_name(tab)
    tab.locator(".wb-tile").nth(5).hover()
    hovered = image_name(tab)
    assert hovered != first
    assert tab.locator("#wb-near button").count() == 6
    tab.locator("#wb-heading").hover()
    assert image_name(tab) == first


def test_a_click_chooses_an_image_and_with_control_marks_it(tab):
    tab.locator(".wb-tile").nth(5).click()
    assert tab.locator(".wb-current").get_attribute("aria-posinset") == "6"
    tab.locator(".wb-tile").nth(7).click(modifiers=["Control"])
    assert tab.locator(".wb-tile[aria-selected=true]").get_attribute("aria-posinset") == "8"
    assert tab.locator("#wb-label-what").text_content() == "Label of 1 marked image"


def test_a_click_with_shift_marks_all_images_up_to_it(tab):
    tab.locator(".wb-tile").nth(2).click()
    tab.locator(".wb-tile").nth(5).click(modifiers=["Shift"])
    assert tab.locator(".wb-tile[aria-selected=true]").count() == 4


def test_a_finger_marks_by_a_button(tab):
    tab.locator(".wb-tile").nth(2).click()
    tab.locator("#wb-mark").click()
    assert tab.locator("#wb-mark").get_attribute("aria-pressed") == "true"
    assert tab.locator(".wb-tile[aria-selected=true]").get_attribute("aria-posinset") == "3"


def test_a_neighbour_opens_in_its_cluster(tab):
    button = tab.locator("#wb-near button").last
    name = button.get_attribute("title")
    button.click()
    assert image_name(tab) == name
    assert tab.evaluate("document.activeElement.id") == "wb-grid"


def test_keys_write_into_fields_and_do_nothing_else(tab):
    tab.locator("#wb-grid").focus()
    tab.keyboard.press("n")
    tab.keyboard.type("sxd u[")
    assert tab.locator("#wb-name").input_value() == "sxd u["
    tab.keyboard.press("Escape")
    assert tab.evaluate("document.activeElement.id") == "wb-grid"
    said = json.loads(tab.locator("#wb-text").input_value())
    assert not any(said[part] for part in ("labels", "split", "leave_out", "images"))


@pytest.mark.parametrize("button", ["wb-split", "wb-leave"])
def test_space_on_a_button_presses_it(tab, button):
    tab.locator(f"#{button}").focus()
    tab.keyboard.press("Space")
    assert tab.locator(f"#{button}").get_attribute("aria-pressed") == "true"
