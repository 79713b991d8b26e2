"""What holds for the package as a whole."""

import ast
import importlib
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import skfashion
from skfashion.plugins import Plugin

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "skfashion"

OPTUNAS_ROOM = tuple(SOURCE / "search" / name for name in ("_journal.py", "_study.py", "_workers.py"))  # imported late

# The parts that each part imports; all parts import `_utils`. Lower parts know nothing of higher ones.
ALLOWED = {
    "_utils": set(),
    "engine": set(),
    "networks": {"engine"},
    "metrics": {"features"},
    "datasets": set(),
    "estimators": {"networks", "engine"},
    "autoencoders": {"estimators", "networks", "engine"},
    "classifiers": {"estimators", "networks", "engine"},
    "clusterers": {"metrics"},
    "contrastive": {"clusterers", "estimators", "features", "networks", "engine"},
    "deep": {"autoencoders", "estimators", "networks", "engine", "metrics"},
    "features": {"engine"},
    "inspection": set(),
    "labelling": set(),
    "plugins._scaling": set(),
    "plugins.registry": set(),
    "plugins._pipelines": {"plugins._scaling", "plugins.registry"},
    "plugins.builtin": {"autoencoders", "clusterers", "contrastive", "deep", "features", "plugins.registry"},
    "plugins._space": set(),
    "plugins.extras": {"clusterers", "plugins.registry"},
    "plugins": {"plugins.registry", "plugins._pipelines", "plugins._scaling", "plugins._space"},
    "displays": {"metrics"},
    "persistence": {"plugins", ""},
    "experiments": {"engine", "estimators", "metrics", "displays", "plugins", "interop", ""},
    "report": {"displays", "inspection", "labelling", "metrics", "experiments", ""},
    "search": {"plugins", "plugins._scaling", "plugins.registry", "clusterers", "features", "metrics"},
    "testing": {"plugins", "search"},
}


def test_importing_the_package_is_light():
    heavy = "{'keras', 'optuna', 'matplotlib', 'sklearn', 'numpy'}"
    code = f"import sys, skfashion; assert not {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


LIGHT = [
    "autoencoders",
    "classifiers",
    "clusterers",
    "estimators",
    "features",
    "inspection",
    "labelling",
    "metrics",
    "datasets",
    "plugins.builtin",
    "experiments",
    "persistence",
    "displays",
    "report",
    "search",
    "testing",
    "cli._cluster",
    "cli._label",
    "cli._search",
]  # modules that load neither keras nor optuna nor matplotlib


def test_keras_is_imported_only_where_it_is_used():
    code = """
import importlib, sys
for module in sys.argv[1:]:
    for ours in [name for name in sys.modules if name.partition(".")[0] == "skfashion"]:
        del sys.modules[ours]  # each is imported first
    importlib.import_module(f"skfashion.{module}")
    heavy = {"keras", "optuna", "matplotlib"} & set(sys.modules)
    assert not heavy, f"skfashion.{module} imports {heavy}"
"""
    subprocess.run([sys.executable, "-c", code, *LIGHT], check=True)


def test_every_public_name_is_there():
    for name in skfashion.__all__:
        assert getattr(skfashion, name).__name__ == name
    assert set(skfashion.__all__) <= set(dir(skfashion))
    assert set(skfashion._HOMES) == set(skfashion.__all__)
    with pytest.raises(AttributeError, match="no attribute 'DenseAutoencoder'"):
        skfashion.DenseAutoencoder  # noqa: B018 (looking the name up is the test)


def test_imports_go_one_way():
    for part, allowed in ALLOWED.items():
        for path in _files(part):
            for imported in _imports(path):
                assert _part(imported) in {part, "_utils", *allowed}, (
                    f"{path.relative_to(SOURCE)} imports skfashion.{imported}"
                )


def test_experiments_use_public_names_only():
    for path in _files("experiments"):
        foreign = [name for name in _imports(path) if _part(name) not in ("experiments", "_utils")]
        assert not [name for name in foreign if any(word.startswith("_") for word in name.split("."))]


def test_heavy_imports_at_module_level_are_in_networks_engine_and_interop_alone():
    for path in SOURCE.rglob("*.py"):
        if {"networks", "engine", "interop.py"} & set(path.parts) or path in OPTUNAS_ROOM:
            continue
        top = {name.split(".")[0] for node in ast.parse(path.read_text()).body for name in _names(node)}
        assert not top & {"keras", "jax", "torch", "tensorflow", "onnx", "onnxruntime", "optuna", "matplotlib"}, path


def test_every_test_file_has_its_module():
    for path in (ROOT / "tests").rglob("test_*.py"):
        mirrored = path.relative_to(ROOT / "tests").with_name(path.name.removeprefix("test_"))
        if path == Path(__file__) or mirrored.parts[0] in ("faults", "fuzz"):
            continue
        module = (ROOT if mirrored.parts[0] in ("templates", "tools") else SOURCE) / mirrored
        if mirrored.parts[0] == "docs":
            continue  # tests of all pages and of all docstrings
        if mirrored.parts[0] == "templates":
            assert module.with_suffix("").is_dir(), path
        else:
            program = module.with_suffix(".js")  # of the page, tested in a browser
            assert module.exists() or module.with_name(f"_{module.name}").exists() or program.exists(), path


def test_entry_points_name_what_exists():
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
    named: dict[str, set[str]] = {}
    for value in (value.partition(" ")[0] for group in groups.values() for value in group.values()):
        module, _, name = value.partition(":")
        named.setdefault(module, set()).add(name)
    for module, names in named.items():
        loaded = vars(importlib.import_module(module))
        assert names == {name for name in loaded if isinstance(loaded[name], Plugin)}


def _files(part):
    """The files of a part, without those that are parts of their own."""
    base = SOURCE / part.replace(".", "/")
    files = list(base.rglob("*.py")) if base.is_dir() else [base.with_suffix(".py")]
    return [path for path in files if _part(".".join(path.relative_to(SOURCE).with_suffix("").parts)) == part]


def _part(module):
    """The longest known part that the module belongs to; "" is the package itself, "cli" and others are unknown."""
    known = [part for part in ALLOWED if module == part or module.startswith(f"{part}.")]
    return max(known, key=len, default=module)


def _imports(path):
    """Modules of ours that a file imports anywhere, without the leading "skfashion."."""
    names = {name for node in ast.walk(ast.parse(path.read_text())) for name in _names(node)}
    return {name.removeprefix("skfashion").removeprefix(".") for name in names if name.split(".")[0] == "skfashion"}


def _names(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []


def test_the_locked_versions_are_allowed():
    """Those of tests/locked.txt, by pyproject.toml."""
    lines = (ROOT / "tests" / "locked.txt").read_text().splitlines()
    pins = [line.rstrip(" \\").split(" ;")[0].split("==") for line in lines if line and line[0] not in " #"]
    locked = {canonicalize_name(name): version for name, version in pins}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for text in [*project["project"]["dependencies"], *project["dependency-groups"]["test"]]:
        requirement = Requirement(text)
        assert locked[canonicalize_name(requirement.name)] in requirement.specifier, text
