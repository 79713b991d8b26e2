"""GraphPartition of up to a million rows: time, memory, recall of the neighbours.

    pip install '.[approximate]' && python -m benchmarks.many_rows [--rows 250000 1000000] | tee benchmarks/many_rows.md

The rows are the 150 leading components of the gradients of Fashion-MNIST's training images, shifted by up to two pixels
to either side. Memory is the rise of anonymous memory during `fit`. Recall is the share of the 30 exact neighbours of
1,000 random rows that the approximate search finds. Labels only score the clusters.
"""

import argparse
import time
from functools import partial
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from benchmarks.harness import machine, peak_memory
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

from skfashion import GraphPartition, HOGFeatures, fetch_fashion_mnist
from skfashion._utils.neighbor_graph import nearest_neighbors
from skfashion.metrics import hungarian_accuracy_score

N_NEIGHBORS, N_RECALL = 30, 1000


def write_rows(path, n_rows):
    """Write the components of so many shifted images to a file, and return their classes."""
    images, classes = fetch_fashion_mnist(return_X_y=True)
    padded = np.pad(images.reshape(-1, 28, 28), ((0, 0), (2, 2), (2, 2)), mode="edge")
    pca = PCA(150, svd_solver="covariance_eigh").fit(HOGFeatures().fit_transform(images))
    shifts = sorted(product(range(5), range(5)), key=lambda shift: abs(shift[0] - 2) + abs(shift[1] - 2))
    rows = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(n_rows, 150))
    for start, (down, right) in zip(range(0, n_rows, len(images)), shifts, strict=False):
        shifted = padded[: n_rows - start, down : down + 28, right : right + 28].reshape(-1, 784)
        rows[start : start + len(shifted)] = pca.transform(HOGFeatures().fit_transform(shifted))
    return np.resize(classes, n_rows)


def fit(path, out):
    """Fit, and write the seconds and the clusters to a file."""
    X = np.load(path)
    start = time.perf_counter()
    model = GraphPartition(10, random_state=0, n_jobs=2).fit(X)
    np.savez(out, seconds=time.perf_counter() - start, labels=model.labels_, agreement=model.agreement_)


def recall(X):
    """Return the share of exact neighbours that are found, and the seconds of the approximate search."""
    start = time.perf_counter()
    found = nearest_neighbors(X, N_NEIGHBORS, n_jobs=2, rng=np.random.RandomState(0))[1]
    seconds = time.perf_counter() - start
    rows = np.random.default_rng(0).choice(len(X), N_RECALL, replace=False)
    exact = NearestNeighbors(n_neighbors=N_NEIGHBORS + 1, algorithm="brute").fit(X).kneighbors(X[rows])[1][:, 1:]
    shares = [np.isin(found[row], near).mean() for row, near in zip(rows, exact, strict=True)]
    return np.mean(shares), seconds


def line(n_rows):
    """Measure, and write a line of the table."""
    with TemporaryDirectory() as folder:
        path, out = Path(folder, "rows.npy"), Path(folder, "fit.npz")
        classes = write_rows(path, n_rows)
        memory = peak_memory(partial(np.load, path, mmap_mode="r"), partial(fit, path, out)) / 1024
        result = np.load(out)
        share, seconds = recall(np.load(path))
    accuracy = hungarian_accuracy_score(classes, result["labels"])
    return (
        f"| {n_rows:,} | {result['seconds'] / 60:.1f} | {seconds / 60:.1f} | {memory:.1f} | {share:.3f} "
        f"| {result['agreement']:.3f} | {accuracy:.3f} |"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[250_000, 1_000_000])
    print(f"{machine('scikit-learn', 'pymetis', 'pynndescent')}; n_jobs=2\n")
    print("| rows | minutes | of which neighbours | memory (GiB) | recall | agreement | accuracy |")
    print("|---|---|---|---|---|---|---|")
    for n_rows in parser.parse_args().rows:
        print(line(n_rows), flush=True)


if __name__ == "__main__":
    main()
