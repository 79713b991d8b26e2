"""Training steps and inference on torch: eager, in the network's own variables."""

import keras
import torch

from skfashion.engine.trainer import InPlaceTrainer


class Trainer(InPlaceTrainer):
    """Trains one network in place."""

    def step(self, batch, weights):
        network = self._network
        total, means = network.objective(*_tensors((batch, weights), network))
        parameters = [v.value for v in network.trainable_variables]
        gradients = torch.autograd.grad(total, parameters, allow_unused=True, materialize_grads=True)
        with torch.no_grad():
            self._optimizer.apply(gradients, network.trainable_variables)
        return {name: value.detach() for name, value in {"loss": total, **means}.items()}

    def forward(self, method):
        return forward(self._network, method)


def forward(network, method):
    """A function that applies a method of the network to a batch of rows."""

    @torch.no_grad()
    def run(batch):
        return getattr(network, method)(_tensors(batch, network))

    return run


def _tensors(arrays, network):
    """A copy of each array where the network's variables are."""
    device = network.variables[0].value.device
    return keras.tree.map_structure(lambda array: torch.tensor(array, device=device), arrays)
