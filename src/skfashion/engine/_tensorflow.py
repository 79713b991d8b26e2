"""Training and inference on tensorflow: graph functions of the network's own variables."""

import weakref
from functools import partial

import tensorflow as tf

from skfashion.engine.trainer import InPlaceTrainer


class BackendTrainer(InPlaceTrainer):
    """Trainer on tensorflow."""

    def __init__(self, network, optimizer):
        super().__init__(network, optimizer)
        self._compiled_step = tf.function(self._step)

    @staticmethod
    def forward_of(network, method):
        functions = _compiled.setdefault(network, {})
        if method not in functions:
            functions[method] = tf.function(partial(_apply, weakref.ref(network), method))
        return lambda batch: functions[method](_tensors(batch))

    def step(self, batch, weights):
        return self._compiled_step(*_tensors((batch, weights)))

    def _step(self, batch, weights):
        network = self._network
        with tf.GradientTape() as tape:
            total, means = network.objective(batch, weights)
        parameters = [v.value for v in network.trainable_variables]
        gradients = tape.gradient(total, parameters, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        self._optimizer.apply(gradients, network.trainable_variables)
        return {"loss": total, **means}


_compiled: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()  # functions by network and method


def _apply(network, method, batch):
    return getattr(network(), method)(batch)


def _tensors(arrays):
    return tf.nest.map_structure(tf.constant, arrays)
