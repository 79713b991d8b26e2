"""Paper B, Tella: k-means on pixels, and k-means and a Gaussian mixture on the code of an autoencoder."""

from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from skfashion import DenseAE
from skfashion.experiments._rows import Paper, Row
from skfashion.plugins import bytes_to_unit

TELLA = Paper("B", "S. Tella", "Cluster Analysis on Fashion-MNIST Dataset using Unsupervised Learning")

_AUTOENCODER_DETAILS = (
    "Open in the paper: activations, loss, optimiser, epochs. Taken: ReLU; a linear code, a logistic output and the "
    "squared error, which had the lowest held-out error of those tried (benchmarks/open_details.py); Adam at its "
    "default rate; up to 50 epochs, ended by the error on a held-out tenth."
)


def kmeans_on_pixels(*, memory, random_state):
    """K-means as section 4.1 sets it up; "the number of iterations as 10" is read as n_init."""
    kmeans = KMeans(10, n_init=10, max_iter=350, tol=1e-10, random_state=random_state)
    return Pipeline([("scale", FunctionTransformer(bytes_to_unit)), ("kmeans", kmeans)])


def kmeans_on_code(*, memory, random_state):
    """The autoencoder of section 4.2, then k-means with section 4.1's parameters."""
    kmeans = KMeans(10, n_init=10, max_iter=350, tol=1e-10, random_state=random_state)
    return Pipeline([("ae", _autoencoder(random_state)), ("kmeans", kmeans)], memory=memory)


def mixture_on_code(*, memory, random_state):
    """The same encoder, then the mixture of section 4.3."""
    gmm = GaussianMixture(10, tol=1e-5, max_iter=300, random_state=random_state)
    return Pipeline([("ae", _autoencoder(random_state)), ("gmm", gmm)], memory=memory)


def _autoencoder(random_state):
    return DenseAE(
        10,
        hidden_layer_sizes=(1500, 1000, 500),
        output_activation="logistic",
        rescale=255.0,
        max_iter=50,
        tol=0.0,
        n_iter_no_change=5,
        early_stopping=True,
        random_state=random_state,
    )


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
    ),
    Row(
        "B3",
        "the same autoencoder + Gaussian mixture",
        TELLA,
        "section 5.5",
        mixture_on_code,
        {"purity": 0.6035833333333334},
        details=_AUTOENCODER_DETAILS,
    ),
]
