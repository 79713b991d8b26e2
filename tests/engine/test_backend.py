import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from skfashion.engine import backend

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def choose(monkeypatch, tmp_path):
    """Choose among installed backends, keras not yet imported."""

    def choose(installed, environment=None, keras_json=None):
        monkeypatch.delitem(sys.modules, "keras", raising=False)
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: name if name in installed else None)
        monkeypatch.setenv("KERAS_HOME", str(tmp_path))
        monkeypatch.setenv("KERAS_BACKEND", environment or "")
        if keras_json is not None:
            (tmp_path / "keras.json").write_text(keras_json)
        return backend.choose_backend()

    return choose


def test_the_environment_decides(choose):
    assert choose({"jax", "torch"}, environment="torch", keras_json='{"backend": "jax"}') == "torch"


def test_a_backend_in_the_environment_that_is_missing_is_named(choose):
    with pytest.raises(ImportError, match=r"KERAS_BACKEND='torch' needs the package torch.*skfashion\[torch\]"):
        choose({"jax"}, environment="torch")


def test_keras_json_decides_if_its_backend_is_installed(choose):
    assert choose({"jax", "torch"}, keras_json='{"backend": "torch"}') == "torch"
    assert choose({"jax", "torch"}, keras_json='{"backend": "tensorflow"}') == "jax"


@pytest.mark.parametrize("content", ["{", "[]", json.dumps({"backend": "abacus"})])
def test_an_odd_keras_json_is_passed_over(choose, content):
    assert choose({"torch"}, keras_json=content) == "torch"


def test_the_first_installed_is_the_default(choose):
    assert choose({"tensorflow", "torch", "jax"}) == "jax"
    assert choose({"tensorflow"}, environment="") == "tensorflow"


@pytest.mark.once
def test_imports_leave_the_environment_alone_and_workers_inherit_the_backend_of_a_fit():
    program = ROOT / "tests" / "programs" / "backend_in_the_environment.py"
    environment = {name: value for name, value in backend.os.environ.items() if name != "KERAS_BACKEND"}
    subprocess.run([sys.executable, program], check=True, env=environment)


def test_without_any_backend_the_error_shows_how_to_install_each(choose):
    with pytest.raises(ImportError, match=r"pip install jax; .*\[torch\].*\[tensorflow\]"):
        choose(set())


def test_a_keras_that_is_already_imported_decides():
    code = "import keras, skfashion.engine.backend as b; assert b.choose_backend() == keras.backend.backend()"
    environment = {**backend.os.environ, "KERAS_BACKEND": backend.choose_backend()}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)


@pytest.mark.once
@pytest.mark.parametrize("module", ["engine.fitted", "networks.layers", "interop"])
def test_every_module_imports_keras_with_a_backend_that_is_installed(module, tmp_path):
    """Keras' own default is tensorflow, installed or not."""
    environment = {name: value for name, value in backend.os.environ.items() if name != "KERAS_BACKEND"}
    code = f"import skfashion.{module}, keras; assert keras.config.backend() in {backend.BACKENDS}"
    environment["KERAS_HOME"] = str(tmp_path)
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)


def test_threads_that_fit_first_at_the_same_time_share_one_import():
    program = ROOT / "tests" / "programs" / "two_first_fits.py"
    subprocess.run([sys.executable, program], check=True)
