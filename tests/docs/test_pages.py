import ast
import doctest
import importlib
import re
from pathlib import Path

import pytest

import skfashion

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
EXAMPLES = sorted((ROOT / "examples").glob("plot_*.py"))
MODULES = [
    *(
        "autoencoders",
        "classifiers",
        "clusterers",
        "datasets",
        "deep",
        "displays",
        "estimators",
        "experiments",
        "features",
    ),
    *("inspection", "labelling", "metrics", "persistence", "plugins", "report", "search"),
]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s:]+)(?:#[^)]*)?\)")


def programs(page):
    return BLOCK.findall(page.read_text())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_programs_of_a_page_are_python_and_their_imports_from_here_exist(page):
    for program in programs(page):
        for node in ast.walk(ast.parse(program)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "skfashion":
                module = importlib.import_module(node.module)
                assert [name.name for name in node.names if not hasattr(module, name.name)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_links_of_a_page_lead_to_files(page):
    """Pages that the build makes are checked there."""
    targets = [target for target in LINK.findall(page.read_text()) if not target.startswith("generated/")]
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", [page for page in PAGES if ">>>" in page.read_text()], ids=lambda page: page.name)
def test_the_examples_of_a_page_are_true(page):
    if "import onnxruntime" in page.read_text():
        pytest.importorskip("onnxruntime", reason="onnxruntime is in the extra pretrained")
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    failed, tried = doctest.testfile(str(page), module_relative=False, optionflags=flags, encoding="utf-8")
    assert tried
    assert not failed


def test_the_reference_has_all_public_names():
    named = set(re.findall(r"^   (\S+)$", (ROOT / "docs" / "api.rst").read_text(), re.MULTILINE))
    assert set(skfashion.__all__) <= named
    for module in MODULES:
        names = importlib.import_module(f"skfashion.{module}").__all__
        assert [n for n in names if n not in skfashion.__all__ and f"{module}.{n}" not in named] == []


def test_there_are_fifteen_examples():
    assert len(EXAMPLES) >= 15


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_has_a_title_and_draws(path):
    module = ast.parse(path.read_text())
    title, line = ast.get_docstring(module).splitlines()[:2]
    assert set(line) == {"="}
    assert len(line) >= len(title)
    assert "plt.show()" in path.read_text()


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "pictures").glob("*.png")), ids=lambda path: path.name)
def test_pictures_are_small(path):
    assert path.stat().st_size < 150_000
