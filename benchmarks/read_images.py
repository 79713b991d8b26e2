"""Seconds and memory that `read_images` takes for 100,000 PNG files, and for 60,000 rows of a CSV file.

    python -m benchmarks.read_images | tee benchmarks/read_images.md

The files are images of Fashion-MNIST, 28 x 28 pixels, in a temporary folder with a hundred subfolders. For
comparison: a plain loop over Pillow, and `numpy.loadtxt`. Memory is the rise of anonymous memory after the imports,
including the returned array.
"""

import argparse
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
from benchmarks.harness import machine, median_and_spread, peak_memory, ratio, time_alternately
from PIL import Image

from skfashion import fetch_fashion_mnist, read_images


def write_files(folder, n_files):
    X, _ = fetch_fashion_mnist(return_X_y=True)
    for i in range(n_files):
        path = folder / f"{i % 100:02d}" / f"{i:06d}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(X[i % len(X)].reshape(28, 28)).save(path)


def write_table(path):
    X, y = fetch_fashion_mnist(return_X_y=True)
    header = ",".join(["label", *(f"pixel{i}" for i in range(784))])
    np.savetxt(path, np.column_stack([y, X]), fmt="%d", delimiter=",", header=header, comments="")


def read_with_pillow(folder):
    return np.stack([np.asarray(Image.open(path).convert("L")) for path in sorted(folder.rglob("*.png"))])


def read_with_numpy(path):
    return np.loadtxt(path, np.float32, delimiter=",", skiprows=1)


def imports():
    """Import the modules that a process has before it reads."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    print(f"{machine('pillow', 'numpy')}\n")
    print("| input | skfashion, s | plain loop, s | plain / skfashion | skfashion, MiB | plain loop, MiB |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        folder, table = Path(temporary, "images"), Path(temporary, "images.csv")
        folder.mkdir()
        write_files(folder, arguments.files)
        write_table(table)
        for name, path, plain in (
            (f"{arguments.files:,} PNG files", folder, read_with_pillow),
            ("60,000 rows of CSV", table, read_with_numpy),
        ):
            contenders = {"skfashion": partial(read_images, path), "plain": partial(plain, path)}
            seconds = time_alternately(contenders, arguments.repeats)
            memory = [peak_memory(imports, run) for run in contenders.values()]
            cells = [median_and_spread(times) for times in seconds.values()]
            cells += [ratio(seconds, "plain", "skfashion"), *(f"{peak:.0f}" for peak in memory)]
            print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
