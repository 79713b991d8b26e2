"""Training and inference on jax: the state is a tree of arrays that compiled functions take and return."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from skfashion._utils.interrupts import deliver_interrupt
from skfashion.networks._jax_programs import program_for
from skfashion.networks.variables import set_values

MOST_STEPS = 64  # that run in one call
MOST_BYTES = 16 * 2**20  # of rows that a call is given: what is gathered while another call runs should fit in caches


class Trainer:
    """Trains one network; its variables change when `publish` is called, not before."""

    def __init__(self, network, optimizer):
        self._network = network
        self._optimizer = optimizer
        self._program = program_for(network)
        self._placement = _Placement(keras.distribution.distribution())
        variables = (network.trainable_variables, network.non_trainable_variables, optimizer.variables)
        self._state = _copied(tuple([self._placement.of_variable(v) for v in group] for group in variables))

    def train_epoch(self, rows, batch_size):
        n_steps = _steps_at_once(rows, batch_size)
        sums: list[dict] = []
        for chunk, n_rows in rows.batches(n_steps * batch_size, reuse=True):
            batches = self._placement.of_batches(chunk, (n_steps, batch_size))
            self._state, chunk_sums = self._program.train_steps(self._optimizer, self._state, batches, n_rows)
            jax.block_until_ready(sums[-1:])  # this call may run on while the last one's memory is filled anew
            sums.append(chunk_sums)
            deliver_interrupt()
        return {name: sum(float(chunk_sums[name]) for chunk_sums in sums) / len(rows) for name in sums[0]}

    def forward(self, method):
        values = self._values()
        return lambda rows: self._program.forward(method, values, rows)

    def weights(self):
        return [np.array(value) for value in self._values()]

    def snapshot(self):
        return _copied(self._state)

    def restore(self, snapshot):
        self._state = snapshot

    def publish(self):
        trainable, non_trainable, slots = self.snapshot()  # the next step gives the state up
        set_values(self._network.trainable_variables, trainable)
        set_values(self._network.non_trainable_variables, non_trainable)
        set_values(self._optimizer.variables, slots)

    def _values(self):
        """The network's part of the state, in the order of its variables."""
        trainable, non_trainable = iter(self._state[0]), iter(self._state[1])
        return [next(trainable if v.trainable else non_trainable) for v in self._network.variables]


@jax.jit
def _copied(state):
    """The same values in memory of their own."""
    return jax.tree.map(jnp.copy, state)


def forward(network, method):
    """A function that applies a method of the network to a batch of rows."""
    program, values = program_for(network), [v.value for v in network.variables]
    return lambda rows: program.forward(method, values, rows)


def _steps_at_once(rows, batch_size):
    """How many steps a call runs: all of an epoch's, or an even part of them where rows are long or many."""
    n_steps = -(-len(rows) // batch_size)
    most = max(1, min(MOST_STEPS, MOST_BYTES // (batch_size * rows.X[0].nbytes)))
    n_calls = -(-n_steps // most)
    return min(most, _rounded(-(-n_steps // n_calls)))


def _rounded(n):
    """The next number of at most three binary digits and zeros: so few shapes are compiled for many sizes."""
    unit = 1 << max(0, n.bit_length() - 3)
    return -(-n // unit) * unit


class _Placement:
    """Where arrays lie: on the default device, or on all those of the `keras.distribution` in whose scope a fit is."""

    def __init__(self, distribution):
        self._distribution = distribution

    def of_variable(self, variable):
        if self._distribution is None:
            return variable.value
        return keras.distribution.distribute_tensor(variable.value, self._distribution.get_variable_layout(variable))

    def of_batches(self, chunk, shape):
        """The arrays of a chunk of rows as batches of `shape`, (n_steps, batch_size)."""
        return jax.tree.map(lambda array: self._of_array(array.reshape(*shape, *array.shape[1:])), chunk)

    def _of_array(self, array):  # (n_steps, batch_size, ...)
        if self._distribution is None:
            return jax.device_put(array)
        mesh, axes = self._distribution.device_mesh, [None] * array.ndim
        n_shards = mesh.shape[mesh.axis_names.index(self._distribution.batch_dim_name)]
        if array.shape[1] % n_shards == 0:  # else every device has all rows
            axes[1] = self._distribution.batch_dim_name
        return keras.distribution.distribute_tensor(array, keras.distribution.TensorLayout(axes, mesh))
