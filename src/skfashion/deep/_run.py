"""One training of a deep clusterer; imported in function bodies only, since keras loads slowly."""

from dataclasses import dataclass, replace

import numpy as np
from sklearn.cluster import KMeans

from skfashion.engine.fitted import FittedNetwork
from skfashion.engine.rows import Rows
from skfashion.engine.schedule import Schedule, TrainingResult

N_STARTS = 20  # of k-means, for the first centres: Xie et al. 2016, section 4.3


@dataclass(frozen=True)
class Run:
    """A network with the curve of its pretraining; after `trained`, also the result and the clusters."""

    network: FittedNetwork
    pretraining_curve: list[float]
    result: TrainingResult | None = None
    labels: np.ndarray | None = None  # (n_samples,)

    def trained(self, X, schedule: Schedule, *, resumable=False) -> "Run":
        """Train the network towards clusters."""
        result = self.network.train(Rows(X), None, schedule, resumable=resumable)
        return replace(self, result=result, labels=self.network.apply("assign", Rows(X)).argmax(axis=1))


def pretrained(autoencoder, blueprint, X) -> Run:
    """Train the autoencoder, and start the network of a blueprint with its weights and with clusters of its codes."""
    autoencoder.fit(X)
    seed = autoencoder.random_state
    codes = autoencoder.transform(X)
    kmeans = KMeans(blueprint.n_clusters, n_init=N_STARTS, random_state=seed).fit(codes)
    network = FittedNetwork(blueprint, (X.shape[1],), seed)
    counts = np.bincount(kmeans.labels_, minlength=blueprint.n_clusters)
    network.network.start(autoencoder._network.network, kmeans.cluster_centers_, counts)
    return Run(network, autoencoder.loss_curve_)
