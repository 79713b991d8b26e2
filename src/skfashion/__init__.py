"""Unsupervised image learning in scikit-learn's own words.

Public names are resolved when they are first used: importing the package imports neither Keras nor Optuna nor
matplotlib.
"""

import importlib
from typing import TYPE_CHECKING

__version__ = "0.1.0"

_NAMES = {
    "autoencoders": ("ConvAE", "ConvVAE", "DenseAE", "DenseVAE"),
    "classifiers": ("ConvClassifier", "DenseClassifier"),
    "clusterers": (
        "ClusterClassifier",
        "ConsensusClusterer",
        "GraphPartition",
        "KNNSpectral",
        "SphericalKMeans",
        "SubclusterRefiner",
        "Ward",
    ),
    "contrastive": ("ContrastiveEncoder", "NeighborHeads"),
    "datasets": ("fetch_fashion_mnist", "load_fashion_mnist_sample", "read_images"),
    "deep": ("DCN", "DEC", "IDEC", "VaDE", "make_n2d"),
    "features": ("HOGFeatures", "ImageFeatures", "PretrainedFeatures"),
    "metrics": (
        "CalinskiHarabasz",
        "DaviesBouldin",
        "HungarianAccuracy",
        "Modularity",
        "Purity",
        "Silhouette",
        "Stability",
    ),
    "persistence": ("load", "save"),
    "search": ("PipelineSearch", "suggest_pipeline"),
}
_HOMES = {name: f"skfashion.{room}" for room, names in _NAMES.items() for name in names}

__all__ = [
    "DCN",
    "DEC",
    "IDEC",
    "CalinskiHarabasz",
    "ClusterClassifier",
    "ConsensusClusterer",
    "ContrastiveEncoder",
    "ConvAE",
    "ConvClassifier",
    "ConvVAE",
    "DaviesBouldin",
    "DenseAE",
    "DenseClassifier",
    "DenseVAE",
    "GraphPartition",
    "HOGFeatures",
    "HungarianAccuracy",
    "ImageFeatures",
    "KNNSpectral",
    "Modularity",
    "NeighborHeads",
    "PipelineSearch",
    "PretrainedFeatures",
    "Purity",
    "Silhouette",
    "SphericalKMeans",
    "Stability",
    "SubclusterRefiner",
    "VaDE",
    "Ward",
    "fetch_fashion_mnist",
    "load",
    "load_fashion_mnist_sample",
    "make_n2d",
    "read_images",
    "save",
    "suggest_pipeline",
]

if TYPE_CHECKING:  # for editors and type checkers, which do not run __getattr__
    from skfashion.autoencoders import ConvAE, ConvVAE, DenseAE, DenseVAE
    from skfashion.classifiers import ConvClassifier, DenseClassifier
    from skfashion.clusterers import (
        ClusterClassifier,
        ConsensusClusterer,
        GraphPartition,
        KNNSpectral,
        SphericalKMeans,
        SubclusterRefiner,
        Ward,
    )
    from skfashion.contrastive import ContrastiveEncoder, NeighborHeads
    from skfashion.datasets import fetch_fashion_mnist, load_fashion_mnist_sample, read_images
    from skfashion.deep import DCN, DEC, IDEC, VaDE, make_n2d
    from skfashion.features import HOGFeatures, ImageFeatures, PretrainedFeatures
    from skfashion.metrics import (
        CalinskiHarabasz,
        DaviesBouldin,
        HungarianAccuracy,
        Modularity,
        Purity,
        Silhouette,
        Stability,
    )
    from skfashion.persistence import load, save
    from skfashion.search import PipelineSearch, suggest_pipeline


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
