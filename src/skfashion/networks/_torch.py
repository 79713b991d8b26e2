"""Training steps and inference on torch: eager, in the network's own variables."""

import torch

from skfashion.networks.batches import weighted_means
from skfashion.networks.variables import get_values


class Trainer:
    """Trains one network in place."""

    def __init__(self, network, optimizer):
        self._network = network
        self._optimizer = optimizer

    def train_epoch(self, batches):
        logs, counts = [], []
        for rows, n_rows in batches:
            rows = _tensor(rows, self._network)
            logs.append(self._step(rows, (torch.arange(len(rows), device=rows.device) < n_rows).float()))
            counts.append(n_rows)
        return weighted_means(logs, counts)

    def _step(self, rows, weights):
        network = self._network
        total, means = network.objective(rows, weights)
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
    def run(rows):
        return getattr(network, method)(_tensor(rows, network)).cpu().numpy()

    return run


def _tensor(rows, network):
    """A copy of the rows where the network's variables are."""
    return torch.tensor(rows, device=network.variables[0].value.device)
