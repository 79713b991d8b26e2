"""Values in and out of Keras variables."""

import keras
import numpy as np


def get_values(variables) -> list[np.ndarray]:
    """Copy Keras variables to numpy."""
    return [np.array(keras.ops.convert_to_numpy(v.value)) for v in variables]


def set_values(variables, values) -> None:
    """Write arrays into Keras variables."""
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
