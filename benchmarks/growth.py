"""Time per row and peak memory, from 10,000 rows to memory maps of over 8 GB, on jax.

    pip install . && python -m benchmarks.growth [--rows 10_000 100_000 1_000_000 10_500_000] [--folder DIR]

`DenseAE(84)` trained on memory maps of training images of Fashion-MNIST, changed by a little noise and repeated: as
bytes with ``rescale=255``, and as float32, the largest file of the same size. The time is the median over the epochs
except the first (which compiles), with files that were just written and are in the page cache; memory is the anonymous
peak of a process that fits one epoch and does nothing else, including all its libraries. Files are written to the
folder (a temporary one by default, which needs 9 GB) and removed.

    python -m benchmarks.growth --of cluster [--rows 10_000 100_000 1_000_000 10_000_000] | tee benchmarks/growth.md
    python -m benchmarks.growth --of cluster --options "--reducer pca --clusterer minibatch-kmeans" \
        | tee benchmarks/growth_minibatch_kmeans.md

measures the whole command `skfashion cluster FILE.npy --n-clusters 10 --out DIR` on such bytes instead: its time, with
the report and all files, and the peak of its anonymous memory; with options of the command, those of a pipeline that
predicts more quickly than the default.
"""

import argparse
import os
import shlex
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np
from benchmarks.harness import machine, peak_memory

N_ROWS_AT_ONCE = 10_000  # written at once
MAX_ROW_SECONDS = 1e-5  # roughly; the number of epochs follows from it


def write(path, n_rows, dtype):
    """Write images with noise of their own."""
    from skfashion import fetch_fashion_mnist

    images = fetch_fashion_mnist().data
    rng = np.random.default_rng(0)
    rows = np.lib.format.open_memmap(path, "w+", dtype, (n_rows, images.shape[1]))
    for start in range(0, n_rows, N_ROWS_AT_ONCE):
        chosen = images[rng.integers(len(images), size=min(N_ROWS_AT_ONCE, n_rows - start))]
        noisy = chosen ^ rng.integers(4, size=chosen.shape, dtype=np.uint8)  # the two lowest bits
        rows[start : start + len(chosen)] = noisy if dtype == np.uint8 else noisy / np.float32(255)
    rows.flush()


def fit(path, n_epochs, told=None):
    from skfashion import DenseAE

    X = np.load(path, mmap_mode="r")
    DenseAE(
        84,
        rescale=255.0 if X.dtype == np.uint8 else None,
        max_iter=n_epochs,
        tol=0.0,
        callbacks=None if told is None else [told],
        random_state=0,
    ).fit(X)


class Microseconds:
    """A callback that keeps the time for a row in each epoch."""

    def __init__(self):
        self.of_epochs = []

    def on_epoch_end(self, epoch, logs):
        self.of_epochs.append(1e6 / logs["rows_per_second"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", nargs="+", type=int, default=[10_000, 100_000, 1_000_000, 10_500_000])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--of", choices=("training", "cluster"), default="training")
    parser.add_argument("--options", type=shlex.split, default=[], help="of the command")
    arguments = parser.parse_args()
    numbers = sorted(arguments.rows)
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        if arguments.of == "cluster":
            measure_command(Path(folder), numbers, arguments.options)
        else:
            measure(Path(folder), numbers)


def measure(folder, numbers):
    kinds = [(np.uint8, n) for n in numbers] + [(np.float32, n) for n in (numbers[0], numbers[-1] // 4)]
    print(f"{machine('keras', 'jax', 'numpy')}\n")
    print("| dtype | rows | file, GB | µs a row | times the smallest | peak memory, MiB |\n|---|---|---|---|---|---|")
    smallest = {}
    for dtype, n_rows in kinds:
        path = folder / "rows.npy"
        write(path, n_rows, dtype)
        n_epochs = 4 + min(20, int(10 / (n_rows * MAX_ROW_SECONDS)))
        told = Microseconds()
        fit(path, n_epochs, told)
        time = statistics.median(told.of_epochs[1:])
        smallest.setdefault(dtype, time)
        memory = peak_memory(list, partial(fit, path, 1))
        cells = f"{np.dtype(dtype)} | {n_rows:,} | {path.stat().st_size / 1e9:.2f} | {time:.2f}"
        print(f"| {cells} | {time / smallest[dtype]:.2f} | {memory:.0f} |", flush=True)
        path.unlink()


def cluster(folder, options):
    """Run the command, and write its seconds to a file."""
    from skfashion.cli import main as command

    os.dup2(2, 1)  # what the command says is no part of the table
    start = time.perf_counter()
    code = command(["cluster", str(folder / "rows.npy"), "--n-clusters", "10", "--out", str(folder / "out"), *options])
    (folder / "seconds").write_text(str(time.perf_counter() - start) if code == 0 else "nan")


def measure_command(folder, numbers, options):
    print(f"{machine('scikit-learn', 'pymetis', 'numpy')}\n")
    if options:
        print(f"`{shlex.join(options)}`\n")
    print("| rows | file, GB | minutes | seconds per 1,000 rows | peak memory, GB |\n|---|---|---|---|---|")
    for n_rows in numbers:
        write(folder / "rows.npy", n_rows, np.uint8)
        memory = peak_memory(list, partial(cluster, folder, options)) * 2**20 / 1e9
        seconds = float((folder / "seconds").read_text())
        size = (folder / "rows.npy").stat().st_size / 1e9
        cells = f"{n_rows:,} | {size:.2f} | {seconds / 60:.1f} | {1000 * seconds / n_rows:.2f} | {memory:.2f}"
        print(f"| {cells} |", flush=True)


if __name__ == "__main__":
    main()
