"""Values in and out of Keras variables."""

from contextlib import contextmanager

import keras
import numpy as np


def get_values(variables) -> list[np.ndarray]:
    """Copy Keras variables to numpy."""
    return [np.array(keras.ops.convert_to_numpy(v.value)) for v in variables]


def copy_values(variables) -> list:
    """Copy Keras variables to tensors on their devices."""
    return [keras.ops.copy(v.value) for v in variables]


def set_values(variables, values) -> None:
    """Write arrays into Keras variables."""
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


@contextmanager
def restored_on_error(variables):
    """Put the values back if the block ends with an error or an interrupt."""
    before = get_values(variables)
    try:
        yield
    except BaseException:
        set_values(variables, before)
        raise
