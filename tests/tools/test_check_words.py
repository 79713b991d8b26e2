import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def check_words():
    spec = importlib.util.spec_from_file_location("check_words", ROOT / "tools" / "check_words.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ('"""What a page shows."""', "opens with 'What'"),
        ('def f():\n    """Whether it is."""', "opens with 'Whether'"),
        ("# copied, lest it change", "'lest'"),
        ('print("The shape is none.")', "'is none'"),
    ],
)
def test_hard_words_and_openings_are_found(check_words, tmp_path, text, finding):
    path = tmp_path / "module.py"
    path.write_text(text)
    assert [finding in line for line in check_words.check(path)] == [True]


@pytest.mark.parametrize("text", ['"""Cluster of each row."""', "# x is None", "behind = 1", "# the `lest` of it"])
def test_plain_words_and_names_in_code_are_not(check_words, tmp_path, text):
    path = tmp_path / "module.py"
    path.write_text(text)
    assert check_words.check(path) == []
