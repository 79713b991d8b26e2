"""Write measured tables into the pages that show them.

    skfashion reproduce all --seeds 5 --jobs 2 --out reproduced && python tools/write_tables.py reproduced

docs/reproduced gets results.json and the pictures, docs/reproduction.md all tables between its marks, and
docs/published.md a line for each row that has a published value. `python tools/write_tables.py docs/reproduced` writes
the two pages again.

    python tools/write_tables.py benchmarks

writes the tables of benchmarks between their marks in the other pages:

- a whole file between `<!-- benchmarks/NAME.md -->` and `<!-- end of benchmarks/NAME.md -->`;
- some columns between `<!-- columns of benchmarks/NAME.md: FIRST; SECOND -->` and `<!-- end of columns -->`;
- of these, some rows: ` / rows: THIS; THAT | NEXT` at the end of the mark takes those that begin with these cells;
- the last column of one row between `<!-- cell of benchmarks/NAME.md: FIRST; SECOND / rows: THIS -->` and
  `<!-- end of cell -->`.
"""

import re
import shutil
import sys
from pathlib import Path

from skfashion.experiments import MetricLine, Results
from skfashion.report import ReproductionReport, table_of_metrics

ROOT = Path(__file__).parent.parent
KEPT = ROOT / "docs" / "reproduced"
HEADLINES = (
    "accuracy",
    "purity",
    "adjusted_rand",
    "silhouette",
)  # of a row in docs/published.md: the first one
MARKS = re.compile(r"(<!-- reproduced -->\n).*(<!-- end of reproduced -->)", re.DOTALL)
BENCHMARK = re.compile(r"<!-- (benchmarks/\w+\.md) -->\n.*?<!-- end of \1 -->", re.DOTALL)
COLUMNS = re.compile(r"(<!-- columns of (benchmarks/[^:]+): (.*?) -->\n).*?(<!-- end of columns -->)", re.DOTALL)
CELL = re.compile(r"(<!-- cell of (benchmarks/[^:]+): (.*?) -->).*?(<!-- end of cell -->)")


def main(folder: Path) -> None:
    """Keep the results of a folder, and write them into docs/published.md and docs/reproduction.md."""
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
        ROOT / "docs" / "published.md": f"{headlines}\n\n{results.caption}\n",
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
    return {page: _with_benchmarks(page.read_text()) for page in pages}


def _with_benchmarks(text):
    for pattern, fill in ((BENCHMARK, _filled_in), (COLUMNS, _some_columns), (CELL, _one_cell)):
        text = pattern.sub(fill, text)
    return text


def _filled_in(match):
    path = match[1]
    return f"<!-- {path} -->\n{(ROOT / path).read_text().strip()}\n<!-- end of {path} -->"


def _some_columns(match):
    """Fill in the columns and rows that a mark names."""
    columns, rows = _chosen(match)
    return match[1] + "".join(f"| {' | '.join(row)} |\n" for row in [columns, ["---"] * len(columns), *rows]) + match[4]


def _one_cell(match):
    """Fill in the last column of the only row that a mark names."""
    _, rows = _chosen(match)
    if len(rows) != 1:
        raise ValueError(f"{match[1]} names {len(rows)} rows; name one.")
    return match[1] + rows[0][-1] + match[4]


def _chosen(match):
    """Return the columns that a mark names and its rows, of one file or of several with the same columns."""
    columns, chosen = (_names(part) for part in f"{match[3]} / rows:".split(" / rows:")[:2])
    chosen = [name.split(" | ") for name in chosen]
    rows = [row for path in match[2].split(",") for row in _rows_of((ROOT / path.strip()).read_text(), columns)]
    return columns, [row for row in rows if not chosen or any(row[: len(first)] == first for first in chosen)]


def _names(text):
    return [name.strip() for name in text.split(";") if name.strip()]


def _rows_of(text, columns):
    """Return the cells in some columns of the first table that has them all."""
    for table in re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE):
        header, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines())
        if set(columns) <= set(header):
            return [[row[header.index(column)] for column in columns] for row in rows]
    raise ValueError(f"no table has the columns {columns}")


if __name__ == "__main__":
    write_benchmarks() if sys.argv[1:] == ["benchmarks"] else main(Path(sys.argv[1]))
