"""The trainer of a network: the protocol that every backend implements, and the loop of those that train in place."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable

from skfashion._utils.interrupts import deliver_interrupt
from skfashion.engine.rows import row_weights
from skfashion.engine.variables import copy_values, get_values, set_values

MAX_PENDING_LOGS = 64  # fetch the logs every 64 steps: fetching each at once would stall the device


class Trainer(ABC):
    """Training of one network on one backend.

    Parameters
    ----------
    network : Network
        The network to train. Its variables are up to date after `publish`.
    optimizer : keras.optimizers.Optimizer
        A built optimiser of the network's trainable variables.
    """

    def __init__(self, network, optimizer):
        self._network = network
        self._optimizer = optimizer

    @staticmethod
    @abstractmethod
    def forward_of(network, method: str) -> Callable:
        """Return a function that applies a method of an untrained or published network to a batch."""

    @staticmethod
    def shapes_of(build: Callable) -> list[tuple[int, ...]] | None:  # noqa: ARG004 (backends override it)
        """Return the shapes of the variables of the network that a function builds, without memory for their values.

        None if the backend cannot tell.
        """
        return None

    @abstractmethod
    def set_learning_rate(self, value: float) -> None:
        """Set the learning rate of the next steps."""

    @abstractmethod
    def train_epoch(self, rows, batch_size) -> dict[str, float]:
        """Take the steps of an epoch; return the weighted mean over the rows of the loss and of each term."""

    def forward(self, method: str) -> Callable:
        """Return a function that applies a method of the network, as it is trained now, to a batch."""
        return self.forward_of(self._network, method)

    @abstractmethod
    def weights(self) -> list:
        """Copy the values of the network's variables to numpy."""

    @abstractmethod
    def snapshot(self):
        """Copy everything that steps change."""

    @abstractmethod
    def restore(self, snapshot) -> None:
        """Return to a snapshot, which is used up."""

    @abstractmethod
    def publish(self) -> None:
        """Write the current values into the variables of the network and the optimiser."""

    @abstractmethod
    def adopt(self) -> None:
        """Continue from the values that somebody has written into the variables of the network."""


class InPlaceTrainer(Trainer):
    """Trainer whose steps write to the network's own variables."""

    @abstractmethod
    def step(self, batch, weights) -> dict:
        """Take one step; return the loss and each term, scalar tensors. The arrays are reused later: copy them."""

    def set_learning_rate(self, value):
        self._optimizer.learning_rate = value

    def train_epoch(self, rows, batch_size):
        sums: dict[str, float] = defaultdict(float)
        pending: list[tuple[float, dict]] = []  # (weight, logs) of each step
        for batch, weights, n_rows in rows.weighted_batches(batch_size, reuse=True):
            weights = row_weights(batch_size, n_rows) if weights is None else weights
            pending.append((float(weights.sum()), self.step(batch, weights)))
            if len(pending) == MAX_PENDING_LOGS:
                _fetch(pending, sums)
            deliver_interrupt()
        _fetch(pending, sums)
        return {name: value / rows.total_weight for name, value in sums.items()}

    def weights(self):
        return get_values(self._network.variables)

    def snapshot(self):
        return copy_values(self._variables)

    def restore(self, snapshot):
        set_values(self._variables, snapshot)

    def publish(self):
        pass

    def adopt(self):
        pass

    @property
    def _variables(self):
        return [*self._network.variables, *self._optimizer.variables]


def _fetch(pending, sums):
    """Add the pending logs to the sums over the rows."""
    while pending:
        weight, logs = pending.pop()
        for name, value in logs.items():
            sums[name] += weight * float(value)
