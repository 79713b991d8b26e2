"""Our own and scikit-learn's parts, as pyproject.toml registers them."""

from sklearn.cluster import AgglomerativeClustering, BisectingKMeans, KMeans, MiniBatchKMeans
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import FunctionTransformer

from skfashion.autoencoders import ConvAE, ConvVAE, DenseAE, DenseVAE
from skfashion.plugins.registry import Plugin

# Sizes that fit small grey images; a search or `reducer__...` parameters change them.
conv_ae = Plugin(lambda: ConvAE(10))
conv_vae = Plugin(lambda: ConvVAE(10))
dense_ae = Plugin(lambda: DenseAE(10, hidden_layer_sizes=(500, 250)))
dense_vae = Plugin(lambda: DenseVAE(10, hidden_layer_sizes=(500, 250)))
pca = Plugin(lambda: PCA(24))
identity = Plugin(lambda: FunctionTransformer(feature_names_out="one-to-one"))

agglomerative = Plugin(AgglomerativeClustering, max_samples=20_000)  # Ward's distances grow with the square
bisecting_kmeans = Plugin(BisectingKMeans)
gmm = Plugin(GaussianMixture)
kmeans = Plugin(lambda: KMeans(n_init=10))
minibatch_kmeans = Plugin(lambda: MiniBatchKMeans(n_init=10))
