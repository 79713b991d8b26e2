"""Cluster the images of a file in the way of very many rows, and print the peak of memory in MB beyond that before."""

import sys
import threading
from pathlib import Path

from skfashion.cli import _sample, main

_sample.MAX_ROWS = _sample.SAMPLE_ROWS = 1000


def memory():
    """Return the anonymous memory; the pages of a memory map are not ours."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Anonymous:")) * 1024


main(["list"])  # imports
before = peak = memory()
done = threading.Event()


def watch():
    global peak
    while not done.wait(0.05):
        peak = max(peak, memory())


watcher = threading.Thread(target=watch)
watcher.start()
path, out = sys.argv[1:]
code = main(["cluster", path, "--reducer", "pca", "--clusterer", "kmeans", "--n-clusters", "5", "--out", out])
done.set()
watcher.join()
print((peak - before) // 10**6)
sys.exit(code)
