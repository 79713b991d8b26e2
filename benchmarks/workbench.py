"""The page of 20,000 and 60,000 images in a browser: megabytes, seconds until it can be used, and milliseconds a frame.

    python -m benchmarks.workbench | tee benchmarks/workbench.md

The images are those of Fashion-MNIST, 28 x 28 grey pixels, and the same enlarged to 64 x 64 and coloured at random,
with files of 24 letters. They are in 30 clusters of k-means, or all in one cluster, in the order of doubt: there, a
screen shows pictures from many sheets. Scrolling goes through 300 frames, 400 pixels a frame, then jumps 60 times to
random places. The browser is Chromium without a graphics card; a frame is the time between two callbacks of
requestAnimationFrame. Frames wait for other programs, too; the longest task is the processor time that the page takes
at once, by Chromium's trace of its main thread. The last columns are the times of a decision, and of an image with its
neighbours.
"""

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from benchmarks.harness import machine
from playwright.sync_api import sync_playwright
from sklearn.cluster import MiniBatchKMeans
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline

from skfashion import fetch_fashion_mnist
from skfashion.report import ClusteringReport

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SIDE = 64  # of a coloured image
SCROLL = """async () => {
    const box = document.getElementById("wb-grid");
    const frames = [];
    let before = await new Promise(requestAnimationFrame);
    for (let i = 0; i < 360; i++) {
        if (i < 300) box.scrollTop += 400;
        else box.scrollTop = box.scrollHeight * ((i * 0.618) % 1);
        const now = await new Promise(requestAnimationFrame);
        frames.push(now - before);
        before = now;
    }
    return frames;
}"""
TIME_OF_KEYS = """keys => {
    const box = document.getElementById("wb-grid");
    const start = performance.now();
    for (const key of keys) box.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    return (performance.now() - start) / keys.length;
}"""


def images_of(kind, n_images):
    X, _ = fetch_fashion_mnist(return_X_y=True)
    if kind == "grey":
        return X[:n_images], (28, 28)
    rng = np.random.default_rng(0)
    places = np.arange(SIDE) * 28 // SIDE
    coloured = np.empty((n_images, SIDE, SIDE, 3), np.uint8)
    for i in range(n_images):
        large = X[i].reshape(28, 28)[np.ix_(places, places)]
        coloured[i] = large[:, :, np.newaxis] * rng.uniform(0.3, 1, 3) + rng.integers(0, 40, 3)
    return coloured.reshape(n_images, -1), (SIDE, SIDE, 3)


def write_page(path, kind, n_images, n_clusters):
    """Write the page; return the seconds that it took."""
    X, image_shape = images_of(kind, n_images)
    grey, _ = images_of("grey", n_images)
    pipeline = make_pipeline(PCA(20, random_state=0), MiniBatchKMeans(n_clusters, n_init=1, random_state=0)).fit(grey)
    Z = pipeline[:-1].transform(grey)
    distances = pipeline[-1].transform(Z)
    files = [f"photos/{i % 100:02d}/photo{i:06d}.png" for i in range(n_images)]
    report = ClusteringReport(
        estimator=pipeline,
        X=X,
        Z=Z,
        labels=pipeline[-1].labels_,
        image_shape=image_shape,
        filenames=files,
        confidence=1 / (1 + distances.min(axis=1) / distances.mean(axis=1)) if n_clusters > 1 else None,
    )
    start = time.perf_counter()
    path.write_text(report.to_html(), encoding="utf-8")
    return time.perf_counter() - start


def measure(browser, path):
    """Return the seconds until the page can be used, all frames, the longest task, a decision's and an image's time."""
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    start = time.perf_counter()
    tab.goto(path.as_uri())
    tab.wait_for_selector("#wb-grid .wb-tile")
    loaded = time.perf_counter() - start
    tab.locator("#wb-order").select_option("doubt")
    browser.start_tracing(page=tab, categories=["toplevel", "devtools.timeline"])
    frames = tab.evaluate(SCROLL)
    task = longest_task(json.loads(browser.stop_tracing())["traceEvents"])
    of_mark = tab.evaluate(TIME_OF_KEYS, ["s", "u"] * 10)
    of_image = tab.evaluate(TIME_OF_KEYS, ["ArrowRight", "ArrowLeft"] * 10)
    tab.close()
    return loaded, frames, task, of_mark, of_image


def longest_task(events):
    """Return the most milliseconds of processor time that a task of the page's main thread took."""
    threads = {(e["pid"], e["tid"]) for e in events if e.get("args", {}).get("name") == "CrRendererMain"}
    of_page = [e for e in events if (e["pid"], e["tid"]) in threads and e["name"].endswith("RunTask")]
    return max(e.get("tdur", 0) for e in of_page) / 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, nargs="*", default=[20_000, 60_000])
    arguments = parser.parse_args()
    print(f"{machine('playwright', 'pillow', 'numpy')}; load before: {os.getloadavg()[0]:.1f}\n")
    print(
        "| images | clusters | on the page | page, MB | written, s | loaded, s | frame: median, ms | longest, ms "
        "| over 100 ms | longest task, ms | a decision, ms | an image, ms |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for n_images in arguments.images:
            for kind, n_clusters in (("grey", 30), ("grey", 1), ("colour", 30)):
                path = Path(folder, "index.html")
                written = write_page(path, kind, n_images, n_clusters)
                loaded, frames, task, of_mark, of_image = measure(browser, path)
                page = path.read_text(encoding="utf-8")
                n_shown = page.partition('"rows":[')[2].partition("]")[0].count(",") + 1
                cells = [f"{n_images:,} {kind}", n_clusters, f"{n_shown:,}", f"{len(page) / 1e6:.1f}"]
                cells += [f"{written:.0f}", f"{loaded:.2f}", f"{statistics.median(frames):.0f}", f"{max(frames):.0f}"]
                cells += [sum(frame > 100 for frame in frames), f"{task:.0f}", f"{of_mark:.1f}", f"{of_image:.1f}"]
                print("|", " | ".join(map(str, cells)), "|", flush=True)


if __name__ == "__main__":
    main()
