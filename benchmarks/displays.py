"""Seconds that each display takes to compute, draw and render the 60,000 training images of Fashion-MNIST.

    python -m benchmarks.displays [--repeats 3] | tee benchmarks/displays.md

The codes are those of PCA(24), the clusters those of k-means. Silhouettes are computed for the default sample of 5,000
rows; a line of its own has the drawing for 60,000. t-SNE and UMAP are not measured: their time is not that of drawing.
"""

import argparse
import io

from benchmarks.harness import machine, median_and_spread, time_alternately
from matplotlib.figure import Figure
from sklearn.cluster import MiniBatchKMeans
from sklearn.decomposition import PCA

from skfashion import fetch_fashion_mnist
from skfashion.displays import (
    ClusterClassMatrixDisplay,
    ClusterImagesDisplay,
    EmbeddingDisplay,
    LossCurveDisplay,
    ManifoldDisplay,
    ReconstructionDisplay,
    SilhouetteDisplay,
)


def drawings():
    """Return a function of Axes for each line of the table."""
    X, y = fetch_fashion_mnist(return_X_y=True)
    pca = PCA(24, random_state=0).fit(X)
    Z = pca.transform(X)
    labels = MiniBatchKMeans(10, n_init=3, random_state=0).fit_predict(Z)
    map_with_images = {"images": X, "thumbnails": 60}
    return {
        "embedding by cluster": lambda ax: EmbeddingDisplay.from_predictions(Z, labels, ax=ax),
        "embedding with 60 thumbnails": lambda ax: EmbeddingDisplay.from_predictions(Z, y, ax=ax, **map_with_images),
        "reconstructions": lambda ax: ReconstructionDisplay.from_estimator(pca, X, ax=ax),
        "manifold": lambda ax: ManifoldDisplay.from_estimator(pca, X, ax=ax),
        "cluster images, nearest": lambda ax: ClusterImagesDisplay.from_predictions(X, labels, embedding=Z, ax=ax),
        "cluster images, nearest by pixels": lambda ax: ClusterImagesDisplay.from_predictions(X, labels, ax=ax),
        "clusters by classes": lambda ax: ClusterClassMatrixDisplay.from_predictions(y, labels, ax=ax),
        "loss curve of 60,000 epochs": lambda ax: LossCurveDisplay(loss_curve=1 / (1 + abs(Z[:, 0]))).plot(ax),
        "silhouettes of a sample": lambda ax: SilhouetteDisplay.from_predictions(Z, labels, ax=ax),
        "silhouettes given": lambda ax: SilhouetteDisplay(silhouettes=Z[:, 0] / abs(Z[:, 0]).max(), labels=y).plot(ax),
    }


def rendered(draw):
    figure = Figure(layout="constrained")
    draw(figure.subplots())
    figure.savefig(io.BytesIO(), format="png")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3)
    contenders = {name: lambda draw=draw: rendered(draw) for name, draw in drawings().items()}
    seconds = time_alternately(contenders, parser.parse_args().repeats)
    print(f"{machine('matplotlib', 'scikit-learn', 'numpy')}\n")
    print("| display | s |\n|---|---|")
    for name, times in seconds.items():
        print(f"| {name} | {median_and_spread(times)} |")


if __name__ == "__main__":
    main()
