"""`skfashion cluster` on real folders of pictures, by its default and by the pipeline that was the default before.

    pip install .
    apt-get install tuxpaint-stamps-default openclipart-png plasma-workspace-wallpapers gnome-icon-theme
    apt-get install oxygen-icon-theme faenza-icon-theme
    python -m benchmarks.real_folders [--folders NAME ...] [--seeds 0] | tee benchmarks/real_folders.md

The subfolders are the classes, and as many clusters as classes are asked for. Those of the wallpapers are sizes and
copies of one picture; all others are kinds of things, or places in a desktop, with pictures of many looks. Cells are
the Hungarian accuracy and the normalised mutual information (NMI), means over the seeds, with the median of the seconds
of the command in brackets. All images in one cluster would have the accuracy of the share of the largest class, and
NMI 0.

With `--records FILE`, each result is written to a file at once, and what is in it is not measured again; with
`--recorded`, nothing else is shown, so that some folders may have fewer seeds.
"""

import argparse
import json
import statistics
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
WAYS = {"default": [], "dense-ae and gmm": ["--reducer", "dense-ae", "--clusterer", "gmm"]}


def measured(folder, n_clusters, seed, options):
    """Run the command; return the accuracy and the NMI that it finds, and its seconds; None if it fails."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "skfashion", "cluster", str(folder), "--n-clusters", str(n_clusters)]
        command += ["--seed", str(seed)]
        start = time.perf_counter()
        done = subprocess.run([*command, "--skip-unreadable", "--out", out, *options], check=False, stdout=sys.stderr)
        seconds = time.perf_counter() - start
        if done.returncode:
            return None
        scores = json.loads((Path(out) / "metrics.json").read_text())["scores"]
        return scores["hungarian_accuracy"], scores["normalized_mutual_info"], seconds


def cell(results):
    """Write the means of the scores of several runs and the median of their seconds, and how many failed."""
    whole = [result for result in results if result is not None]
    if not whole:
        return "an error"
    accuracies, nmis, seconds = zip(*whole, strict=True)
    scores = f"{statistics.mean(accuracies):.3f}, {statistics.mean(nmis):.3f}"
    n_failed = len(results) - len(whole)
    failures = f", an error in {n_failed} of {len(results)} runs" if n_failed else ""
    return f"{scores} ({statistics.median(seconds):.0f}){failures}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folders", nargs="+", choices=list(FOLDERS), default=list(FOLDERS))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--records", type=Path, help="file of results, one a line; those in it are not measured again")
    parser.add_argument("--recorded", action="store_true", help="show what is in the records, and measure nothing")
    arguments = parser.parse_args()
    records = Records(arguments.records)
    print(f"{machine('scikit-learn', 'pymetis', 'keras')}\n")
    columns = ("folder", "images", "classes", "largest class", "seeds", *WAYS)
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}", flush=True)
    for name in arguments.folders:
        target = read_images(FOLDERS[name], image_size=8, skip_unreadable=True).target
        n_classes, largest = len(set(target)), Counter(target).most_common(1)[0][1] / len(target)
        found = {way: [] for way in WAYS}
        for seed in arguments.seeds:
            settings = {way: f"{name}: {way}, seed {seed}" for way in WAYS}
            if arguments.recorded and not all(setting in records for setting in settings.values()):
                continue
            for way, options in WAYS.items():
                measure = partial(measured, FOLDERS[name], n_classes, seed, options)
                found[way].append(records.result(settings[way], measure))
        cells = " | ".join([str(len(found["default"])), *map(cell, found.values())])
        print(f"| {name} | {len(target):,} | {n_classes} | {largest:.3f} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
