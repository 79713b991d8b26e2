"""The deep clustering network: k-means among codes that are trained for it."""

from dataclasses import dataclass
from numbers import Real
from typing import ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from skfashion.deep._centers import BaseCenterClusterer


@dataclass(kw_only=True, eq=False, repr=False)
class DCN(BaseCenterClusterer):
    """Deep clustering network.

    An autoencoder is trained, and k-means finds centres among its codes. Then three steps alternate [1]_: rows get the
    nearest centre, before each epoch; the network is trained to reconstruct the rows and to bring codes to their
    centres; and each batch moves the centres to the running means of their codes. Unlike in the paper, the codes are
    whitened first.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of clusters.
    autoencoder, batch_size, learning_rate_init, max_iter, tol, update_interval, n_init
        As in `DEC`.
    reset_interval, reset_strength, whiten, warm_start, callbacks, verbose, random_state
        As in `DEC`.
    gamma : float, default=0.1
        Weight of the distances from the centres; that of the reconstruction, a mean over the features, is 1.

    Attributes
    ----------
    labels_, cluster_centers_, loss_curve_, clustering_loss_curve_, label_change_curve_, converged_, n_iter_
        As in `DEC`.

    See Also
    --------
    IDEC : Soft clusters that approach sharper ones.

    References
    ----------
    .. [1] B. Yang, X. Fu, N. Sidiropoulos and M. Hong (2017), Towards k-means-friendly spaces: simultaneous deep
       learning and clustering, ICML, eqs. 5 to 8.

    Examples
    --------
    >>> from skfashion import DCN, DenseAE, load_fashion_mnist_sample
    >>> X, _ = load_fashion_mnist_sample(return_X_y=True)
    >>> autoencoder = DenseAE(10, hidden_layer_sizes=(64,), rescale=255.0, max_iter=5)
    >>> dcn = DCN(10, autoencoder=autoencoder, max_iter=3, tol=0.9, random_state=0).fit(X[:500])
    >>> dcn.labels_.shape
    (500,)
    """

    gamma: float = 0.1

    _parameter_constraints: ClassVar[dict] = {
        **BaseCenterClusterer._parameter_constraints,
        "gamma": [Interval(Real, 0, None, closed="neither")],
    }

    def build_clustering_network(self, encoder, decoder, **options):
        """Build the objective."""
        from skfashion.networks.clustering import CenteredNetwork

        return CenteredNetwork(encoder, decoder, self.n_clusters, gamma=self.gamma, **options)

    @staticmethod
    def targets_of(assignments):
        """Return a 1 in the column of each row's nearest centre."""
        return np.eye(assignments.shape[1], dtype=np.float32)[assignments.argmax(axis=1)]

    def _network_parameters(self):
        return super()._network_parameters() | {"gamma": self.gamma}
