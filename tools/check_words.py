"""List words and openings that make our texts hard to read; exit with 1 if there are any.

    python tools/check_words.py [PATH ...]

Docstrings open with an imperative verb ("Return the cluster of each row.") or, for classes and modules, with a noun
phrase. Everything that is read (docstrings, comments, messages, pages) uses common words, one word for one thing.
"""

import ast
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PLACES = (
    ".ci/run",
    "tox.ini",
    "src",
    "benchmarks",
    "docs",
    "examples",
    "templates",
    "tools",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "CODE_OF_CONDUCT.md",
    "SECURITY.md",
)
# Written by programs; their texts stand elsewhere.
GENERATED = ("docs/reproduced", "docs/reproduction.md", "docs/generated", "docs/_build")

OPENINGS = ("What", "Which", "Whether", "How", "Of", "If", "Who", "Where", "Whose")
BANNED = {
    "lest": "so that ... not",
    "borne": "allowed",
    "whence": "from where",
    "anew": "again",
    "bettered": "improved",
    "behind": "after",
    "beside": "next to, with, or compared with",
    "come to": "amount to, or a plainer verb",
    "comes to": "amounts to, or a plainer verb",
    "is none": "is invalid, or does not exist",
    "are none": "are invalid, or do not exist",
    "what is it of": "name the thing",
}
# "None" with a capital is Python's value; names in code are no words.
_BANNED = re.compile(r"(?<![\w`'\"-])((?i:" + "|".join(map(re.escape, BANNED)) + r"))(?<!None)(?![\w-])")


def main(arguments: list[str]) -> int:
    """Check the files and folders named, or all of the project."""
    places = map(Path, arguments) if arguments else (ROOT / place for place in PLACES)
    findings = [finding for path in _files(places) for finding in check(path)]
    print(*findings, sep="\n", end="\n" if findings else "")
    return 1 if findings else 0


def check(path: Path) -> list[str]:
    """Return a line for each finding in a file: place, finding, way out."""
    text = path.read_text(encoding="utf-8")
    found = _in_python(text) if path.suffix == ".py" else list(enumerate(text.splitlines(), start=1))
    lines = [f"{path}:{number}: '{word}'; say {BANNED[word.lower()]}." for number, word in _banned(found)]
    if path.suffix == ".py":
        lines += [
            f"{path}:{number}: the first line opens with '{opening}'; open with an imperative verb or a noun."
            for number, opening in _openings(text)
        ]
    return lines


def _files(places) -> Iterator[Path]:
    for place in places:
        if place.is_dir():
            yield from (p for p in sorted(place.rglob("*")) if p.suffix in (".py", ".md", ".jinja") and not _skipped(p))
        elif place.exists():
            yield place


def _skipped(path):
    return path.name == "check_words.py" or any(path.resolve().is_relative_to(ROOT / place) for place in GENERATED)


def _in_python(text) -> list[tuple[int, str]]:
    """Return (line number, text) of each line of the strings and comments of a program."""
    kinds = {tokenize.COMMENT, tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
    lines = iter(text.splitlines(keepends=True))
    tokens = [t for t in tokenize.generate_tokens(lambda: next(lines, "")) if t.type in kinds]
    return [(t.start[0] + i, line) for t in tokens for i, line in enumerate(t.string.splitlines())]


def _banned(lines) -> Iterator[tuple[int, str]]:
    for number, line in lines:
        for match in _BANNED.finditer(line):
            yield number, match[1]


def _openings(text) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = (ast.get_docstring(node) or "").split(maxsplit=1)[:1]
            if first and first[0].rstrip(",:") in OPENINGS:
                yield node.body[0].lineno, first[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
