"""The choice of the Keras backend, which is made when Keras is imported and cannot be changed afterwards."""

import importlib
import importlib.util
import json
import os
import sys
import threading
from pathlib import Path

import numpy as np

from skfashion._utils.interrupts import put_off_interrupts

BACKENDS = ("jax", "torch", "tensorflow")  # in the order of preference: smallest and fastest on a CPU first

_import_lock = threading.Lock()
_INSTALL = "; ".join(
    f"{name}: pip install {command}"
    for name, command in [("jax", "jax"), ("torch", "'skfashion[torch]'"), ("tensorflow", "'skfashion[tensorflow]'")]
)


def choose_backend() -> str:
    """Return the name of the backend that Keras has, or will have; change nothing.

    A keras that is already imported decides; then the environment variable ``KERAS_BACKEND``; then
    ``keras.json`` if the backend that it names is installed (Keras writes that file itself, so a missing
    backend is no error); then the first installed of jax, torch and tensorflow.

    Raises
    ------
    ImportError
        If the backend chosen cannot train (numpy, openvino) or is not installed, or if none is installed.
    """
    config = getattr(sys.modules.get("keras"), "config", None)  # None while another thread imports keras
    backend = getattr(config, "backend", None)
    if backend is not None:
        return _known(backend())
    return _from_environment() or _from_keras_json() or _first_installed()


def share_backend() -> None:
    """Set ``KERAS_BACKEND`` to the chosen backend, so that worker processes have the same."""
    os.environ["KERAS_BACKEND"] = choose_backend()


def import_keras():
    """Import Keras with the chosen backend, and return it; restore the environment.

    Ctrl-C waits for the end of the import. numpy's global random state, from which jax draws, is restored.
    """
    with _import_lock, put_off_interrupts():
        given = os.environ.get("KERAS_BACKEND")
        share_backend()
        state = np.random.get_state()  # noqa: NPY002 (the global state is what jax draws from)
        try:
            return importlib.import_module("keras")
        finally:
            np.random.set_state(state)  # noqa: NPY002 (the global state is what jax draws from)
            if given is None:
                del os.environ["KERAS_BACKEND"]
            else:
                os.environ["KERAS_BACKEND"] = given


def trainer_class():
    """Return the `Trainer` of the backend."""
    return importlib.import_module(f"skfashion.engine._{import_keras().config.backend()}").BackendTrainer


def is_installed(name: str) -> bool:
    """Tell if a module can be imported, without importing it."""
    return importlib.util.find_spec(name) is not None


def _from_environment() -> str | None:
    name = os.environ.get("KERAS_BACKEND")
    if not name:
        return None
    if not is_installed(_known(name)):
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
    return name if name in BACKENDS and is_installed(name) else None


def _first_installed() -> str:
    for name in BACKENDS:
        if is_installed(name):
            return name
    raise ImportError(f"Keras needs a backend and none is installed. {_INSTALL}")
