"""Fixtures that several test files share. The backend is whatever KERAS_BACKEND says, jax by default."""

import os
import signal
import subprocess
import sys
from functools import cache, partial
from pathlib import Path

import numpy as np
import pytest
from joblib.externals.loky import reusable_executor
from threadpoolctl import threadpool_limits

from skfashion.datasets import load_fashion_mnist_sample
from skfashion.engine.backend import choose_backend
from skfashion.plugins import Plugin, registry

collect_ignore = ["programs"]


QUICK_TO_COMPILE = "--xla_cpu_use_fusion_emitters=false --xla_cpu_parallel_codegen_split_count=1"


def _is_taken(flags):
    """Tell if this version of jax knows the flags: it ends a process that has others."""
    environment = os.environ | {"XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"}
    run = [sys.executable, "-c", "import jax; jax.devices()"]
    return subprocess.run(run, env=environment, capture_output=True, check=False).returncode == 0


def pytest_configure(config):
    """Choose the backend for tests that import keras first, and let jax keep what it compiles, for all processes."""
    os.environ["KERAS_BACKEND"] = choose_backend()
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(config.cache.mkdir("jax")))
    os.environ["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0"
    os.environ["JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES"] = "-1"
    os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")  # on a few rows, compiling takes longer than running
    if "XLA_FLAGS" not in os.environ and os.environ["KERAS_BACKEND"] == "jax" and _is_taken(QUICK_TO_COMPILE):
        os.environ["XLA_FLAGS"] = QUICK_TO_COMPILE  # those of pytest's workers, too


# Tests that one environment is enough for: they take long, and depend on versions less than the others do.
IN_ONE_ENVIRONMENT = (
    "src",
    "tests/_utils/test_fitting.py",
    "tests/_utils/test_neighbor_graph.py",
    "tests/autoencoders/test_conv.py",
    "tests/autoencoders/test_variational.py",
    "tests/classifiers/test_conv.py",
    "tests/cli",
    "tests/clusterers/test_n_clusters.py",
    "tests/contrastive/test_heads.py",
    "tests/deep/test_dcn.py",
    "tests/deep/test_vade.py",
    "tests/docs",
    "tests/engine/test_backend.py",
    "tests/experiments",
    "tests/faults",
    "tests/features/test_image_features.py",
    "tests/fuzz",
    "tests/persistence/test_states.py",
    "tests/report/test_clustering.py",
    "tests/report/test_workbench.py",
    "tests/report/test_workbench_controls.py",
    "tests/report/test_workbench_decisions.py",
    "tests/report/test_workbench_grid.py",
    "tests/report/test_workbench_storage.py",
    "tests/templates",
    "tests/test_package.py",
    "tests/test_testing.py",
    "tests/tools",
)


OF_NETWORKS = ("tests/autoencoders", "tests/classifiers", "tests/contrastive", "tests/deep", "tests/test_interop.py")


def pytest_collection_modifyitems(config, items):
    """Mark the core, and scikit-learn's checks of networks: those of a file's first estimator and setting are enough.

    Second estimators are checked in one environment, second settings by `tox -e settings`.
    """

    @cache
    def is_in(path, places):
        return any(path.is_relative_to(config.rootpath / place) for place in places)

    first, first_of_file = {}, {}
    for item in items:
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        if parameters.keys() >= {"estimator", "check"}:
            estimator = parameters["estimator"]  # one object for all its checks
            kind = estimator if isinstance(estimator, type) else type(estimator)
            trains = is_in(item.path, OF_NETWORKS)
            if first.setdefault((item.function, kind), estimator) is not estimator:
                if trains:
                    item.add_marker("another_setting")
                continue
            if trains and first_of_file.setdefault(item.path, kind) is not kind:
                item.add_marker("once")
        if not is_in(item.path, IN_ONE_ENVIRONMENT) and not item.get_closest_marker("once"):
            item.add_marker("core")


@pytest.fixture(scope="session", autouse=True)
def _one_thread():
    """Small matrices gain nothing from threads, and torch's stumble over neighbours."""
    if choose_backend() == "torch":
        import torch

        torch.set_num_threads(1)
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module", autouse=True)
def _no_process_is_left():
    """End joblib's workers with the file that used them: joblib 1.5.0 may hang if they time out as they are needed."""
    yield
    if reusable_executor._executor is not None:
        reusable_executor._executor.shutdown(wait=True)


@pytest.fixture
def ctrl_c():
    """Press Ctrl-C; in a shell's background, processes ignore it unless they say otherwise."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield partial(signal.raise_signal, signal.SIGINT)
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def programs():
    """The folder of programs that tests run in processes of their own."""
    return Path(__file__).parent / "programs"


@pytest.fixture(scope="session")
def sample():
    """5,000 real images and their classes."""
    return load_fashion_mnist_sample(return_X_y=True)


@pytest.fixture(scope="session")
def images(sample):
    """300 real images, float32 in [0, 1], shape (300, 784)."""
    return np.ascontiguousarray(sample[0][:300]).astype(np.float32) / 255


@pytest.fixture(scope="session")
def classes(sample):
    """The classes of `images`."""
    return sample[1][:300]


@pytest.fixture
def plugins(monkeypatch):
    """Add plugins to those that are installed: ``plugins("reducer", name, plugin)``."""
    added = []
    installed = registry._installed

    class Entry:
        dist, extras = None, []

        def __init__(self, kind, name, loaded):
            self.group, self.name, self.value, self._loaded = registry.GROUPS[kind], name, f"tests:{name}", loaded

        def load(self):
            if isinstance(self._loaded, Exception):
                raise self._loaded
            return self._loaded

    monkeypatch.setattr(
        registry, "_installed", lambda group, times: [*installed(group, times), *(e for e in added if e.group == group)]
    )
    return lambda kind, name, loaded: added.append(
        Entry(kind, name, loaded if isinstance(loaded, Plugin | Exception) else Plugin(loaded))
    )
