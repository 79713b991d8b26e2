"""Make the pictures of docs/pictures again: steps from a folder of images to labels, in the page and in files.

    .venv/bin/pip install . playwright && python tools/make_pictures.py [FOLDER]

It writes images of the bundled sample as files into FOLDER (default: a temporary one), runs the commands of
docs/ten_minutes.md on them, and opens the page in Chromium. The known classes stand for the person who gives names.
"""

import csv
import io
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import sync_playwright

from skfashion import load_fashion_mnist_sample

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
MAX_BYTES = 150_000
N_PHOTOS, N_NEW, N_CLUSTERS = 1500, 100, 20
COMMAND = [sys.executable, "-m", "skfashion"]
SIDE, GAP, MARGIN = 42, 2, 130  # of the images in a picture, in pixels


def main(folder: Path) -> None:
    """Run all steps in a folder, and write a picture of each."""
    sample = load_fashion_mnist_sample()
    names = [sample.target_names[k].replace("/top", "") for k in sample.target]
    PICTURES.mkdir(exist_ok=True)
    write_photos(sample.data, folder / "photos", range(N_PHOTOS))
    write_photos(sample.data, folder / "new_photos", range(N_PHOTOS, N_PHOTOS + N_NEW))
    keep(lines({"": sample.data[:60]}, 15), "photos.png")
    if not (folder / "clusters").exists():
        run(folder, "cluster", "photos", "--n-clusters", str(N_CLUSTERS), "--out", "clusters")
    visit(folder, names)
    for result in ("labelled", "sorted", "new"):
        shutil.rmtree(folder / result, ignore_errors=True)
    run(folder, "label", "clusters", "--decisions", "decisions.json", "--out", "labelled", "--copy-to", "sorted")
    folders = sorted((folder / "sorted").iterdir())
    keep(lines({f"{p.name}/": read(sorted(p.glob("*.png"))[:14]) for p in folders}), "sorted.png")
    run(folder, "predict", "labelled/model.skfashion", "new_photos", "--out", "new")
    keep(lines(predicted(folder)), "predicted.png")
    keep(lines(clusters_of(sample, folder)), "clusters.png")


def run(folder, *arguments):
    """Run a command of skfashion in a folder."""
    subprocess.run([*COMMAND, *arguments], cwd=folder, check=True)


def write_photos(X, folder, rows):
    """Write rows as image files."""
    folder.mkdir(parents=True, exist_ok=True)
    for row in rows:
        Image.fromarray(X[row].reshape(28, 28)).save(folder / f"{row:04}.png")


def visit(folder, names):
    """Give names in the page as a person would, and take screenshots."""
    rows = list(csv.DictReader((folder / "clusters" / "labels.csv").open()))
    classes = {}
    for row in rows:
        classes.setdefault(int(row["cluster"]), Counter())[names[int(Path(row["file"]).stem)]] += 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_context(viewport={"width": 1100, "height": 800}).new_page()
        tab.goto((folder / "clusters" / "index.html").resolve().as_uri())
        keep(screenshot(tab), "page.png")
        tab.locator("#wb-grid").focus()
        for done in range(N_CLUSTERS):
            if done == N_CLUSTERS // 2:
                keep(screenshot(tab), "naming.png")
            current = tab.locator("#wb-clusters [aria-current]").text_content()
            number = int(re.search(r"\d+", current)[0])
            tab.keyboard.press("n")
            tab.keyboard.type(classes[number].most_common(1)[0][0])
            for key in ("Enter", "]"):
                tab.keyboard.press(key)
        with tab.expect_download() as download:
            tab.get_by_role("button", name="Download decisions.json").click()
        download.value.save_as(folder / "decisions.json")
        browser.close()


def screenshot(tab):
    """Return what the tab shows, scrolled to the workbench."""
    tab.locator("#workbench").scroll_into_view_if_needed()
    tab.evaluate("document.querySelector('#workbench').scrollIntoView()")
    return Image.open(io.BytesIO(tab.screenshot()))


def predicted(folder):
    """Return new images by the label that the model gives them."""
    by_label = {}
    for row in csv.DictReader((folder / "new" / "labels.csv").open()):
        by_label.setdefault(row["label"], []).append(folder / "new_photos" / row["file"])
    return {label: read(paths[:14]) for label, paths in sorted(by_label.items())}


def clusters_of(sample, folder):
    """Return random images of ten clusters of the whole sample, found without labels."""
    run(folder, "cluster", "--sample", "--n-clusters", "10", "--out", "sample")
    labels = np.array([int(row["cluster"]) for row in csv.DictReader((folder / "sample" / "labels.csv").open())])
    rng = np.random.default_rng(0)
    chosen = {k: rng.choice(np.flatnonzero(labels == k), 17, replace=False) for k in range(10)}
    order = sorted(chosen, key=lambda k: np.bincount(sample.target[labels == k], minlength=10).argmax())
    return {f"cluster {i + 1}": sample.data[chosen[k]] for i, k in enumerate(order)}


def read(paths):
    """Return image files as rows."""
    return np.array([np.asarray(Image.open(path)).ravel() for path in paths])


def lines(images, per_line=None):
    """Draw images in lines, each with a name on the left; or in lines of `per_line`."""
    if per_line:
        (rows,) = images.values()
        images = {i: rows[i : i + per_line] for i in range(0, len(rows), per_line)}
    margin = 0 if per_line else MARGIN
    width = margin + max(map(len, images.values())) * (SIDE + GAP)
    picture = Image.new("L", (width, len(images) * (SIDE + GAP)), 255)
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(15)
    for i, (name, rows) in enumerate(images.items()):
        if margin:
            draw.text((margin - 10, i * (SIDE + GAP) + SIDE // 2), str(name), 60, font, anchor="rm")
        for j, row in enumerate(rows):
            tile = Image.fromarray(255 - row.reshape(28, 28)).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
            picture.paste(tile, (margin + j * (SIDE + GAP), i * (SIDE + GAP)))
    return picture


def keep(picture, name):
    """Write a picture with as many colours as its size allows."""
    for n_colors in (256, 128, 64, 32, 16):
        picture.convert("RGB").quantize(n_colors, dither=Image.Dither.NONE).save(PICTURES / name, optimize=True)
        if (PICTURES / name).stat().st_size < MAX_BYTES:
            return
    raise ValueError(f"{name} is too large")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        main(Path(sys.argv[1] if len(sys.argv) > 1 else temporary))
