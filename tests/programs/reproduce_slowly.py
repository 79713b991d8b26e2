"""Reproduce two rows, write half of the second measurement, touch the file MARKER, and wait to be killed."""

import sys
import time
from pathlib import Path

from skfashion.cli import main
from skfashion.experiments import _runner

write, seen = _runner.write_file, []


def slowly(path, content):
    seen.append(path)
    if len(seen) == 2:
        path.with_suffix(".half.tmp").write_bytes(content[: len(content) // 2])
        Path(sys.argv[1]).touch()
        time.sleep(600)
    write(path, content)


_runner.write_file = slowly
main(["reproduce", "B1", "D2", "--sample", "--seeds", "2"])
