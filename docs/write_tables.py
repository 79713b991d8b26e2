"""Put measured tables into the pages that show them.

    skfashion reproduce A1 A2 A19 B E --seeds 5 --out reproduced && python docs/write_tables.py reproduced

docs/reproduced gets all of RESULTS.md and its pictures; README.md, between its marks, the figures that papers have
published. And

    python docs/write_tables.py benchmarks

puts the tables of benchmarks between their marks in the other pages.
"""

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
MARKS = re.compile(r"(<!-- RESULTS.md -->\n).*(<!-- end of RESULTS.md -->)", re.DOTALL)
BENCHMARK = re.compile(r"<!-- (benchmarks/\w+\.md) -->\n.*?<!-- end of \1 -->", re.DOTALL)
PAGE = """# What the papers published, and what we measure

```
{command}
```

wrote this page.

{results}"""


def main(folder):
    if not (folder / "RESULTS.md").is_file():
        sys.exit(f"{folder} holds no RESULTS.md")
    results = (folder / "RESULTS.md").read_text()
    command = __doc__.splitlines()[2].strip()
    page = ROOT / "docs" / "reproduced"
    shutil.rmtree(page, ignore_errors=True)
    page.mkdir()
    (page / "README.md").write_text(PAGE.format(command=command, results=results))
    for picture in folder.glob("*.png"):
        shutil.copy(picture, page)
    readme = ROOT / "README.md"
    table = published(results)
    readme.write_text(MARKS.sub(lambda match: match[1] + table + match[2], readme.read_text()))


def write_benchmarks():
    """Tables of benchmarks into the pages that have marks for them."""
    for page in (ROOT / "docs").glob("*.md"):
        page.write_text(BENCHMARK.sub(_filled_in, page.read_text()))


def _filled_in(match):
    path = match[1]
    return f"<!-- {path} -->\n{(ROOT / path).read_text().strip()}\n<!-- end of {path} -->"


def published(results):
    """The lines of the first table that have a published figure, and its caption, which is the first line of text."""
    table = results.split("\n\n")[0].splitlines()
    column = cells(table[0]).index("published")
    kept = [line for line in table[2:] if cells(line)[column] != "-"]
    caption = next(line for line in results.splitlines() if line and not line.startswith("|"))
    return "\n".join([*table[:2], *kept, "", caption]) + "\n"


def cells(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


if __name__ == "__main__":
    write_benchmarks() if sys.argv[1:] == ["benchmarks"] else main(Path(sys.argv[1]))
