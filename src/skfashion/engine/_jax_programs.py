"""The compiled functions of an architecture on jax: training steps and inference, pure functions of the values."""

import threading
from collections import OrderedDict
from functools import cache

import jax
import keras
import numpy as np

from skfashion.engine.fingerprint import fingerprint
from skfashion.engine.rows import row_weights

MAX_PROGRAMS = 16  # architectures whose compiled functions are kept


class Program:
    """The compiled functions of one architecture. Its network is a template: the values come with each call."""

    def __init__(self, network):
        self._network = network
        self._functions = {}
        self._traced = set()
        self._lock = threading.Lock()

    def train_steps(self, optimizer, state, batches, n_rows):
        """As many steps from `state`, which is given up, as `n_rows` need.

        `optimizer` lends its rule, its values are in the state; `batches` are arrays of shape (n_steps, batch_size,
        ...), whose first `n_rows` rows count. Returned are the state behind the steps, and the sum over the rows of
        each number that the steps log.
        """
        steps = self._functions.get("train_steps")
        if steps is None:
            names = ("loss", *self._network.term_names)
            steps = self._functions["train_steps"] = _Steps(self._train_step(optimizer), names)
        return self._call(steps, state, batches, n_rows)

    def forward(self, method, values, batch):
        function = self._functions.get(method)
        if function is None:
            function = self._functions[method] = jax.jit(self._forward(method))
        return self._call(function, values, batch)

    def _call(self, function, values, batch, *rest):
        """Trace under a lock: Keras layers are not made to be called by two threads at once."""
        devices = jax.tree.leaves(values)[0].sharding  # all variables lie on the same
        key = (function, devices, *((array.shape, array.dtype) for array in jax.tree.leaves(batch)))
        if key in self._traced:
            return function(values, batch, *rest)
        with self._lock:
            result = function(values, batch, *rest)
            self._traced.add(key)
        return result

    def _forward(self, method):
        def run(values, rows):
            with keras.StatelessScope(state_mapping=_pairs(self._network.variables, values)):
                return getattr(self._network, method)(rows)

        return run

    def _train_step(self, optimizer):
        gradient = jax.value_and_grad(self._objective, has_aux=True)

        def step(state_and_sums, batch, weights):
            (trainable, non_trainable, slots), sums = state_and_sums
            (total, (means, non_trainable)), gradients = gradient(trainable, non_trainable, batch, weights)
            trainable, slots = optimizer.stateless_apply(slots, gradients, trainable)
            n_rows, log = weights.sum(), {"loss": total, **means}
            sums = {name: sums[name] + n_rows * log[name] for name in sums}
            return (trainable, non_trainable, slots), sums

        return step

    def _objective(self, trainable, non_trainable, batch, weights):
        network = self._network
        mapping = _pairs(network.trainable_variables, trainable) + _pairs(
            network.non_trainable_variables, non_trainable
        )
        with keras.StatelessScope(state_mapping=mapping, collect_losses=True) as scope:
            total, means = network.objective(batch, weights)
        return total, (means, [scope.get_current_value(v) for v in network.non_trainable_variables])


class _Steps:
    """Many steps in a call: one compiled loop, but for convolutions, some ten times slower in a loop on jax's CPUs."""

    def __init__(self, step, names):
        self._step = step
        self._names = names  # of what a step logs
        self._step_in_place = jax.jit(step, donate_argnums=0)
        self._loop = jax.jit(self._in_loop, donate_argnums=0, compiler_options=_loop_options())
        self._run = None

    def __call__(self, state, batches, n_rows):
        state_and_sums = state, {name: np.float32(0) for name in self._names}
        if self._run is None:
            has_convolutions = "conv_general_dilated" in str(self._loop.trace(state_and_sums, batches, n_rows).jaxpr)
            self._run = self._one_by_one if has_convolutions else self._loop
        return self._run(state_and_sums, batches, n_rows)

    def _in_loop(self, state_and_sums, batches, n_rows):
        n_steps, batch_size = _batch_shape(batches)
        weights = row_weights(n_steps * batch_size, n_rows).reshape(n_steps, batch_size)

        def go_on(i, state_and_sums):
            return self._step(state_and_sums, jax.tree.map(lambda array: array[i], batches), weights[i])

        return jax.lax.fori_loop(0, -(-n_rows // batch_size), go_on, state_and_sums)

    def _one_by_one(self, state_and_sums, batches, n_rows):
        _, batch_size = _batch_shape(batches)
        for i in range(-(-n_rows // batch_size)):
            batch = jax.tree.map(lambda array, i=i: array[i], batches)
            state_and_sums = self._step_in_place(
                state_and_sums, batch, row_weights(batch_size, n_rows - i * batch_size)
            )
        return state_and_sums


@cache
def _loop_options():
    """Options of XLA under which a loop on a CPU copies less of what it carries, if this version has them."""
    options = {"xla_cpu_copy_insertion_use_region_analysis": True}
    try:
        jax.jit(lambda: 0, compiler_options=options).lower().compile()
    except jax.errors.JaxRuntimeError:
        return None
    return options


def _batch_shape(batches):
    """(n_steps, batch_size) of arrays of that shape and more."""
    return jax.tree.leaves(batches)[0].shape[:2]


def _pairs(variables, values):
    return list(zip(variables, values, strict=True))


_programs: OrderedDict[tuple, Program] = OrderedDict()
_programs_lock = threading.Lock()


def program_for(network):
    """The program of the network's architecture; the one that was not used for longest makes room."""
    with _programs_lock:
        key = fingerprint(network)
        program = _programs.setdefault(key, Program(network))
        _programs.move_to_end(key)
        while len(_programs) > MAX_PROGRAMS:
            _programs.popitem(last=False)
    return program
