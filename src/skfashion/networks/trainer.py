"""What the engines that train a network's own variables, step by step, have in common."""

from abc import ABC, abstractmethod

from skfashion.networks.batches import ready_ahead, row_weights, weighted_means
from skfashion.networks.variables import copy_values, get_values, set_values


class InPlaceTrainer(ABC):
    """Trains one network in place."""

    def __init__(self, network, optimizer):
        self._network = network
        self._optimizer = optimizer

    @abstractmethod
    def step(self, batch, weights):
        """Take one step; return each number that it logs, a scalar tensor."""

    @abstractmethod
    def forward(self, method):
        """Return a function that applies a method of the network to a batch of rows."""

    def train_epoch(self, rows, batch_size):
        """Take the steps of an epoch; return the mean over its rows of each number that they log."""
        logs, counts = [], []
        for batch, n_rows in ready_ahead(rows.batches(batch_size)):
            logs.append(self.step(batch, row_weights(batch_size, n_rows)))
            counts.append(n_rows)
        return weighted_means(logs, counts)

    def weights(self):
        """Copy the values of the network's variables to numpy."""
        return get_values(self._network.variables)

    def snapshot(self):
        """Copy what steps change."""
        return copy_values(self._variables)

    def restore(self, snapshot):
        """Go back to it."""
        set_values(self._variables, snapshot)

    def publish(self):  # noqa: B027 (jax has a state to write)
        """Nothing is left to do: the steps wrote to the variables themselves."""

    @property
    def _variables(self):
        return [*self._network.variables, *self._optimizer.variables]
