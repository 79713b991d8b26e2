"""Training and inference on torch: eager steps on the network's own variables."""

import torch

from skfashion.engine.backend import import_keras
from skfashion.engine.trainer import InPlaceTrainer

keras = import_keras()


class BackendTrainer(InPlaceTrainer):
    """Trainer on torch."""

    @staticmethod
    def forward_of(network, method):
        @torch.no_grad()
        def forward(batch):
            return getattr(network, method)(_tensors(batch, network))

        return forward

    @staticmethod
    def shapes_of(build):
        with keras.device("meta"):
            return [tuple(variable.shape) for variable in build().variables]

    def step(self, batch, weights):
        network = self._network
        total, means = network.objective(*_tensors((batch, weights), network))
        parameters = [v.value for v in network.trainable_variables]
        gradients = torch.autograd.grad(total, parameters, allow_unused=True, materialize_grads=True)
        with torch.no_grad():
            self._optimizer.apply(gradients, network.trainable_variables)
        return {name: value.detach() for name, value in {"loss": total, **means}.items()}


def _tensors(arrays, network):
    """Copy each array to the device of the network's variables."""
    torch.get_num_threads()  # in a new thread, torch.set_num_threads counts only after this question
    device = network.variables[0].value.device
    return keras.tree.map_structure(lambda array: torch.tensor(array, device=device), arrays)
