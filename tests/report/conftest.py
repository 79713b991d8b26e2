"""A browser, and a page in it. Chromium is looked for where Debian puts it, else on the PATH."""

import json
import os
import shutil

import numpy as np
import pytest
from sklearn.cluster import KMeans

from skfashion.report import ClusteringReport

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PATIENCE = 120_000  # milliseconds: next to other work, a page takes its time
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None and "CI" not in os.environ:
        pytest.skip("there is no Chromium on this machine")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def make_report():
    """Make a report of images in six clusters, with names that are out to break the page."""

    def make_report(images, **changes):
        labels = KMeans(6, n_init=1, random_state=0).fit(images).labels_
        fields = {
            "estimator": KMeans(6),
            "X": images,
            "Z": images,
            "labels": labels,
            "image_shape": (28, 28),
            "confidence": np.random.default_rng(0).random(len(images)).round(2),
            "filenames": [f"</script><img src=x onerror=alert({i})>.png" for i in range(len(images))],
        }
        return ClusteringReport(**fields | changes)

    return make_report


@pytest.fixture(scope="session")
def workbench_report(images, make_report):
    return make_report(images)


@pytest.fixture(scope="session")
def workbench_page(workbench_report, tmp_path_factory):
    """The report in a file, without figures, which other tests look at."""
    path = tmp_path_factory.mktemp("workbench") / "index.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("skfashion.report._clustering.figures", lambda report: [])
        path.write_text(workbench_report.to_html(), encoding="utf-8")
    return path


@pytest.fixture
def open_page(browser):
    """Open a file in a browser that has kept nothing; nothing may be said on its console."""
    said, contexts = [], []

    def open_page(path, width=1280, height=900):
        contexts.append(browser.new_context(viewport={"width": width, "height": height}))
        contexts[-1].set_default_timeout(PATIENCE)
        tab = contexts[-1].new_page()
        tab.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("dialog", lambda dialog: said.append(dialog.message))
        tab.goto(path.as_uri())
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


@pytest.fixture
def tab(open_page, workbench_page):
    return open_page(workbench_page)


@pytest.fixture
def decisions(tab):
    """Read decisions.json as the page shows it; a list of actions is typed on the images before."""

    def decisions(*keys):
        tab.locator("#wb-grid").focus()
        for key in keys:
            if len(key) > 1 and not key[0].isupper():
                tab.keyboard.type(key)
            else:
                tab.keyboard.press(key)
        return json.loads(tab.locator("#wb-text").input_value())

    return decisions
