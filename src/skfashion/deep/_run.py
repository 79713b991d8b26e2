"""One training of a deep clusterer; imported in function bodies only, since keras loads slowly."""

from dataclasses import dataclass, replace

import numpy as np

from skfashion.engine.callbacks import check_callbacks
from skfashion.engine.fitted import FittedNetwork
from skfashion.engine.rows import Rows
from skfashion.engine.schedule import Renewal, Reset, Schedule, SettledLabels, TrainingResult
from skfashion.estimators import EpochPrinter
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
        return replace(self, result=result, labels=largest(self.network.apply("assign", Rows(X))))


def pretrained(clusterer, X, seed) -> Run:
    """Start the network of a clusterer with the weights of its trained autoencoder, and with clusters of its codes."""
    autoencoder, blueprint = clusterer._trained_autoencoder(X, seed), clusterer._blueprint()
    clusters = blueprint._clusters_of(autoencoder.transform(X), seed)
    network = FittedNetwork(blueprint, (X.shape[1],), seed)
    network.network.start(autoencoder._network.network, *clusters)
    return Run(network, list(autoencoder.loss_curve_))


def schedule_of(clusterer) -> Schedule:
    """Return the schedule of a clusterer's parameters; raise ValueError if a callback is invalid."""
    callbacks, every = check_callbacks(clusterer.callbacks), clusterer.reset_interval
    renewal = Renewal(int(clusterer.update_interval), "assign", clusterer.targets_of, labels=largest)
    return Schedule(
        max_iter=int(clusterer.max_iter),
        batch_size=int(clusterer.batch_size),
        learning_rate_init=clusterer.learning_rate_init,
        stop=SettledLabels(clusterer.tol),
        renewal=renewal,
        reset=None if every is None else Reset(int(every), SoftReset(float(clusterer.reset_strength))),
        callbacks=[*callbacks, EpochPrinter()] if clusterer.verbose else callbacks,
    )


@dataclass(frozen=True)
class SoftReset:
    """A change of the network: fresh weights are mixed into its encoder, and its codes are clustered again."""

    strength: float

    def __call__(self, fitted, rows, epoch):
        seed = int(np.random.default_rng([fitted.seed, epoch]).integers(2**31 - 1))
        fresh = FittedNetwork(fitted.blueprint, fitted.sizes, seed)
        soft_reset(fitted.network.encoder, fresh.network.encoder, self.strength)
        codes = fitted.apply("plain_codes", replace(rows, targets=None))
        fitted.network.set_clusters(*fitted.blueprint._clusters_of(codes, seed))


def largest(shares):
    """Return the cluster with the largest share in each row, shape (n_samples,)."""
    return shares.argmax(axis=1)
