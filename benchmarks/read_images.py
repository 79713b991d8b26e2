"""Seconds and memory that `read_images` takes for 100,000 PNG files, for 4 huge ones, and for 60,000 rows of CSV.

    python -m benchmarks.read_images | tee benchmarks/read_images.md

The files are images of Fashion-MNIST, 28 x 28 pixels, in a temporary folder with a hundred subfolders. The huge ones
have 13,000 x 13,000 pixels in colour with transparency, and become 28 x 28. For comparison: a plain loop over Pillow,
and `numpy.loadtxt`. Memory is the rise of anonymous memory after the imports, including the returned array.
"""

import argparse
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
from benchmarks.harness import machine, median_and_spread, peak_memory, ratio, time_alternately
from PIL import Image

from skfashion import fetch_fashion_mnist, read_images

SIDE = 13_000  # of a huge image
N_HUGE = 4


def write_files(folder, n_files):
    X, _ = fetch_fashion_mnist(return_X_y=True)
    for i in range(n_files):
        path = folder / f"{i % 100:02d}" / f"{i:06d}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(X[i % len(X)].reshape(28, 28)).save(path)


def write_huge_files(folder, n_files):
    for i in range(n_files):
        Image.new("RGBA", (SIDE, SIDE), (50 * i, 100, 200, 128)).save(folder / f"{i}.png", compress_level=1)


def write_table(path):
    X, y = fetch_fashion_mnist(return_X_y=True)
    header = ",".join(["label", *(f"pixel{i}" for i in range(784))])
    np.savetxt(path, np.column_stack([y, X]), fmt="%d", delimiter=",", header=header, comments="")


def read_with_pillow(folder):
    return np.stack([np.asarray(Image.open(path).convert("L")) for path in sorted(folder.rglob("*.png"))])


def read_huge_files_with_pillow(folder):
    Image.MAX_IMAGE_PIXELS = None  # Pillow's limit is 179 million, and it warns from 89 million
    images = (Image.open(path) for path in sorted(folder.glob("*.png")))
    return np.stack([np.asarray(image.resize((28, 28)).convert("L")) for image in images])


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
        folder, huge, table = (Path(temporary, name) for name in ("images", "huge", "images.csv"))
        folder.mkdir()
        huge.mkdir()
        write_files(folder, arguments.files)
        write_huge_files(huge, N_HUGE)
        write_table(table)
        for name, path, size, plain in (
            (f"{arguments.files:,} PNG files", folder, None, read_with_pillow),
            (f"{N_HUGE} PNG files of {SIDE**2 // 10**6} megapixels", huge, 28, read_huge_files_with_pillow),
            ("60,000 rows of CSV", table, None, read_with_numpy),
        ):
            contenders = {"skfashion": partial(read_images, path, image_size=size), "plain": partial(plain, path)}
            seconds = time_alternately(contenders, arguments.repeats)
            memory = [peak_memory(imports, run) for run in contenders.values()]
            cells = [median_and_spread(times) for times in seconds.values()]
            cells += [ratio(seconds, "plain", "skfashion"), *(f"{peak:.0f}" for peak in memory)]
            print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
