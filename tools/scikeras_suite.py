"""Run the tests of scikeras with the wrappers of `skfashion.interop` in the place of its own.

python tools/scikeras_suite.py [CHECKOUT] [ARGUMENT OF PYTEST ...]

The source distribution of scikeras has no tests: without a checkout, its repository is cloned. The tests that need
tensorflow are left out.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY, VERSION = "https://github.com/adriangb/scikeras", "v0.13.0"
NEED_TENSORFLOW = ("test_random_state.py", "test_serialization.py", "test_utils_transformers.py")
PLUGIN = """
import scikeras.wrappers
from skfashion import interop

scikeras.wrappers.KerasClassifier = interop.KerasClassifier
scikeras.wrappers.KerasRegressor = interop.KerasRegressor
"""


def main(checkout=None, *arguments):
    with tempfile.TemporaryDirectory() as folder:
        if checkout is None:
            checkout = Path(folder, "scikeras")
            subprocess.run(["git", "clone", "--quiet", "--branch", VERSION, REPOSITORY, checkout], check=True)
        tests = Path(folder, "suite", "tests")
        shutil.copytree(Path(checkout, "tests"), tests)
        Path(tests, "__init__.py").write_text("")  # it imports tensorflow
        Path(tests.parent, "our_wrappers.py").write_text(PLUGIN)
        left_out = [f"--ignore=tests/{name}" for name in NEED_TENSORFLOW]
        command = [sys.executable, "-m", "pytest", "-p", "our_wrappers", "-q", "-W", "ignore", *left_out, *arguments]
        return subprocess.run([*command, "tests"], cwd=tests.parent).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
