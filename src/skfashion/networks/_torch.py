"""Training steps and inference on torch: eager, in the network's own variables."""

import keras
import torch

from skfashion.networks.batches import row_weights, weighted_means
from skfashion.networks.variables import get_values


class Trainer:
    """Trains one network in place."""

    def __init__(self, network, optimizer):
        self._network = network
        self._optimizer = optimizer

    def train_epoch(self, rows, batch_size):
        logs, counts = [], []
        for batch, n_rows in rows.batches(batch_size):
            weights = row_weights(batch_size, n_rows)
            logs.append(self._step(*_tensors((batch, weights), self._network)))
            counts.append(n_rows)
        return weighted_means(logs, counts)

    def _step(self, batch, weights):
        network = self._network
        total, means = network.objective(batch, weights)
        parameters = [v.value for v in network.trainable_variables]
        gradients = torch.autograd.grad(total, parameters, allow_unused=True, materialize_grads=True)
        with torch.no_grad():
            self._optimizer.apply(gradients, network.trainable_variables)
        return {name: value.detach() for name, value in {"loss": total, **means}.items()}

    def forward(self, method):
        return forward(self._network, method)

    def weights(self):
        return get_values(self._network.variables)

    def publish(self):
        """Nothing is left to do: the steps wrote to the variables themselves."""


def forward(network, method):
    """A function that applies a method of the network to a batch of rows."""

    @torch.no_grad()
    def run(batch):
        return getattr(network, method)(_tensors(batch, network)).cpu().numpy()

    return run


def _tensors(arrays, network):
    """A copy of each array where the network's variables are."""
    device = network.variables[0].value.device
    return keras.tree.map_structure(lambda array: torch.tensor(array, device=device), arrays)
