"""Write measured tables into the pages that show them.

    skfashion reproduce all --seeds 5 --jobs 2 --out reproduced && python tools/write_tables.py reproduced

docs/reproduced gets results.json and the pictures, docs/reproduction.md all tables between its marks, and README.md a
line for each row that has a published value. `python tools/write_tables.py docs/reproduced` writes the two pages again.

    python tools/write_tables.py benchmarks

writes the tables of benchmarks between their marks in the other pages.
"""

import re
import shutil
import sys
from pathlib import Path

from skfashion.experiments import MetricLine, Results
from skfashion.report import ReproductionReport, table_of_metrics

ROOT = Path(__file__).parent.parent
KEPT = ROOT / "docs" / "reproduced"
HEADLINES = ("accuracy", "purity", "adjusted_rand", "silhouette")  # a row's line in the README has the first of them
MARKS = re.compile(r"(<!-- reproduced -->\n).*(<!-- end of reproduced -->)", re.DOTALL)
BENCHMARK = re.compile(r"<!-- (benchmarks/\w+\.md) -->\n.*?<!-- end of \1 -->", re.DOTALL)


def main(folder: Path) -> None:
    """Keep the results of a folder, and write them into the README and docs/reproduction.md."""
    try:
        results = Results.read(folder)
    except OSError as error:
        sys.exit(f"{folder} holds no results: {error}")
    if folder.resolve() != KEPT:
        shutil.rmtree(KEPT, ignore_errors=True)
        KEPT.mkdir()
        for name in ("results.json", *(f"{picture}.png" for picture in results.pictures)):
            shutil.copy(folder / name, KEPT)
    for page, text in pages(results).items():
        page.write_text(text)


def pages(results: Results) -> dict[Path, str]:
    """Return the pages that show results, with the tables between their marks."""
    headlines = table_of_metrics(headlines_of(results)).to_markdown()
    tables = {
        ROOT / "README.md": f"{headlines}\n\n{results.caption}\n",
        ROOT / "docs" / "reproduction.md": ReproductionReport(results, title="").to_markdown("reproduced/"),
    }
    return {page: MARKS.sub(lambda m, t=text: m[1] + t + m[2], page.read_text()) for page, text in tables.items()}


def headlines_of(results: Results) -> list[MetricLine]:
    """Choose a line for each row that has a published value."""
    published = [line for line in results.metrics() if line.published is not None]
    chosen: dict[str, MetricLine] = {}
    for line in sorted(published, key=_rank):
        chosen.setdefault(line.row.name, line)
    return [line for line in published if chosen[line.row.name] is line]


def _rank(line):
    return HEADLINES.index(line.metric) if line.metric in HEADLINES else len(HEADLINES)


def write_benchmarks() -> None:
    """Write tables of benchmarks into the pages that have marks for them."""
    for page, text in pages_with_benchmarks().items():
        page.write_text(text)


def pages_with_benchmarks() -> dict[Path, str]:
    """Return the pages with the tables of benchmarks between their marks."""
    pages = (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))
    return {page: BENCHMARK.sub(_filled_in, page.read_text()) for page in pages}


def _filled_in(match):
    path = match[1]
    return f"<!-- {path} -->\n{(ROOT / path).read_text().strip()}\n<!-- end of {path} -->"


if __name__ == "__main__":
    write_benchmarks() if sys.argv[1:] == ["benchmarks"] else main(Path(sys.argv[1]))
