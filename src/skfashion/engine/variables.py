"""Values of Keras variables, read and written."""

from contextlib import contextmanager

import numpy as np

from skfashion.engine.backend import import_keras

keras = import_keras()


def get_values(variables) -> list[np.ndarray]:
    """Copy the values of Keras variables to numpy."""
    return [np.array(keras.ops.convert_to_numpy(v.value)) for v in variables]


def copy_values(variables) -> list:
    """Copy the values of Keras variables to tensors on their devices."""
    return [keras.ops.copy(v.value) for v in variables]


def set_values(variables, values) -> None:
    """Write arrays into Keras variables."""
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


@contextmanager
def restored(variables, *, always=False):
    """Restore the values after the block: if it ends with an error or an interrupt, or always."""
    before = get_values(variables)
    is_whole = False
    try:
        yield
        is_whole = not always
    finally:
        if not is_whole:
            set_values(variables, before)
