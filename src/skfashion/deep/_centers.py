"""Deep clusterers with centres among whitened codes."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from sklearn.cluster import KMeans

from skfashion.deep._base import BaseDeepClusterer

N_STARTS = 20  # of the first clustering of the codes: Xie et al. 2016, section 4.3
MIN_DEVIATION = 1e-2  # of the codes along an axis, as a share of the largest: the noise of a dead unit stays small


@dataclass(kw_only=True, eq=False, repr=False)
class BaseCenterClusterer(BaseDeepClusterer):
    """Base of the deep clusterers whose clusters are the rows near a centre: everything but the objective.

    A subclass overrides `build_clustering_network` and `targets_of`. `DEC` describes the parameters and attributes.
    """

    whiten: bool = True

    _parameter_constraints: ClassVar[dict] = {**BaseDeepClusterer._parameter_constraints, "whiten": ["boolean"]}

    def _clusters_of(self, codes, seed):
        """Whiten and cluster codes; return centres, numbers of rows, and the whitening if there is one."""
        whitening = whitening_of(codes) if self.whiten else None
        if whitening is not None:
            mean, matrix, _ = whitening
            codes = (codes - mean) @ matrix
        kmeans = KMeans(self.n_clusters, n_init=N_STARTS, random_state=seed).fit(codes)
        return kmeans.cluster_centers_, np.bincount(kmeans.labels_, minlength=self.n_clusters), whitening

    def _network_parameters(self):
        return super()._network_parameters() | {"whiten": bool(self.whiten)}


def whitening_of(codes):
    """Return the affine map to codes with mean 0 and covariance 1 that moves them least ("ZCA"; Kessy et al. 2018).

    Along axes that have hardly any deviation, the whitened codes have less than 1.

    Returns
    -------
    mean : ndarray of shape (n_components,)
        Mean of the codes.
    matrix, inverse : ndarray of shape (n_components, n_components)
        ``(codes - mean) @ matrix`` are whitened, and ``whitened @ inverse + mean`` are the codes.
    """
    codes = np.asarray(codes, np.float64)
    mean = codes.mean(axis=0)
    centred = codes - mean
    variances, axes = np.linalg.eigh(centred.T @ centred / len(codes))
    deviations = np.sqrt(np.clip(variances, 0, None))
    largest = deviations.max() or 1.0  # all codes may be the same
    deviations = np.maximum(deviations, MIN_DEVIATION * largest)
    return mean, (axes / deviations) @ axes.T, (axes * deviations) @ axes.T
