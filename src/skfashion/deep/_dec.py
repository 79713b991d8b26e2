"""Deep embedded clustering, without and with the reconstruction."""

from dataclasses import dataclass
from numbers import Real
from typing import ClassVar

from sklearn.utils._param_validation import Interval

from skfashion.deep._centers import BaseCenterClusterer


@dataclass(kw_only=True, eq=False, repr=False)
class DEC(BaseCenterClusterer):
    """Deep embedded clustering.

    An autoencoder is trained, and k-means finds centres among its codes. Then the encoder and the centres are trained
    together: soft clusters of the codes, by Student's t kernel around the centres, approach sharper ones [1]_. The
    sharper ones are computed from all rows before each epoch, not from the rows of a batch. Unlike in the paper, the
    codes are whitened first.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of clusters.
    autoencoder : autoencoder or None, default=None
        `DenseAE`, `ConvAE` or another subclass of `BaseAutoencoder` that is not variational. It is copied and trained
        with its own parameters, except `random_state`; bytes need its ``rescale=255.0``. One that is trained already,
        ``FrozenEstimator(autoencoder)``, is not trained before: a copy of its weights is where the clustering starts,
        so that several clusterings can share a pretraining. None is
        ``DenseAE(10, hidden_layer_sizes=(500, 500, 2000))``, the network of the paper; a denoising one, as the paper
        has, finds better clusters: ``noise=0.3`` for values from 0 to 1.
    batch_size : int, default=256
        Rows of a step, after the pretraining.
    learning_rate_init : float, default=0.001
        Step size of Adam, after the pretraining.
    max_iter : int, default=100
        Largest number of epochs after the pretraining.
    tol : float, default=0.001
        Share of the labels: if fewer change between two computations of the targets, the training ends.
    update_interval : int, default=1
        Epochs between two computations of the targets.
    n_init : int, default=1
        Number of whole fits, from other initial weights (with a `FrozenEstimator`, from other starts of k-means). The
        one whose clusters agree most with the others is kept.
    reset_interval : int or None, default=None
        Epochs between two soft resets, which keep the training from settling early [2]_: fresh initial weights are
        mixed into all layers of the encoder but the last one, and the codes are clustered again, as after the
        pretraining. `label_change_curve_` jumps then, since clusters get new numbers. The authors have 20, and train
        for hundreds of epochs: pass a larger `max_iter`, and ``tol=0``. None resets nothing.
    reset_strength : float, default=0.2
        Share of the fresh weights in a soft reset: from 0, which clusters the codes again and changes no weight, to 1.
        The authors call 1 minus it the interpolation factor.
    whiten : bool, default=True
        Whether the codes are whitened before they are clustered, as by PCA: a linear map gives them mean 0, variance 1
        and no correlations, and its inverse comes before the decoder, so that the reconstruction stays the same. The
        scales of the units of an autoencoder mean little, but k-means and the kernel depend on them. The codes of
        `transform` are the whitened ones. A soft reset whitens again. False clusters codes as they are, as the paper.
    warm_start : bool, default=False
        Whether a further `fit` continues with the network of the last one, without the pretraining.
    callbacks : list or None, default=None
        Objects with a method ``on_epoch_end(epoch, logs)``, called after each epoch that follows the pretraining.
    verbose : int, default=0
        Whether to print a line for each of these epochs.
    random_state : int, RandomState instance or None, default=None
        Source of the initial weights, the order of the rows, and the starts of k-means.
    gamma : float or None, default=None
        Weight of the clustering loss; that of the reconstruction is then 1, as in `IDEC`. None trains without the
        reconstruction, and the decoder stays as it was: `inverse_transform` then gets worse.

    Attributes
    ----------
    labels_ : ndarray of shape (n_samples,)
        Cluster of each training row.
    cluster_centers_ : ndarray of shape (n_clusters, n_components)
        Centres of the clusters among the codes.
    loss_curve_ : list of float
        Loss of each epoch of the pretraining.
    clustering_loss_curve_ : list of float
        Loss of each epoch after it.
    label_change_curve_ : list of float
        Share of the labels that the last computation of the targets changed, for each of these epochs.
    converged_ : bool
        Whether `tol` or a callback ended the training.
    n_iter_ : int
        Epochs after the pretraining.
    n_features_in_ : int
        Number of features seen during `fit`.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, if X had string names.

    See Also
    --------
    IDEC : The same with the reconstruction, which keeps the codes from collapsing.
    DCN : Hard clusters and k-means among the codes.

    References
    ----------
    .. [1] J. Xie, R. Girshick and A. Farhadi (2016), Unsupervised deep embedding for clustering analysis, ICML.
    .. [2] L. Miklautz, T. Klein, K. Sidak, C. Leiber, T. Lang, A. Shkabrii, S. Tschiatschek and C. Plant (2025),
       Breaking the reclustering barrier in centroid-based deep clustering, ICLR.

    Examples
    --------
    >>> from skfashion import DEC, DenseAE, load_fashion_mnist_sample
    >>> X, _ = load_fashion_mnist_sample(return_X_y=True)
    >>> autoencoder = DenseAE(10, hidden_layer_sizes=(64,), rescale=255.0, max_iter=5)
    >>> dec = DEC(10, autoencoder=autoencoder, max_iter=3, tol=0.9, random_state=0).fit(X[:500])
    >>> dec.predict(X[:3]).shape, dec.predict_proba(X[:3]).shape, dec.transform(X[:3]).shape
    ((3,), (3, 10), (3, 10))
    """

    gamma: float | None = None

    _parameter_constraints: ClassVar[dict] = {
        **BaseCenterClusterer._parameter_constraints,
        "gamma": [Interval(Real, 0, None, closed="neither"), None],
    }

    def build_clustering_network(self, encoder, decoder, **options):
        """Build the objective."""
        from skfashion.networks.clustering import SharpenedNetwork

        return SharpenedNetwork(encoder, decoder, self.n_clusters, gamma=self.gamma, **options)

    @staticmethod
    def targets_of(assignments):
        """Return the sharper soft clusters of all rows."""
        from skfashion.networks.losses import target_distribution

        return target_distribution(assignments)

    def _network_parameters(self):
        return super()._network_parameters() | {"gamma": self.gamma}


@dataclass(kw_only=True, eq=False, repr=False)
class IDEC(DEC):
    """Improved deep embedded clustering: `DEC` with the reconstruction.

    The loss is that of the reconstruction plus `gamma` times that of the clusters [1]_, so that the codes go on to
    describe the rows.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of clusters.
    autoencoder, batch_size, learning_rate_init, max_iter, tol, update_interval, n_init
        As in `DEC`.
    reset_interval, reset_strength, whiten, warm_start, callbacks, verbose, random_state
        As in `DEC`.
    gamma : float, default=0.1
        Weight of the clustering loss.

    Attributes
    ----------
    labels_, cluster_centers_, loss_curve_, clustering_loss_curve_, label_change_curve_, converged_, n_iter_
        As in `DEC`.

    See Also
    --------
    DEC : The same without the reconstruction.

    References
    ----------
    .. [1] X. Guo, L. Gao, X. Liu and J. Yin (2017), Improved deep embedded clustering with local structure
       preservation, IJCAI, eq. 8.

    Examples
    --------
    >>> from skfashion import DenseAE, IDEC, load_fashion_mnist_sample
    >>> X, _ = load_fashion_mnist_sample(return_X_y=True)
    >>> autoencoder = DenseAE(10, hidden_layer_sizes=(64,), rescale=255.0, max_iter=5)
    >>> idec = IDEC(10, autoencoder=autoencoder, max_iter=3, tol=0.9, random_state=0).fit(X[:500])
    >>> idec.inverse_transform(idec.cluster_centers_).shape
    (10, 784)
    """

    gamma: float | None = 0.1
