"""Variational deep embedding: a variational autoencoder with clusters as the prior of its codes."""

from dataclasses import dataclass

import numpy as np
from sklearn.mixture import GaussianMixture

from skfashion.autoencoders import BaseVariationalAutoencoder, DenseVAE
from skfashion.deep._base import BaseDeepClusterer

N_STARTS = 10  # of the mixture, as in the implementation of ClustPy
MIN_VARIANCE = 0.01  # of a cluster, as a share of that of the codes: the codes of a single row move out of a narrow one


@dataclass(kw_only=True, eq=False, repr=False)
class VaDE(BaseDeepClusterer):
    """Variational deep embedding.

    A variational autoencoder is trained, and a mixture of Gaussians with diagonal covariances is fitted to its codes.
    Then the mixture becomes the prior of the codes: encoder, decoder and mixture are trained together to maximise the
    evidence lower bound (ELBO) of the log-likelihood [1]_. The clusters of a row have the shares for which the bound is
    largest, so no draw is needed for them.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of clusters.
    autoencoder : variational autoencoder or None, default=None
        `DenseVAE`, `ConvVAE` or another subclass of `BaseVariationalAutoencoder`. It is copied and trained with its own
        parameters, except `random_state`, or taken as it is in a `FrozenEstimator`; bytes need its ``rescale=255.0``.
        Its `beta` is for the pretraining: with 0, codes are pulled to no prior before there are clusters. None is
        ``DenseVAE(10, hidden_layer_sizes=(500, 500, 2000), beta=0.0)``, the network of the paper, but with Gaussian
        rows, so that they may have any unit; ``loss="log_loss"`` is the Bernoulli likelihood of the paper.
    batch_size, learning_rate_init, max_iter, tol, update_interval, n_init
        As in `DEC`. `update_interval` is the number of epochs between two computations of the labels.
    reset_interval, reset_strength, warm_start, callbacks, verbose, random_state
        As in `DEC`.

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (n_clusters, n_components)
        Means of the Gaussians.
    labels_, loss_curve_, clustering_loss_curve_, label_change_curve_, converged_, n_iter_
        As in `DEC`. The losses are minus the ELBO, in nats a feature.
    n_features_in_, feature_names_in_
        As in `DEC`.

    See Also
    --------
    DEC : Soft clusters by distances from centres, without a probability of the rows.

    References
    ----------
    .. [1] Z. Jiang, Y. Zheng, H. Tan, B. Tang and H. Zhou (2017), Variational deep embedding: an unsupervised and
       generative approach to clustering, IJCAI, eqs. 12 to 17.

    Examples
    --------
    >>> from skfashion import DenseVAE, VaDE, load_fashion_mnist_sample
    >>> X, _ = load_fashion_mnist_sample(return_X_y=True)
    >>> autoencoder = DenseVAE(10, hidden_layer_sizes=(64,), rescale=255.0, beta=0.0, max_iter=5, tol=0)
    >>> vade = VaDE(10, autoencoder=autoencoder, max_iter=3, tol=0.9, random_state=0).fit(X[:500])
    >>> vade.predict(X[:3]).shape, vade.inverse_transform(vade.cluster_centers_).shape
    ((3,), (10, 784))
    """

    def build_clustering_network(self, encoder, decoder, **options):
        """Build the objective: minus the ELBO, in which all terms have the weight 1."""
        from skfashion.networks.clustering import MixtureNetwork

        return MixtureNetwork(encoder, decoder, self.n_clusters, **options | {"beta": 1.0, "beta_warmup": 0})

    def _clusters_of(self, codes, seed):
        """Fit a mixture of Gaussians to codes; return its weights, means and variances."""
        codes = codes.astype(np.float64)
        least = MIN_VARIANCE * codes.var(axis=0).mean() + 1e-6  # above 0 if all codes are the same
        options = {"n_init": N_STARTS, "reg_covar": least, "random_state": seed}
        mixture = GaussianMixture(self.n_clusters, covariance_type="diag", **options).fit(codes)
        return mixture.weights_, mixture.means_, mixture.covariances_

    @staticmethod
    def _default_autoencoder():
        return DenseVAE(10, hidden_layer_sizes=(500, 500, 2000), beta=0.0)

    def _check_autoencoder(self):
        autoencoder = self._autoencoder()
        if not isinstance(autoencoder, BaseVariationalAutoencoder):
            raise ValueError(
                f"autoencoder is a {type(autoencoder).__name__}, whose codes are no distributions; pass DenseVAE, "
                "ConvVAE or another subclass of BaseVariationalAutoencoder."
            )

    def predict_proba(self, X):
        """Return the probability of each cluster, given the mean of the row's code. Jiang et al. 2017, eq. 16.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Rows in the units of the training data.

        Returns
        -------
        ndarray of shape (n_samples, n_clusters)
            Probabilities, which sum to 1 in each row.
        """
        return super().predict_proba(X)
