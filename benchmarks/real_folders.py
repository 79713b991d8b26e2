"""`skfashion cluster` on real folders of pictures, by its default and by the pipeline that was the default before.

    pip install .
    apt-get install tuxpaint-stamps-default openclipart-png plasma-workspace-wallpapers gnome-icon-theme
    apt-get install oxygen-icon-theme faenza-icon-theme
    python -m benchmarks.real_folders [--folders NAME ...] | tee benchmarks/real_folders.md

The subfolders are the classes, and as many clusters as classes are asked for. Those of the wallpapers are sizes and
copies of one picture; all others are kinds of things, or places in a desktop, with pictures of many looks. Cells are
the Hungarian accuracy and the normalised mutual information (NMI), with the seconds of the command in brackets. All
images in one cluster would have the accuracy of the share of the largest class, and NMI 0. One seed.

With `--records FILE`, each result is written to a file at once, and what is in it is not measured again.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path

from benchmarks.harness import Records, machine
from benchmarks.real_sets import CLIPART, ICONS, STAMPS, WALLPAPERS

from skfashion import read_images

FOLDERS = {
    "stamps of animals": STAMPS / "animals",
    "wallpapers": WALLPAPERS,
    "stamps": STAMPS,
    "Oxygen icons": ICONS / "oxygen" / "base" / "64x64",
    "GNOME icons": ICONS / "gnome" / "48x48",
    "clip art": CLIPART,
    "Faenza icons": ICONS / "Faenza",
}
BEFORE = ["--reducer", "dense-ae", "--clusterer", "gmm"]


def measured(folder, n_clusters, options):
    """Run the command; return the accuracy and the NMI that it finds, and its seconds; None if it fails."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "skfashion", "cluster", str(folder), "--n-clusters", str(n_clusters)]
        start = time.perf_counter()
        done = subprocess.run([*command, "--skip-unreadable", "--out", out, *options], check=False, stdout=sys.stderr)
        seconds = time.perf_counter() - start
        if done.returncode:
            return None
        scores = json.loads((Path(out) / "metrics.json").read_text())["scores"]
        return scores["hungarian_accuracy"], scores["normalized_mutual_info"], seconds


def cell(result):
    """Write a result."""
    return "an error" if result is None else "{:.3f}, {:.3f} ({:.0f})".format(*result)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folders", nargs="+", choices=list(FOLDERS), default=list(FOLDERS))
    parser.add_argument("--records", type=Path, help="file of results, one a line; those in it are not measured again")
    arguments = parser.parse_args()
    records = Records(arguments.records)
    print(f"{machine('scikit-learn', 'pymetis', 'keras')}\n")
    print(
        "| folder | images | classes | largest class | default | dense-ae and gmm |\n|---|---|---|---|---|---|",
        flush=True,
    )
    for name in arguments.folders:
        target = read_images(FOLDERS[name], image_size=8, skip_unreadable=True).target
        n_classes, largest = len(set(target)), Counter(target).most_common(1)[0][1] / len(target)
        results = [
            records.result(f"{name}: {way}", partial(measured, FOLDERS[name], n_classes, options))
            for way, options in (("default", []), ("dense-ae and gmm", BEFORE))
        ]
        cells = " | ".join(map(cell, results))
        print(f"| {name} | {len(target):,} | {n_classes} | {largest:.3f} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
