"""What the engines that train a network's own variables, step by step, have in common."""

from abc import ABC, abstractmethod
from collections import defaultdict

from skfashion._utils.interrupts import deliver_interrupt
from skfashion.networks.batches import row_weights
from skfashion.networks.variables import copy_values, get_values, set_values

MOST_WAITING = 64  # steps whose logs are left on the device, lest each step wait for them


class InPlaceTrainer(ABC):
    """Trains one network in place."""

    def __init__(self, network, optimizer):
        self._network = network
        self._optimizer = optimizer

    @abstractmethod
    def step(self, batch, weights):
        """Take one step with copies of the arrays; return each number that it logs, a scalar tensor."""

    @abstractmethod
    def forward(self, method):
        """Return a function that applies a method of the network to a batch of rows."""

    def train_epoch(self, rows, batch_size):
        """Take the steps of an epoch; return the mean over its rows of each number that they log."""
        sums: dict[str, float] = defaultdict(float)
        waiting: list[tuple[int, dict]] = []
        for batch, n_rows in rows.batches(batch_size, reuse=True):
            waiting.append((n_rows, self.step(batch, row_weights(batch_size, n_rows))))
            if len(waiting) == MOST_WAITING:
                _add(sums, waiting)
            deliver_interrupt()
        _add(sums, waiting)
        return {name: value / len(rows) for name, value in sums.items()}

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


def _add(sums, waiting):
    """Add what waits, (number of rows, log) of each step, to the sums over the rows."""
    while waiting:
        n_rows, log = waiting.pop()
        for name, value in log.items():
            sums[name] += n_rows * float(value)
