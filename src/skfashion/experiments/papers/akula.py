"""Paper C, Akula: k-means on pixels, and k-means and a Gaussian mixture on codes of autoencoders."""

from functools import partial
from typing import Any

import numpy as np
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from skfashion import ConvAE, DenseAE
from skfashion.experiments import _pictures
from skfashion.experiments._clusterings import measure_clusterings, n_empty_columns, scores_of_matrix
from skfashion.experiments._rows import Claim, Conclusion, Erratum, Paper, Row
from skfashion.plugins import bytes_to_unit

AKULA = Paper("C", "U. Akula", "Image Classification Using Unsupervised Learning Methods")

_TRAINING: dict[str, Any] = {
    "output_activation": "logistic",
    "rescale": 255.0,
    "batch_size": 256,
    "learning_rate": "constant",
    "max_iter": 50,
    "tol": 0.0,
    "n_iter_no_change": 4,  # the fifth epoch without progress ends the training
    "early_stopping": True,
}
_DETAILS = (
    "One seed: training takes over ten minutes if two processes share two cores. Open in the paper: loss, epochs, and "
    "the layers of the two activations that it names. Our choice: ReLU in the hidden layers, a linear code, a logistic "
    "output and the squared error, which had the lowest held-out error for paper B (benchmarks/open_details.py); Adam; "
    "up to 50 epochs. Training ends after five epochs without a lower error on a held-out tenth, as in section 3.2. "
    "Clusters are of the training images, as in the printed matrices."
)

# Classes by clusters, as printed; the clusters of the first matrix are not matched with classes

MATRIX_5_3 = (
    (168, 262, 45, 343, 8, 4687, 8, 27, 1, 451),
    (44, 83, 3, 5697, 13, 16, 2, 30, 0, 112),
    (1002, 2479, 52, 12, 9, 31, 1, 2303, 1, 110),
    (137, 89, 11, 3767, 3, 225, 0, 29, 0, 1739),
    (453, 658, 23, 26, 3, 9, 0, 3519, 0, 1309),
    (442, 0, 55, 1, 3381, 0, 1443, 1, 676, 1),
    (1268, 1262, 139, 116, 5, 1310, 3, 1411, 0, 486),
    (2, 0, 17, 0, 5236, 0, 12, 0, 733, 0),
    (1909, 280, 3392, 32, 116, 18, 22, 36, 26, 169),
    (7, 0, 45, 1, 318, 6, 1803, 0, 3817, 3),
)
MATRIX_5_4 = (
    (4364, 132, 27, 816, 10, 2, 0, 1, 648, 0),
    (27, 5513, 29, 305, 17, 6, 0, 0, 103, 0),
    (26, 2, 2755, 480, 2441, 1, 0, 0, 295, 0),
    (1264, 2396, 4, 1875, 2, 0, 0, 0, 459, 0),
    (79, 6, 1389, 1628, 2599, 0, 0, 0, 299, 0),
    (0, 0, 2, 0, 0, 3608, 0, 149, 2075, 166),
    (1170, 25, 1649, 1298, 1311, 1, 0, 0, 546, 0),
    (0, 0, 0, 0, 0, 735, 0, 4910, 39, 316),
    (0, 3, 6, 215, 6, 52, 0, 3, 5713, 2),
    (0, 0, 0, 6, 1, 145, 0, 488, 220, 5140),
)


def on_pixels(clusterer, random_state):
    """Scale the pixels to [0, 1], then cluster them."""
    clusterer = clusterer(random_state=random_state)
    return Pipeline([("scale", FunctionTransformer(bytes_to_unit)), ("clusterer", clusterer)])


def on_dense_code(clusterer, random_state):
    """Encode by the autoencoder of section 4.2, then cluster the codes."""
    ae = DenseAE(10, hidden_layer_sizes=(2000, 1000, 500), **_TRAINING, random_state=random_state)
    return Pipeline([("ae", ae), ("clusterer", clusterer(random_state=random_state))])


def on_convolutional_codes(random_state):
    """Make autoencoders with convolutions, pooling and dropout, with each activation and each clusterer."""
    pipelines = {}
    for activation in ("relu", "logistic"):
        ae = ConvAE(
            10, filters=(32, 64), pooling="max", dropout=0.2, activation=activation, **_CONV, random_state=random_state
        )
        for name, clusterer in (("kmeans", KMEANS), ("gmm", MIXTURE)):
            steps = [("ae", ae), ("clusterer", clusterer(random_state=random_state))]
            pipelines[f"{activation}_{name}"] = Pipeline(steps)
    return pipelines


_CONV: dict[str, Any] = _TRAINING | {"max_iter": 10}
KMEANS, MIXTURE = partial(KMeans, 10, n_init=10), partial(GaussianMixture, 10)


def _of_matrices(_data):
    return scores_of_matrix(MATRIX_5_3) | {
        "n_images": int(np.sum(MATRIX_5_3)),
        "mixture": scores_of_matrix(MATRIX_5_4)["purity"],
        "empty": n_empty_columns(MATRIX_5_4),
    }


CONCLUSIONS = [
    Conclusion(AKULA, "section 6", claim)
    for claim in (
        Claim("k-means on the code is purer than on pixels", "C2 purity", "C1 purity"),
        Claim("the mixture on the code is purer than k-means on it", "C3 purity", "C2 purity"),
        Claim(
            "convolutions with pooling and dropout make k-means' clusters purer", "C4 purity_relu_kmeans", "C2 purity"
        ),
    )
]


ERRATA = [
    Erratum(
        AKULA,
        "sections 5.3 and 5.4",
        "The accuracy of the paper is purity: several clusters may stand for one class. The matrix of section 5.3, "
        "which is printed before any matching, has a purity of {purity:.4f}, the published value, and a Hungarian "
        "accuracy of {hungarian_accuracy:.4f}. The matrix of section 5.4 has a purity of {mixture:.5f}, and {empty} "
        "empty column.",
        _of_matrices,
    ),
    Erratum(
        AKULA,
        "sections 1.6 and 3.6",
        "The text says that the test images are clustered. These are the training images: the matrices count "
        "{n_images:,} images.",
        _of_matrices,
    ),
    Erratum(
        AKULA,
        "section 5.4",
        "The heading says that the mixture has no autoencoder (row C3b). Section 3.7 and the conclusion say that it "
        "has one (row C3).",
    ),
]


_MIXTURE_PUBLISHED = {"purity": 0.60795}

ROWS = [
    Row("C1", "k-means on pixels", AKULA, "section 5.1", partial(on_pixels, KMEANS), {"purity": 0.5534}),
    Row(
        "C2",
        "autoencoder 784-2000-1000-500-10 + k-means",
        AKULA,
        "section 5.3",
        partial(on_dense_code, KMEANS),
        {"purity": 0.5713},
        details=_DETAILS,
        draw=_pictures.draw_training_partition,
        max_seeds=1,
    ),
    Row(
        "C3",
        "the same autoencoder + Gaussian mixture",
        AKULA,
        "section 5.4",
        partial(on_dense_code, MIXTURE),
        _MIXTURE_PUBLISHED,
        details=_DETAILS,
        draw=_pictures.draw_training_partition,
        max_seeds=1,
    ),
    Row(
        "C3b",
        "Gaussian mixture on pixels",
        AKULA,
        "section 5.4, by its heading",
        partial(on_pixels, MIXTURE),
        _MIXTURE_PUBLISHED,
        {
            "purity": "section 3.7 and the conclusion say that the published value is that of the mixture on the code, "
            "row C3."
        },
        details=(
            "One seed: it takes about ten minutes if two processes share two cores, for ten covariances of 784 pixels."
        ),
        max_seeds=1,
    ),
    Row(
        "C4",
        "convolutional autoencoder with pooling and dropout + k-means or Gaussian mixture",
        AKULA,
        "sections 4.1 and 6",
        on_convolutional_codes,
        details=(
            "One seed: the two trainings take over ten minutes if two processes share two cores. The paper names "
            "convolutions, pooling, dropout, ReLU and the logistic function; everything else is open. Our choice: 32 "
            "and 64 filters, max-pooling, a dropout of one fifth, ten components, up to 10 epochs of Adam, ended by "
            "the error on a held-out tenth."
        ),
        measure=measure_clusterings,
        max_seeds=1,
    ),
]
