"""The reducer and the clusterer of `skfashion cluster` if the user does not name them."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from skfashion.plugins.registry import IDENTITY, MIN_IMAGES, takes_images

if TYPE_CHECKING:
    from skfashion.cli._input import Images  # loads numpy, which --help does without

AUTO = "auto"  # the number of clusters
REDUCER, CLUSTERER = "hog", "graph-partition"
FALLBACK_REDUCER, FALLBACK_CLUSTERER = "dense-ae", "gmm"


def choose_names(images: Images, reducer: str | None, clusterer: str | None) -> tuple[str, str]:
    """Return the names of a reducer and a clusterer. Names that are given stay.

    Raises
    ------
    PluginError
        If the clusterer cannot be used.
    """
    if clusterer is None:
        clusterer = CLUSTERER if _suits_graph(images) else FALLBACK_CLUSTERER
    if reducer is not None:
        return reducer, clusterer
    if takes_images(clusterer):
        return IDENTITY, clusterer
    is_hog = clusterer == CLUSTERER and images.image_shape is not None
    return REDUCER if is_hog else FALLBACK_REDUCER, clusterer


def _suits_graph(images):
    """Return True for enough images, if the package is there that cuts graphs."""
    return images.image_shape is not None and len(images.X) >= MIN_IMAGES and find_spec("pymetis") is not None
