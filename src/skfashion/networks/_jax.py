"""Training steps and inference on jax: pure functions of the network's values, compiled once per architecture."""

import json
import threading
import warnings
from collections import OrderedDict
from types import FunctionType

import jax
import jax.numpy as jnp
import keras
import numpy as np

from skfashion.networks.batches import row_weights, weighted_means
from skfashion.networks.variables import set_values

MAX_PROGRAMS = 16  # architectures whose compiled functions are kept
MOST_STEPS = 16  # that run in one call
MOST_BYTES = 64 * 2**20  # of rows that a call is given


class Trainer:
    """Trains one network; its variables change when `publish` is called, not before."""

    def __init__(self, network, optimizer):
        self._network = network
        self._optimizer = optimizer
        self._program = _program_for(network)
        variables = (network.trainable_variables, network.non_trainable_variables, optimizer.variables)
        self._state = tuple([jnp.array(v.value, copy=True) for v in group] for group in variables)

    def train_epoch(self, rows, batch_size):
        n_steps = _steps_at_once(rows, batch_size)
        logs: list[dict] = []
        counts: list[int] = []
        for chunk, n_rows in rows.batches(n_steps * batch_size):
            batches = jax.tree.map(lambda array: array.reshape(n_steps, batch_size, *array.shape[1:]), chunk)
            self._state, log = self._program.train_steps(self._optimizer, self._state, batches, n_rows)
            logs.append(log)
            counts.extend(min(batch_size, n_rows - start) for start in range(0, n_rows, batch_size))
        steps = [{name: log[name][i] for name in log} for log in jax.device_get(logs) for i in range(len(log["loss"]))]
        return weighted_means(steps[: len(counts)], counts)  # only the last call can have had steps to spare

    def forward(self, method):
        values = self._values()
        return lambda rows: np.asarray(self._program.forward(method, values, rows))

    def weights(self):
        return [np.array(value) for value in self._values()]

    def publish(self):
        trainable, non_trainable, slots = jax.tree.map(jnp.copy, self._state)  # the next step gives the state up
        set_values(self._network.trainable_variables, trainable)
        set_values(self._network.non_trainable_variables, non_trainable)
        set_values(self._optimizer.variables, slots)

    def _values(self):
        """The network's part of the state, in the order of its variables."""
        trainable, non_trainable = iter(self._state[0]), iter(self._state[1])
        return [next(trainable if v.trainable else non_trainable) for v in self._network.variables]


def _steps_at_once(rows, batch_size):
    """How many steps a call runs: all of an epoch's, a power of two, or fewer where rows are long or many."""
    n_steps = -(-len(rows) // batch_size)
    batch_bytes = batch_size * rows.X[0].nbytes
    return max(1, min(MOST_STEPS, 1 << (n_steps - 1).bit_length(), MOST_BYTES // batch_bytes))


def forward(network, method):
    """A function that applies a method of the network to a batch of rows."""
    program, values = _program_for(network), [v.value for v in network.variables]
    return lambda rows: np.asarray(program.forward(method, values, rows))


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
        ...), whose first `n_rows` rows count. Returned are the state behind the steps, and what each of them logs.
        """
        steps = self._functions.get("train_steps")
        if steps is None:
            steps = self._functions["train_steps"] = _Steps(self._train_step(optimizer))
        return self._call(steps, state, batches, n_rows)

    def forward(self, method, values, batch):
        function = self._functions.get(method)
        if function is None:
            function = self._functions[method] = jax.jit(self._forward(method))
        return self._call(function, values, batch)

    def _call(self, function, values, batch, *rest):
        """Trace under a lock: Keras layers are not made to be called by two threads at once."""
        key = (function, *((array.shape, array.dtype) for array in jax.tree.leaves(batch)))
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

        def step(state, rows, weights):
            trainable, non_trainable, slots = state
            (total, (means, non_trainable)), gradients = gradient(trainable, non_trainable, rows, weights)
            trainable, slots = optimizer.stateless_apply(slots, gradients, trainable)
            return (trainable, non_trainable, slots), {"loss": total, **means}

        return step

    def _objective(self, trainable, non_trainable, rows, weights):
        network = self._network
        mapping = _pairs(network.trainable_variables, trainable) + _pairs(
            network.non_trainable_variables, non_trainable
        )
        with keras.StatelessScope(state_mapping=mapping, collect_losses=True) as scope:
            total, means = network.objective(rows, weights)
        return total, (means, [scope.get_current_value(v) for v in network.non_trainable_variables])


class _Steps:
    """Many steps in a call: one compiled loop, but for convolutions, which jax runs in a loop some ten times slower."""

    def __init__(self, step):
        self._step = jax.jit(step)
        self._step_in_place = jax.jit(step, donate_argnums=0)
        self._loop = jax.jit(self._run_loop, donate_argnums=0)
        self._is_loop = None

    def __call__(self, state, batches, n_rows):
        if self._is_loop is None:
            first = jax.tree.map(lambda array: array[0], batches)
            weights = row_weights(_batch_shape(batches)[1], n_rows)
            self._is_loop = "conv_general_dilated" not in str(jax.make_jaxpr(self._step)(state, first, weights))
        return self._loop(state, batches, n_rows) if self._is_loop else self._run_one_by_one(state, batches, n_rows)

    def _run_loop(self, state, batches, n_rows):
        n_steps, batch_size = _batch_shape(batches)
        weights = row_weights(n_steps * batch_size, n_rows).reshape(n_steps, batch_size)

        def at(i):
            return jax.tree.map(lambda array: array[i], batches), weights[i]

        def go_on(i, state_and_logs):
            state, log = self._step(state_and_logs[0], *at(i))
            return state, jax.tree.map(lambda logged, value: logged.at[i].set(value), state_and_logs[1], log)

        log = jax.eval_shape(self._step, state, *at(0))[1]
        logs = jax.tree.map(lambda value: jnp.zeros(n_steps, value.dtype), log)
        return jax.lax.fori_loop(0, -(-n_rows // batch_size), go_on, (state, logs))

    def _run_one_by_one(self, state, batches, n_rows):
        _, batch_size = _batch_shape(batches)
        logs = []
        for i in range(-(-n_rows // batch_size)):
            batch = jax.tree.map(lambda array, i=i: array[i], batches)
            state, log = self._step_in_place(state, batch, row_weights(batch_size, n_rows - i * batch_size))
            logs.append(log)
        return state, jax.tree.map(lambda *values: jnp.stack(values), *logs)


def _batch_shape(batches):
    """(n_steps, batch_size) of arrays of that shape and more."""
    return jax.tree.leaves(batches)[0].shape[:2]


def _pairs(variables, values):
    return list(zip(variables, values, strict=True))


_programs: OrderedDict[tuple, Program] = OrderedDict()
_programs_lock = threading.Lock()


def _program_for(network):
    """The program of the network's architecture; the one that was not used for longest makes room."""
    with _programs_lock:
        key = _architecture(network)
        program = _programs.setdefault(key, Program(network))
        _programs.move_to_end(key)
        while len(_programs) > MAX_PROGRAMS:
            _programs.popitem(last=False)
    return program


def _architecture(network):
    """What two networks must have in common to share compiled functions: all but names, seeds and weights."""
    layers = [layer for model in network.models for layer in model.layers]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Keras warns of lambdas, whose config is not used here
            configs = [_anonymous_config(model) for model in network.models]
            functions = [_Same(f) for layer in layers for f in _functions(layer)]
        description = json.dumps(configs)
    except (NotImplementedError, TypeError):  # a layer that cannot describe itself
        return (network,)
    if any(_may_change(value) for value in network.settings):
        return (network,)
    settings = [_Same(value) if isinstance(value, FunctionType) else value for value in network.settings]
    return (type(network), *settings, *map(type, layers), *functions, description)


def _may_change(value):
    """Whether it is an object with a state, which does not say when it is equal to another."""
    is_plain = isinstance(value, FunctionType) or not callable(value)
    return not is_plain and type(value).__hash__ in (None, object.__hash__)


def _functions(layer):
    """The functions among a layer's parameters, which a config knows by name only."""
    values = [getattr(layer, name, None) for name in layer.get_config()]
    return [value for value in values if callable(value) and not hasattr(value, "get_config")]


class _Same:
    """Equal to what holds the very same object."""

    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        return isinstance(other, _Same) and self.value is other.value

    def __hash__(self):
        return id(self.value)


def _anonymous_config(model):
    """The model's config without seeds, its layers named by their position."""
    positions = {layer.name: i for i, layer in enumerate(model.layers)}

    def strip(node):
        if isinstance(node, dict):
            return {key: strip(value) for key, value in node.items() if key not in ("name", "seed")}
        if isinstance(node, list | tuple):
            return [strip(value) for value in node]
        return positions.get(node, node) if isinstance(node, str) else node

    return strip(model.get_config())
