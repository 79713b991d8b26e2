"""Plugins of our own estimators and scikit-learn's, with the spaces that searches draw from.

Default sizes fit small grey images. `max_samples` is set if time or memory grows with the square of the rows.
`max_features` is set if it grows with the square of the features, or if trees search neighbours no faster than brute
force.
"""

from sklearn.cluster import (
    HDBSCAN,
    OPTICS,
    AgglomerativeClustering,
    Birch,
    BisectingKMeans,
    KMeans,
    MiniBatchKMeans,
    SpectralClustering,
)
from sklearn.decomposition import NMF, PCA, FastICA, KernelPCA, TruncatedSVD
from sklearn.mixture import BayesianGaussianMixture, GaussianMixture
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.random_projection import GaussianRandomProjection

from skfashion.autoencoders import ConvAE, ConvVAE, DenseAE, DenseVAE
from skfashion.clusterers import GraphPartition, KNNSpectral, SphericalKMeans
from skfashion.contrastive import ContrastiveEncoder, NeighborHeads
from skfashion.deep import DCN, DEC, IDEC, VaDE
from skfashion.features import CappedPCA, HOGFeatures, ImageFeatures, PretrainedFeatures
from skfashion.plugins.registry import Plugin


def _integer(name, low, high):
    """Make a `suggest` of one integer; its logarithm is drawn."""
    return lambda trial: {name: trial.suggest_int(name, low, high, log=True)}


_size = _integer("n_components", 2, 64)
_neighbors = _integer("n_neighbors", 5, 50)


def _layers(name, choices):
    """Make the `suggest` of an autoencoder with these choices of its layers, which Optuna takes as texts."""
    by_text = {str(choice): choice for choice in choices}

    def suggest(trial):
        layers = by_text[trial.suggest_categorical(name, list(by_text))]
        return {
            name: layers,
            **_size(trial),
            "learning_rate_init": trial.suggest_float("learning_rate_init", 3e-4, 3e-3, log=True),
        }

    return suggest


_dense = _layers("hidden_layer_sizes", ((), (256, 64), (500, 250), (1500, 1000, 500)))
_conv = _layers("filters", ((16, 32), (32, 64)))


def _kernel(trial):
    kernel = trial.suggest_categorical("kernel", ["cosine", "rbf"])
    if kernel == "cosine":
        return _size(trial) | {"kernel": kernel}
    return _size(trial) | {"kernel": kernel, "gamma": trial.suggest_float("gamma", 1e-4, 1e-1, log=True)}


def _histograms(trial):
    """Draw a share of the image for a cell: pixels would make too many features of large images."""
    return {
        "hog__cell": trial.suggest_float("hog__cell", 0.1, 0.25),
        "pca__n_components": trial.suggest_int("pca__n_components", 32, 200, log=True),
    }


conv_ae = Plugin(lambda: ConvAE(10), _conv)
conv_vae = Plugin(lambda: ConvVAE(10), _conv)
dense_ae = Plugin(lambda: DenseAE(10, hidden_layer_sizes=(500, 250)), _dense)
dense_vae = Plugin(lambda: DenseVAE(10, hidden_layer_sizes=(500, 250)), _dense)
contrastive = Plugin(ContrastiveEncoder, _size, only_if_named=True, divides_bytes=True)
fast_ica = Plugin(lambda: FastICA(24, whiten="unit-variance", max_iter=500), _size)
hog = Plugin(lambda: Pipeline([("hog", HOGFeatures()), ("pca", CappedPCA(150))]), _histograms, divides_bytes=True)
image_features = Plugin(ImageFeatures, _integer("n_components", 32, 200), divides_bytes=True)
identity = Plugin(lambda: FunctionTransformer(feature_names_out="one-to-one"))
kernel_pca = Plugin(lambda: KernelPCA(24, kernel="cosine"), _kernel, max_samples=10_000)
nmf = Plugin(lambda: NMF(24, init="nndsvda", max_iter=500), _size)
pca = Plugin(lambda: PCA(24), _size)
pretrained = Plugin(lambda: PretrainedFeatures(None), needs=("model",), divides_bytes=True)
random_projection = Plugin(lambda: GaussianRandomProjection(24), _size)
truncated_svd = Plugin(lambda: TruncatedSVD(24), _size)


def _covariance(trial):
    kind = trial.suggest_categorical("covariance_type", ["full", "tied", "diag"])
    return {"covariance_type": kind, "reg_covar": trial.suggest_float("reg_covar", 1e-6, 1e-3, log=True)}


def _linkage(trial):
    return {"linkage": trial.suggest_categorical("linkage", ["ward", "average", "complete"])}


def _graph(trial):
    return _neighbors(trial) | {"n_components": trial.suggest_int("n_components", 6, 20)}


def _denoising():
    """Make the autoencoder of deep clusterers, for values from 0 to 1, as commands and searches pass them."""
    return DenseAE(10, hidden_layer_sizes=(256, 256, 512), noise=0.3)


agglomerative = Plugin(AgglomerativeClustering, _linkage, max_samples=20_000)
bayesian_gmm = Plugin(lambda: BayesianGaussianMixture(max_iter=300), _covariance, max_features=256)
birch = Plugin(Birch, lambda trial: {"threshold": trial.suggest_float("threshold", 0.05, 2.0, log=True)})
bisecting_kmeans = Plugin(BisectingKMeans)
dcn = Plugin(lambda: DCN(autoencoder=_denoising()), takes="images", only_if_named=True)
dec = Plugin(lambda: DEC(autoencoder=_denoising()), takes="images", only_if_named=True)
gmm = Plugin(GaussianMixture, _covariance, max_features=256)
graph_partition = Plugin(GraphPartition, _integer("n_neighbors", 15, 50))
hdbscan = Plugin(lambda: HDBSCAN(copy=True), _integer("min_cluster_size", 5, 500), max_samples=20_000, max_features=256)
idec = Plugin(lambda: IDEC(autoencoder=_denoising()), takes="images", only_if_named=True)
kmeans = Plugin(lambda: KMeans(n_init=10))
knn_spectral = Plugin(KNNSpectral, _graph)
minibatch_kmeans = Plugin(lambda: MiniBatchKMeans(n_init=10))
neighbor_heads = Plugin(lambda: NeighborHeads(encoder=ContrastiveEncoder()), takes="images", only_if_named=True)
optics = Plugin(OPTICS, _integer("min_samples", 5, 50), max_samples=10_000, max_features=256)
spectral = Plugin(lambda: SpectralClustering(affinity="nearest_neighbors"), _neighbors, max_samples=10_000)
spherical_kmeans = Plugin(SphericalKMeans)
vade = Plugin(VaDE, takes="images", only_if_named=True)
