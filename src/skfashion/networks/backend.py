"""Which Keras backend runs: decided once, before keras is imported.

The decision is written to the environment, so that worker processes inherit it. Keras cannot change
its backend afterwards.
"""

import importlib
import importlib.util
import json
import os
import sys
from pathlib import Path

import numpy as np

from skfashion._utils.interrupts import put_off_interrupts

BACKENDS = ("jax", "torch", "tensorflow")  # in the order of preference: smallest and fastest on a CPU first

_INSTALL = "; ".join(
    f"{name}: pip install {command}"
    for name, command in [("jax", "jax"), ("torch", "'skfashion[torch]'"), ("tensorflow", "'skfashion[tensorflow]'")]
)


def choose_backend() -> str:
    """Choose the Keras backend and set ``KERAS_BACKEND`` accordingly.

    A keras that is already imported decides; then the environment variable ``KERAS_BACKEND``; then
    ``keras.json`` if the backend that it names is installed (Keras writes that file itself, so a missing
    backend is no error); then the first installed of jax, torch and tensorflow.

    Returns
    -------
    str
        The name of the backend.

    Raises
    ------
    ImportError
        If the backend chosen cannot train (numpy, openvino) or is not installed, or if none is installed.
    """
    if "keras" in sys.modules:
        return _known(sys.modules["keras"].config.backend())
    name = _from_environment() or _from_keras_json() or _first_installed()
    os.environ["KERAS_BACKEND"] = name
    return name


def import_keras():
    """Import Keras, whole: Ctrl-C waits, and what the import draws from numpy's global state is put back."""
    if "keras" in sys.modules:
        return
    with put_off_interrupts():
        choose_backend()
        state = np.random.get_state()  # noqa: NPY002 (which jax draws from)
        importlib.import_module("keras")
        np.random.set_state(state)  # noqa: NPY002 (as it was)


def engine():
    """The module that runs steps and inference on the backend: `_jax`, `_torch` or `_tensorflow`.

    It offers ``Trainer(network, optimizer)`` with `train_epoch`, `forward`, `weights`, `snapshot`, `restore` and
    `publish`, and ``forward(network, method)``, a function that applies a method of the network to a batch of rows.
    """
    import keras

    return importlib.import_module(f"skfashion.networks._{keras.config.backend()}")


def _is_installed(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def _from_environment() -> str | None:
    name = os.environ.get("KERAS_BACKEND")
    if not name:
        return None
    if not _is_installed(_known(name)):
        raise ImportError(
            f"KERAS_BACKEND={name!r} needs the package {name}, which is not installed; "
            f"install it or choose another backend. {_INSTALL}"
        )
    return name


def _known(name: str) -> str:
    if name not in BACKENDS:
        raise ImportError(f"Keras' backend is {name!r}, which cannot train here; choose another. {_INSTALL}")
    return name


def _from_keras_json() -> str | None:
    home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    try:
        name = json.loads((home / "keras.json").read_text()).get("backend")
    except (OSError, ValueError, AttributeError):
        return None  # no file, or one that Keras itself would pass over
    return name if name in BACKENDS and _is_installed(name) else None


def _first_installed() -> str:
    for name in BACKENDS:
        if _is_installed(name):
            return name
    raise ImportError(f"Keras needs a backend and none is installed. {_INSTALL}")
