"""Paper B, Tella: k-means on pixels, and k-means and a Gaussian mixture on the code of an autoencoder."""

import numpy as np
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from skfashion import DenseAE
from skfashion.experiments import _pictures
from skfashion.experiments._clusterings import n_empty_columns, scores_of_matrix
from skfashion.experiments._measures import Data, fitted
from skfashion.experiments._rows import Claim, Conclusion, Erratum, Paper, Row
from skfashion.plugins import bytes_to_unit

TELLA = Paper("B", "S. Tella", "Cluster Analysis on Fashion-MNIST Dataset using Unsupervised Learning")

_AUTOENCODER_DETAILS = (
    "Two seeds: training takes over ten minutes if two processes share two cores. Open in the paper: activations, "
    "loss, optimiser, epochs. Our choice: ReLU; a linear code, a logistic output and the squared error, which had the "
    "lowest held-out error (benchmarks/open_details.py); Adam at its default rate; up to 50 epochs, ended by the error "
    "on a held-out tenth."
)


# Classes by clusters, as printed

MATRIX_5_4 = (
    (4271, 374, 49, 1118, 31, 0, 0, 15, 135, 7),
    (41, 5699, 0, 109, 116, 0, 0, 28, 4, 3),
    (278, 23, 3008, 139, 2422, 0, 0, 6, 118, 6),
    (184, 3157, 36, 2524, 42, 0, 0, 21, 32, 4),
    (37, 29, 1443, 1293, 2936, 0, 0, 4, 252, 6),
    (13, 19, 69, 0, 4, 0, 0, 2744, 39, 3112),
    (1422, 125, 2484, 874, 816, 0, 0, 10, 254, 15),
    (0, 0, 0, 0, 0, 0, 0, 4676, 8, 1316),
    (140, 78, 2, 41, 24, 0, 0, 77, 5553, 85),
    (0, 5, 0, 1, 0, 0, 0, 55, 20, 5919),
)
MATRIX_5_6 = (
    (4699, 373, 123, 607, 36, 3, 0, 1, 157, 1),
    (137, 5660, 8, 84, 103, 0, 0, 4, 4, 0),
    (168, 7, 3545, 126, 2087, 0, 0, 1, 66, 0),
    (493, 2820, 63, 2516, 50, 1, 0, 1, 56, 0),
    (86, 15, 1165, 1163, 3542, 0, 0, 0, 29, 0),
    (25, 0, 25, 1, 10, 2250, 0, 2449, 32, 1208),
    (1525, 172, 2783, 535, 774, 0, 0, 1, 209, 1),
    (1, 0, 0, 0, 0, 1366, 0, 4552, 21, 60),
    (144, 52, 52, 28, 43, 17, 0, 16, 5643, 5),
    (5, 0, 5, 5, 4, 2114, 0, 45, 14, 3808),
)


def kmeans_on_pixels(random_state):
    """Make the k-means of section 4.1; we read "the number of iterations as 10" as n_init."""
    kmeans = KMeans(10, n_init=10, max_iter=350, tol=1e-10, random_state=random_state)
    return Pipeline([("scale", FunctionTransformer(bytes_to_unit)), ("kmeans", kmeans)])


def kmeans_on_code(random_state):
    """Encode by the autoencoder of section 4.2, then cluster by k-means with the parameters of section 4.1."""
    kmeans = KMeans(10, n_init=10, max_iter=350, tol=1e-10, random_state=random_state)
    return Pipeline([("ae", _autoencoder(random_state)), ("kmeans", kmeans)])


def mixture_on_code(random_state):
    """Encode by the same autoencoder, then cluster by the mixture of section 4.3."""
    gmm = GaussianMixture(10, tol=1e-5, max_iter=300, random_state=random_state)
    return Pipeline([("ae", _autoencoder(random_state)), ("gmm", gmm)])


def _autoencoder(random_state):
    return DenseAE(
        10,
        hidden_layer_sizes=(1500, 1000, 500),
        output_activation="logistic",
        rescale=255.0,
        batch_size=256,
        learning_rate="constant",
        max_iter=50,
        tol=0.0,
        n_iter_no_change=5,
        early_stopping=True,
        random_state=random_state,
    )


def measure_losses(pipeline, data: Data, seed: int, memory) -> dict[str, float]:
    """Return the mean squared errors of the epoch with the kept weights, and its number."""
    trained = fitted(pipeline, data.X, memory)["ae"]
    best = min(range(trained.n_iter_), key=trained.validation_loss_curve_.__getitem__)
    return {
        "training_loss": trained.loss_curve_[best],
        "validation_loss": trained.validation_loss_curve_[best],
        "best_epoch": best + 1,
        "epochs": trained.n_iter_,
    }


def draw_losses(pipeline, data: Data, memory):
    """Draw the figure of section 5.2."""
    return _pictures.draw_loss_curves(fitted(pipeline, data.X, memory)["ae"])


def _of_matrices(_data):
    return {
        "n_images": int(np.sum(MATRIX_5_4)),
        "kmeans": scores_of_matrix(MATRIX_5_4)["purity"],
        "mixture": scores_of_matrix(MATRIX_5_6)["purity"],
        "empty_kmeans": n_empty_columns(MATRIX_5_4),
        "empty_mixture": n_empty_columns(MATRIX_5_6),
    }


CONCLUSIONS = [
    Conclusion(TELLA, "section 6", claim)
    for claim in (
        Claim("k-means on the code is purer than on pixels", "B2 purity", "B1 purity"),
        Claim("the mixture on the code is purer than k-means on it", "B3 purity", "B2 purity"),
    )
]


ERRATA = [
    Erratum(
        TELLA,
        "sections 5.3 to 5.6",
        "The accuracy of the paper is purity: several clusters may stand for one class. The columns of the matrices "
        "are clusters, renamed by classes. Of ten columns, {empty_kmeans} and {empty_mixture} are empty. The shares on "
        "the diagonals, {kmeans:.4f} and {mixture:.4f}, are the published values.",
        _of_matrices,
    ),
    Erratum(
        TELLA,
        "sections 4.1 and 4.2",
        "The text says that the test images are clustered. These are the training images: the matrices count "
        "{n_images:,} images.",
        _of_matrices,
    ),
]


ROWS = [
    Row("B1", "k-means on pixels", TELLA, "section 5.1", kmeans_on_pixels, {"purity": 0.5532666666666667}),
    Row(
        "B2",
        "autoencoder 784-1500-1000-500-10 + k-means",
        TELLA,
        "section 5.3",
        kmeans_on_code,
        {"purity": 0.5764333333333334},
        details=_AUTOENCODER_DETAILS,
        max_seeds=2,
        draw=_pictures.draw_training_partition,
    ),
    Row(
        "B3",
        "the same autoencoder + Gaussian mixture",
        TELLA,
        "section 5.5",
        mixture_on_code,
        {"purity": 0.6035833333333334},
        details=_AUTOENCODER_DETAILS,
        max_seeds=2,
        draw=_pictures.draw_training_partition,
    ),
    Row(
        "B4",
        "training and validation loss of the autoencoder of B2",
        TELLA,
        "section 5.2",
        kmeans_on_code,
        details=_AUTOENCODER_DETAILS,
        max_seeds=2,
        measure=measure_losses,
        draw=draw_losses,
    ),
]
