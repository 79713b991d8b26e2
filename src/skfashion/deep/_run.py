"""One training of a deep clusterer; imported in function bodies only, since keras loads slowly."""

from dataclasses import dataclass, replace

import numpy as np

from skfashion.engine.fitted import FittedNetwork
from skfashion.engine.rows import Rows
from skfashion.engine.schedule import Schedule, TrainingResult
from skfashion.networks.clustering import soft_reset


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
    network = FittedNetwork(blueprint, (X.shape[1],), seed)
    network.network.start(autoencoder._network.network, *blueprint._clusters_of(autoencoder.transform(X), seed))
    return Run(network, autoencoder.loss_curve_)


@dataclass(frozen=True)
class SoftReset:
    """A change of the network: fresh weights are mixed into its encoder, and its codes are clustered again."""

    strength: float

    def __call__(self, fitted, rows, epoch):
        seed = int(np.random.default_rng([fitted.seed, epoch]).integers(2**31 - 1))
        fresh = FittedNetwork(fitted.blueprint, fitted.sizes, seed)
        soft_reset(fitted.network.encoder, fresh.network.encoder, self.strength)
        codes = fitted.apply("encode", replace(rows, targets=None))
        fitted.network.set_clusters(*fitted.blueprint._clusters_of(codes, seed))
