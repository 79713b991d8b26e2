"""Put measured tables into the pages that show them.

    skfashion reproduce all --seeds 5 --jobs 2 --out reproduced && python docs/write_tables.py reproduced

docs/reproduced gets RESULTS.md, results.json and the pictures; docs/reproduction.md, between its marks, all of
RESULTS.md, and README.md a line for each row that has published figures. And

    python docs/write_tables.py benchmarks

puts the tables of benchmarks between their marks in the other pages.
"""

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
HEADLINES = ("accuracy", "purity", "adjusted rand", "silhouette")  # the first of them that a row has stands for it
KEPT = ("RESULTS.md", "results.json", "*.png")
MARKS = re.compile(r"(<!-- RESULTS.md -->\n).*(<!-- end of RESULTS.md -->)", re.DOTALL)
BENCHMARK = re.compile(r"<!-- (benchmarks/\w+\.md) -->\n.*?<!-- end of \1 -->", re.DOTALL)


def main(folder):
    if not (folder / "RESULTS.md").is_file():
        sys.exit(f"{folder} holds no RESULTS.md")
    results = (folder / "RESULTS.md").read_text()
    kept = ROOT / "docs" / "reproduced"
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir()
    for pattern in KEPT:
        for path in folder.glob(pattern):
            shutil.copy(path, kept)
    write_between_marks(ROOT / "README.md", published(results))
    write_between_marks(ROOT / "docs" / "reproduction.md", embedded(results))


def write_between_marks(page, text):
    page.write_text(MARKS.sub(lambda match: match[1] + text + match[2], page.read_text()))


def write_benchmarks():
    """Tables of benchmarks into the pages that have marks for them."""
    for page in (ROOT / "docs").glob("*.md"):
        page.write_text(BENCHMARK.sub(_filled_in, page.read_text()))


def _filled_in(match):
    path = match[1]
    return f"<!-- {path} -->\n{(ROOT / path).read_text().strip()}\n<!-- end of {path} -->"


def embedded(results):
    """The results as part of a page that stands beside their folder."""
    _, text = results.split("\n\n", 1)  # without their title
    text = re.sub(r"\]\(([\w-]+\.png)\)", r"](reproduced/\1)", text)
    return f"{text.strip()}\n"


def published(results):
    """Of the first table, a line for each row that has a published figure, and what is said of the table."""
    _title, caption, *parts = results.split("\n\n")
    table = next(part for part in parts if part.startswith("| ")).splitlines()
    row, metric, figure = (cells(table[0]).index(name) for name in ("row", "metric", "published"))
    lines = [line for line in table[2:] if cells(line)[figure] != "-"]
    chosen = {}
    for line in sorted(lines, key=lambda line: rank(cells(line)[metric])):
        chosen.setdefault(cells(line)[row], line)
    kept = sorted(chosen.values(), key=lines.index)
    return "\n".join([*table[:2], *kept, "", caption]) + "\n"


def rank(metric):
    return HEADLINES.index(metric) if metric in HEADLINES else len(HEADLINES)


def cells(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


if __name__ == "__main__":
    write_benchmarks() if sys.argv[1:] == ["benchmarks"] else main(Path(sys.argv[1]))
