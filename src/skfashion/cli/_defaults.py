"""The reducer and the clusterer of `skfashion cluster` if the user does not name them."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from skfashion.plugins.registry import IDENTITY, MIN_IMAGES, takes_images

if TYPE_CHECKING:
    from skfashion.cli._input import Images  # loads numpy, which --help does without

AUTO = "auto"  # the number of clusters
REDUCER, CLUSTERER = "image-features", "graph-partition"  # docs/default_pipelines.md has the evidence
CLUSTERER_OF_FEW = "spherical-kmeans"
REDUCER_OF_ROWS, CLUSTERER_OF_ROWS = "pca", "knn-spectral"
MIN_IMAGES_OF_CLUSTER = 20  # fewer are less than the neighbours that the graph joins


def choose_names(images: Images, reducer: str | None, clusterer: str | None, n_clusters: int | str) -> tuple[str, str]:
    """Return the names of a reducer and a clusterer. Names that are given stay.

    Raises
    ------
    PluginError
        If the clusterer cannot be used.
    """
    if clusterer is None:
        clusterer = _clusterer(images, n_clusters)
    if reducer is not None:
        return reducer, clusterer
    if takes_images(clusterer):
        return IDENTITY, clusterer
    return REDUCER_OF_ROWS if images.image_shape is None else REDUCER, clusterer


def _clusterer(images, n_clusters):
    """Return the default clusterer. Without pymetis, many images get that of rows."""
    if images.image_shape is None:
        return CLUSTERER_OF_ROWS
    least = MIN_IMAGES if n_clusters == AUTO else max(MIN_IMAGES, MIN_IMAGES_OF_CLUSTER * n_clusters)
    if len(images.X) < least:  # the directions of given features may mean nothing
        return CLUSTERER_OF_FEW if images.features is None else CLUSTERER_OF_ROWS
    return CLUSTERER if find_spec("pymetis") is not None else CLUSTERER_OF_ROWS
