"""The template of a plugin in an environment of its own, as a third party has it."""

import subprocess
import sys
import sysconfig
import tomllib
import venv
from pathlib import Path

import pytest

PLUGIN = Path(__file__).parents[2] / "templates" / "plugin"


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """The Python of a new environment with the packages of this one and the plugin."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    (site_packages,) = folder.glob("lib/python*/site-packages")
    here = dict.fromkeys(path for path in sys.path if path.endswith(("site-packages", "src")))
    (site_packages / "what-is-here.pth").write_text("".join(f"{path}\n" for path in here))
    install = ["--python", python, "install", "--no-deps", "--no-build-isolation", "--no-index", PLUGIN]
    subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", *install], check=True)
    return python


def _run(python, *arguments):
    return subprocess.run([python, *arguments], check=True, capture_output=True, text=True).stdout


def test_this_environment_has_it_not():
    assert not list(Path(sysconfig.get_path("purelib")).glob("skfashion_example*"))


def test_its_names_are_not_ours():
    ours, theirs = (tomllib.loads((root / "pyproject.toml").read_text()) for root in (PLUGIN.parents[1], PLUGIN))
    for kind in ("skfashion.reducers", "skfashion.clusterers"):
        names = [set(project["project"]["entry-points"][kind]) for project in (ours, theirs)]
        assert names[1]
        assert not names[0] & names[1]


def test_it_is_listed_with_its_distribution(python):
    lines = _run(python, "-m", "skfashion", "list").splitlines()
    listed = {line.split()[0]: line.split()[1:3] for line in lines if line.strip()}
    assert listed["cosine-transform"] == listed["direction-kmeans"] == ["skfashion-example", "1.0"]
    assert "kmeans" in listed


def test_a_search_finds_it_among_all_others(python, programs):
    found = _run(python, programs / "search_plugins.py")
    assert found.strip() == "['cosine-transform', 'pca'] ['direction-kmeans', 'kmeans'] ['complete']"


def test_it_passes_the_conformance_checks(python):
    report = _run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", PLUGIN, PLUGIN)
    assert " passed" in report
    assert "failed" not in report
