"""``python -m skfashion``."""

import os
import sys
from contextlib import suppress
from pathlib import Path

with suppress(FileNotFoundError):  # the current folder is gone
    folder = os.getcwd()
    if sys.path[:1] == [folder] and not Path(__file__).is_relative_to(folder):
        del sys.path[0]  # added by -m: a logging.py of the current folder would be imported

from skfashion.cli import program

program()
