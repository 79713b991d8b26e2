"""Training and inference on jax: compiled functions that take a network's values and return new ones.

Networks of one architecture share their compiled functions, which keep no network alive.
"""

import threading
import weakref
from collections import OrderedDict
from functools import cache

import jax
import jax.numpy as jnp
import numpy as np

from skfashion._utils.interrupts import deliver_interrupt
from skfashion.engine.backend import import_keras
from skfashion.engine.fingerprint import fingerprint, layers_of
from skfashion.engine.rows import row_weights
from skfashion.engine.trainer import Trainer
from skfashion.engine.variables import set_values

keras = import_keras()

MAX_STEPS = 64  # in one call
MAX_BYTES = 16 * 2**20  # of rows in one call: what is gathered while another call runs should fit in caches
MAX_PROGRAMS = 16  # architectures whose compiled functions are kept


class BackendTrainer(Trainer):
    """Trainer on jax. The values are a tree of arrays here, and reach the network's variables by `publish`."""

    def __init__(self, network, optimizer):
        super().__init__(network, optimizer)
        self._program = program_for(network)
        self._traced = _TracedNetwork(network, optimizer)
        self._placement = _Placement(keras.distribution.distribution())
        variables = (network.trainable_variables, network.non_trainable_variables, optimizer.variables)
        self._state = _copied(tuple([self._placement.of_variable(v) for v in group] for group in variables))
        names = [variable.name for variable in optimizer.variables]
        self._place_of_rate, self._rate = names.index("learning_rate"), float(optimizer.learning_rate.value)

    @staticmethod
    def forward_of(network, method):
        program, values = program_for(network), [v.value for v in network.variables]
        # the function, not the program, keeps the network alive
        return lambda batch: program.forward(_TracedNetwork(network), method, values, batch)

    @staticmethod
    def shapes_of(build):
        values = jax.eval_shape(lambda: [variable.value for variable in build().variables])
        return [value.shape for value in values]

    def set_learning_rate(self, value):
        if value != self._rate:
            self._rate, self._optimizer.learning_rate = value, value
            variable = self._optimizer.variables[self._place_of_rate]
            self._state[2][self._place_of_rate] = _copied(self._placement.of_variable(variable))

    def train_epoch(self, rows, batch_size):
        n_steps = _steps_per_call(rows, batch_size)
        sums: list[dict] = []
        for chunk, weights, n_rows in rows.weighted_batches(n_steps * batch_size, reuse=True):
            batches = self._placement.of_batches((chunk, weights), (n_steps, batch_size))
            self._state, chunk_sums = self._program.train_steps(self._traced, self._state, batches, n_rows)
            jax.block_until_ready(sums[-1:])  # the memory of the last call's rows is filled again next
            sums.append(chunk_sums)
            deliver_interrupt()
        return {name: sum(float(chunk_sums[name]) for chunk_sums in sums) / rows.total_weight for name in sums[0]}

    def forward(self, method):
        values = self._values()
        return lambda batch: self._program.forward(self._traced, method, values, batch)

    def weights(self):
        return [np.array(value) for value in self._values()]

    def snapshot(self):
        return _copied(self._state)

    def restore(self, snapshot):
        self._state = snapshot

    def publish(self):
        trainable, non_trainable, slots = self.snapshot()  # the next step consumes the state
        set_values(self._network.trainable_variables, trainable)
        set_values(self._network.non_trainable_variables, non_trainable)
        set_values(self._optimizer.variables, slots)

    def adopt(self):
        groups = (self._network.trainable_variables, self._network.non_trainable_variables)
        values = _copied(tuple([self._placement.of_variable(v) for v in group] for group in groups))
        self._state = (*values, self._state[2])

    def _values(self):
        """Return the network's part of the state, in the order of its variables."""
        trainable, non_trainable = iter(self._state[0]), iter(self._state[1])
        return [next(trainable if v.trainable else non_trainable) for v in self._network.variables]


@jax.jit
def _copied(state):
    """Copy a tree of arrays."""
    return jax.tree.map(jnp.copy, state)


# Compiled functions


class _TracedNetwork:
    """Network and optimiser that a function is traced with, as a static argument.

    Equal to any other: a program serves one architecture, and all values come as arguments. So a function is traced
    once for all networks. The references are weak, because jax keeps the static arguments of compiled functions.
    """

    def __init__(self, network, optimizer=None):
        self.network = weakref.ref(network)
        self.optimizer = None if optimizer is None else weakref.ref(optimizer)

    def __eq__(self, other):
        return isinstance(other, _TracedNetwork)

    def __hash__(self):
        return 0


class Program:
    """Compiled functions of one architecture.

    Many steps are one compiled loop, except those of convolutions, which are ten times slower in a loop on CPUs.

    Parameters
    ----------
    network : Network
        A network of the architecture; it is not kept.
    """

    def __init__(self, network):
        self._names = ("loss", *network.term_names)
        self.forward = jax.jit(self._forward, static_argnums=(0, 1))
        if any(isinstance(layer, _CONVOLUTIONS) for layer in layers_of(network.models)):
            self._single_step = jax.jit(self._step, static_argnums=0, donate_argnums=(1, 2))
            self._run = self._single_steps
        else:
            options = {"static_argnums": 0, "donate_argnums": (1, 2), "compiler_options": _loop_options()}
            self._run = jax.jit(self._in_a_loop, **options)

    def train_steps(self, traced, state, batches, n_rows):
        """Take as many steps as `n_rows`, the first rows of the batches, need.

        `state`, the values of the network and the optimiser, is consumed; `batches` are the rows and their weights, or
        None for equal weights: arrays of shape (n_steps, batch_size, ...). Return the state after the steps, and the
        weighted sums of the loss and of each term over the rows.
        """
        return self._run(traced, state, {name: np.float32(0) for name in self._names}, batches, n_rows)

    def _in_a_loop(self, traced, state, sums, batches, n_rows):
        n_steps, batch_size = jax.tree.leaves(batches)[0].shape[:2]
        rows, weights = batches
        if weights is None:
            weights = row_weights(n_steps * batch_size, n_rows).reshape(n_steps, batch_size)

        def step(i, state_and_sums):
            batch = jax.tree.map(lambda array: array[i], rows)
            state, sums = state_and_sums
            return self._step(traced, state, sums, batch, weights[i])

        return jax.lax.fori_loop(0, -(-n_rows // batch_size), step, (state, sums))

    def _single_steps(self, traced, state, sums, batches, n_rows):
        batch_size = jax.tree.leaves(batches)[0].shape[1]
        for i in range(-(-n_rows // batch_size)):
            batch, weights = jax.tree.map(lambda array, i=i: array[i], batches)
            if weights is None:
                weights = row_weights(batch_size, n_rows - i * batch_size)
            state, sums = self._single_step(traced, state, sums, batch, weights)
        return state, sums

    def _step(self, traced, state, sums, batch, weights):
        network, optimizer = traced.network(), traced.optimizer()

        def objective(trainable, non_trainable):
            mapping = _pairs(network.trainable_variables, trainable)
            mapping += _pairs(network.non_trainable_variables, non_trainable)
            with keras.StatelessScope(state_mapping=mapping, collect_losses=True) as scope:
                total, means = network.objective(batch, weights)
            return total, (means, [scope.get_current_value(v) for v in network.non_trainable_variables])

        trainable, non_trainable, slots = state
        with _tracing:
            gradient = jax.value_and_grad(objective, has_aux=True)
            (total, (means, non_trainable)), gradients = gradient(trainable, non_trainable)
            trainable, slots = optimizer.stateless_apply(slots, gradients, trainable)
        weight, logs = weights.sum(), {"loss": total, **means}
        return (trainable, non_trainable, slots), {name: sums[name] + weight * logs[name] for name in sums}

    def _forward(self, traced, method, values, batch):
        network = traced.network()
        with _tracing, keras.StatelessScope(state_mapping=_pairs(network.variables, values)):
            return getattr(network, method)(batch)


_tracing = threading.RLock()  # two threads must not call the same Keras layers at once
_CONVOLUTIONS = tuple(
    getattr(keras.layers, f"{kind}{n}D{suffix}")
    for kind, sizes, suffix in [
        ("Conv", (1, 2, 3), ""),
        ("Conv", (1, 2, 3), "Transpose"),
        ("SeparableConv", (1, 2), ""),
        ("DepthwiseConv", (1, 2), ""),
    ]
    for n in sizes
)


@cache
def _loop_options():
    """Return the options with which XLA's loops copy less of their state, if this version knows them."""
    options = {"xla_cpu_copy_insertion_use_region_analysis": True}
    try:
        jax.jit(lambda: 0, compiler_options=options).lower().compile()
    except jax.errors.JaxRuntimeError:
        return None
    return options


def _pairs(variables, values):
    return list(zip(variables, values, strict=True))


_programs: OrderedDict[tuple, Program] = OrderedDict()
_programs_lock = threading.Lock()


def program_for(network):
    """Return the program of the network's architecture. At most `MAX_PROGRAMS` are kept, the last used ones."""
    with _programs_lock:
        key = fingerprint(network)
        if key not in _programs:
            _programs[key] = Program(network)
        _programs.move_to_end(key)
        while len(_programs) > MAX_PROGRAMS:
            _programs.popitem(last=False)
        return _programs[key]


# Calls and devices


def _steps_per_call(rows, batch_size):
    """Return the steps of one call: all of an epoch's, or an even part of them if rows are long or many."""
    n_steps = -(-len(rows) // batch_size)
    most = max(1, min(MAX_STEPS, MAX_BYTES // (batch_size * rows.X[0].nbytes)))
    n_calls = -(-n_steps // most)
    return min(most, _rounded_up(-(-n_steps // n_calls)))


def _rounded_up(n):
    """Return the next number with three leading binary digits and zeros: many sizes share few compiled shapes."""
    unit = 1 << max(0, n.bit_length() - 3)
    return -(-n // unit) * unit


class _Placement:
    """Devices of the arrays: the default one, or all devices of a `keras.distribution`, if a fit runs in its scope."""

    def __init__(self, distribution):
        self._distribution = distribution

    def of_variable(self, variable):
        if self._distribution is None:
            return variable.value
        return keras.distribution.distribute_tensor(variable.value, self._distribution.get_variable_layout(variable))

    def of_batches(self, chunk, shape):
        """Place the arrays of a chunk of rows, as batches of `shape`, (n_steps, batch_size)."""
        return jax.tree.map(lambda array: self._of_array(array.reshape(*shape, *array.shape[1:])), chunk)

    def _of_array(self, array):  # (n_steps, batch_size, ...)
        if self._distribution is None:
            return jax.device_put(array)
        mesh, axes = self._distribution.device_mesh, [None] * array.ndim
        n_shards = mesh.shape[mesh.axis_names.index(self._distribution.batch_dim_name)]
        if array.shape[1] % n_shards == 0:  # otherwise every device has all rows
            axes[1] = self._distribution.batch_dim_name
        return keras.distribution.distribute_tensor(array, keras.distribution.TensorLayout(axes, mesh))
