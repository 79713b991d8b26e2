"""N2D as a Pipeline: an autoencoder, UMAP of its codes, and a mixture of Gaussians."""

from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.frozen import FrozenEstimator
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import Pipeline

from skfashion.autoencoders import DenseAE

KEPT_VARIANCE = 1 - 1e-4  # of the codes: the noise of a dead unit would get the variance of all others


def make_n2d(n_clusters=8, *, autoencoder=None, whiten=True, n_neighbors=20, random_state=None):
    """Make the Pipeline of N2D, "not too deep" clustering.

    An autoencoder is trained, UMAP embeds its codes in as many dimensions as there are clusters, and a mixture of
    Gaussians clusters them [1]_. No step knows of the next one, so the steps are those of a Pipeline, and
    ``n2d.fit_predict(X)`` trains them. Unlike in the paper, the codes are whitened first.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of clusters.
    autoencoder : transformer or None, default=None
        Any autoencoder; it is copied, and one in a `FrozenEstimator` is taken as it is. None is
        ``DenseAE(n_clusters, hidden_layer_sizes=(500, 500, 2000))``, the network of the paper.
    whiten : bool, default=True
        Whether codes are whitened: the scales of the units of an autoencoder mean little, but neighbours depend on
        them. False embeds codes as they are, as the paper.
    n_neighbors : int, default=20
        Neighbours of a row in the graph of UMAP.
    random_state : int or None, default=None
        Source of all random numbers. A seeded UMAP is the same on one machine, but differs between machines and
        versions of umap-learn, and has one thread.

    Returns
    -------
    Pipeline
        Its steps are "autoencoder", "whitening" (a PCA, if `whiten`), "umap" and "mixture". It has `fit_predict`,
        `predict` and `predict_proba`. UMAP places new rows one after another: their clusters may depend on the rows
        that come with them.

    Raises
    ------
    ImportError
        If umap-learn is not installed.

    See Also
    --------
    DEC : An autoencoder that is trained for its clusters.

    References
    ----------
    .. [1] R. McConville, R. Santos-Rodriguez, R. Piechocki and I. Craddock (2021), N2D: (not too) deep clustering via
       clustering the local manifold of an autoencoded embedding, ICPR.

    Examples
    --------
    >>> from skfashion import DenseAE, load_fashion_mnist_sample, make_n2d
    >>> X, _ = load_fashion_mnist_sample(return_X_y=True)
    >>> autoencoder = DenseAE(10, hidden_layer_sizes=(64,), rescale=255.0, max_iter=5, tol=0)
    >>> n2d = make_n2d(10, autoencoder=autoencoder, random_state=0)  # doctest: +SKIP
    >>> n2d.fit_predict(X[:500]).shape  # doctest: +SKIP
    (500,)
    """
    try:
        from umap import UMAP  # its import takes seconds
    except ImportError as error:
        raise ImportError("N2D needs the package umap-learn; pip install 'skfashion[umap]'.") from error
    if autoencoder is None:
        autoencoder = DenseAE(n_clusters, hidden_layer_sizes=(500, 500, 2000))
    n_jobs = -1 if random_state is None else 1  # a seed allows one thread only, and UMAP warns of more
    steps = [
        ("autoencoder", clone(autoencoder)),
        *([("whitening", PCA(KEPT_VARIANCE, whiten=True))] if whiten else []),
        ("umap", UMAP(n_components=n_clusters, n_neighbors=n_neighbors, min_dist=0.0, n_jobs=n_jobs)),
        ("mixture", GaussianMixture(n_clusters)),
    ]
    seeds = {f"{name}__random_state": random_state for name, _ in steps}
    if isinstance(autoencoder, FrozenEstimator):
        del seeds["autoencoder__random_state"]
    return Pipeline(steps).set_params(**seeds)
