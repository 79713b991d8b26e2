"""Paper D, the CSCA-5632 notebook: clusters of pixels and of ten principal components, judged without classes."""

from functools import partial

import numpy as np
from sklearn.cluster import HDBSCAN, Birch, BisectingKMeans, KMeans, MiniBatchKMeans
from sklearn.decomposition import PCA
from sklearn.mixture import BayesianGaussianMixture, GaussianMixture
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from skfashion import KNNSpectral, Ward
from skfashion._utils.pipelines import set_seed
from skfashion.experiments import _pictures
from skfashion.experiments._clusterings import clusters_of, measure_clusterings
from skfashion.experiments._measures import Data, fitted
from skfashion.experiments._rows import Claim, Conclusion, Erratum, Paper, Row
from skfashion.plugins import bytes_to_unit

BOULDER = Paper("D", "a student of CSCA-5632, CU Boulder", "Unsupervised Algorithms in Machine Learning: final project")

_DETAILS = (
    "The notebook reads two CSV files, which split the images in another way; we take the training images of the IDX "
    "files. It sets random_state to 42; we take the seeds. The silhouette is that of at most 10,000 rows, in the space "
    "that is clustered."
)
_KMEANS_DETAILS = f"{_DETAILS} One start, today's default of k-means."


def clusterer_on_pca(make, random_state):
    """Scale the pixels to [0, 1], keep ten principal components, then cluster."""
    clusterer = set_seed(make(), random_state)
    scale, pca = FunctionTransformer(bytes_to_unit), PCA(10, random_state=random_state)
    return Pipeline([("scale", scale), ("pca", pca), ("clusterer", clusterer)])


def kmeans_on_pixels(random_state):
    """Scale the pixels to [0, 1], then cluster them by k-means."""
    return Pipeline([("scale", FunctionTransformer(bytes_to_unit)), ("kmeans", KMeans(10, random_state=random_state))])


KMEANS, MIXTURE = partial(KMeans, 10), partial(GaussianMixture, 10)
ON_PIXELS = "k-means on pixels"
SPECTRAL = partial(KNNSpectral, 10, n_neighbors=9)  # scikit-learn counts the row itself as the tenth
OTHERS = {
    "minibatch_kmeans": partial(MiniBatchKMeans, 10),
    "bisecting_kmeans": partial(BisectingKMeans, 10),
    "diagonal_gmm": partial(GaussianMixture, 10, covariance_type="diag"),
    "bayesian_gmm": partial(BayesianGaussianMixture, n_components=10, max_iter=300),
    "birch": partial(Birch, n_clusters=10, threshold=1.0),
    "ward": partial(Ward, 10),
    "knn_spectral_30": partial(KNNSpectral, 10, n_neighbors=30),
    "hdbscan": partial(HDBSCAN, min_cluster_size=300, copy=True),
}


def four_clusterings(random_state):
    """Make the pipelines of rows D2 to D5."""
    makes = {"k-means": KMEANS, "Gaussian mixture": MIXTURE, "spectral": SPECTRAL}
    on_pca = {name: clusterer_on_pca(make, random_state) for name, make in makes.items()}
    return {ON_PIXELS: kmeans_on_pixels(random_state), **on_pca}


def other_clusterings(random_state):
    """Make eight pipelines that the notebook does not have."""
    return {name: clusterer_on_pca(make, random_state) for name, make in OTHERS.items()}


def measure_pixels(built, data: Data, seed: int, memory) -> dict[str, float]:
    """Compute the notebook's facts about the data."""
    counts = np.bincount(data.y).tolist()
    return {
        "pixel_mean": float(np.mean(data.X, dtype=np.float64) / 255),
        "pixel_deviation": float(np.std(data.X, dtype=np.float64) / 255),
        "images": len(data.X),
        "images_of_the_smallest_class": min(counts),
        "images_of_the_largest_class": max(counts),
        "duplicates": len(data.X) - n_different(data.X),
    }


def n_different(X) -> int:
    """Count the different rows."""
    return len(np.unique(np.ascontiguousarray(X).view(f"V{X.shape[1]}")))


def draw_exploration(built, data: Data, memory):
    """Draw the figures of cells 6 to 8."""
    return _pictures.draw_data(data)


def draw_maps_and_clusters(pipelines, data: Data, memory):
    """Draw a t-SNE map of the components, coloured by each clustering, and ten images of each cluster."""
    partitions = {name: clusters_of(fitted(p, data.X, memory), data.X) for name, p in pipelines.items()}
    on_pca = {name: partition for name, partition in partitions.items() if name != ON_PIXELS}
    (Z, _), *_ = on_pca.values()
    return {
        "maps": _pictures.draw_partition_maps(Z, {name: labels for name, (_, labels) in on_pca.items()}, memory),
        "clusters": _pictures.draw_clusters(data.X, partitions),
    }


def _of_images(data):
    X = np.concatenate([data.X, data.X_test])
    return {"n_images": len(X), "n_duplicates": len(X) - n_different(X)}


def _of_variances(data):
    X = bytes_to_unit(data.X)
    kept = PCA(10, random_state=0).fit(X).explained_variance_.sum()
    return {"all": float(X.var(axis=0, ddof=1).sum()), "kept": float(kept)}


CONCLUSIONS = [
    Conclusion(BOULDER, "conclusion", claim)
    for claim in (
        Claim("ten components improve the clusters: by purity", "D3 purity", "D2 purity"),
        Claim("the mixture is worse than k-means: by silhouette", "D3 silhouette", "D4 silhouette"),
        Claim("the mixture is worse than k-means: by purity", "D3 purity", "D4 purity"),
        Claim("spectral clustering is above the mixture: by silhouette", "D5 silhouette", "D4 silhouette"),
        Claim("spectral clustering is no better than k-means: by silhouette", "D3 silhouette", "D5 silhouette"),
        Claim("spectral clustering is no better than k-means: by purity", "D3 purity", "D5 purity"),
    )
]


ERRATA = [
    Erratum(
        BOULDER,
        "cell 3",
        "The 43 and 1 duplicate rows belong to the CSV files: of the {n_images:,} images that are measured here, "
        "{n_duplicates} are duplicates.",
        _of_images,
    ),
    Erratum(
        BOULDER,
        "cell 13",
        "The notebook compares the inertia in ten dimensions with that in 784, and takes the lower one for a sign of "
        "better clusters. It is lower because ten components keep {kept:.1f} of a variance of {all:.1f}; the rest is "
        "in no cluster's inertia.",
        _of_variances,
    ),
]


def _row(name, system, source, build, published, details=_DETAILS):
    return Row(name, system, BOULDER, source, build, published, details=details)


ROWS = [
    Row(
        "D1",
        "images, classes and pixels",
        BOULDER,
        "cells 6 to 9",
        published={"pixel_mean": 0.29, "pixel_deviation": 0.35},
        details=_DETAILS,
        measure=measure_pixels,
        draw=draw_exploration,
    ),
    _row(
        "D2",
        "k-means on pixels",
        "cell 11",
        kmeans_on_pixels,
        {"inertia": 1_904_516.59, "silhouette": 0.15},
        _KMEANS_DETAILS,
    ),
    _row(
        "D3",
        "PCA 10 + k-means",
        "cell 13",
        partial(clusterer_on_pca, KMEANS),
        {"inertia": 782_437.33, "silhouette": 0.27},
        _KMEANS_DETAILS,
    ),
    _row(
        "D4",
        "PCA 10 + Gaussian mixture",
        "cell 16",
        partial(clusterer_on_pca, MIXTURE),
        {"log_likelihood": -11.71, "silhouette": 0.17},
    ),
    _row(
        "D5",
        "PCA 10 + spectral clustering of nearest neighbours",
        "cell 17",
        partial(clusterer_on_pca, SPECTRAL),
        {"silhouette": 0.23},
        f"{_DETAILS} KNNSpectral has the same nine neighbours of each row and the row itself in its graph. But edges "
        "have weights, one direction is enough for an edge, and the rows of the eigenvectors are scaled to length 1.",
    ),
    Row(
        "D6",
        "maps of the clusters, and their images",
        BOULDER,
        "cells 12 to 17",
        four_clusterings,
        details=f"{_DETAILS} The map is by t-SNE, computed by openTSNE, with the first seed.",
        measure=None,
        draw=draw_maps_and_clusters,
        packages=("openTSNE",),
    ),
    Row(
        "D7",
        "PCA 10 + eight more",
        BOULDER,
        "future work",
        other_clusterings,
        details=f"{_DETAILS} Ten clusters each. Only HDBSCAN finds their number itself; its clusters have at least "
        "300 images. Its noise matches no class in purity and Hungarian accuracy, and is one more cluster in the other "
        "scores. All parameters were fixed before anything was scored; 30 neighbours for spectral clustering are known "
        "to be better from other work, which compared with the classes.",
        measure=measure_clusterings,
        packages=("fastcluster",),
    ),
]
