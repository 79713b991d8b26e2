"""The training engine's benchmarks, one after the other, each in a process of its own.

    pip install . --group benchmarks && python -m benchmarks [SECTION ...]

prints the tables and writes them to benchmarks/RESULTS.md; with names of sections, only these are measured and written.
Nothing else should run at the same time. It takes half an hour and, for `growth`, 9 GB of disk.
"""

import argparse
import importlib
import re
import subprocess
import sys
from pathlib import Path

SECTIONS = ("epochs", "transform", "first_fit", "small_fits", "growth", "precision")
PAGE = Path(__file__).with_name("RESULTS.md")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    chosen = parser.parse_args().sections or SECTIONS
    if unknown := set(chosen) - set(SECTIONS):
        parser.error(f"there is no section {', '.join(sorted(unknown))}; choose from {', '.join(SECTIONS)}")
    written = sections_of(PAGE.read_text()) if PAGE.exists() else {}
    for name in chosen:
        written[name] = section(name)
        PAGE.write_text("# The training engine, measured\n\n" + "\n".join(written[n] for n in SECTIONS if n in written))


def section(name):
    """Measure; return a title, the command, a description, and the table."""
    lines = []
    process = subprocess.Popen([sys.executable, "-m", f"benchmarks.{name}"], stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        print(line, end="", flush=True)
        lines.append(line)
    if process.wait():
        sys.exit(f"benchmarks.{name} failed")
    title, command, *text = importlib.import_module(f"benchmarks.{name}").__doc__.strip().split("\n\n")
    return f"## {name}: {title}\n\n```\n{command.strip()}\n```\n\n" + "\n\n".join(text) + "\n\n" + "".join(lines)


def sections_of(page):
    """Split a page into its sections, by name."""
    return {text.split(":")[0][3:]: text.strip() + "\n" for text in re.split(r"(?m)^(?=## )", page)[1:]}


if __name__ == "__main__":
    main()
