"""Run a command in the unpacked source distribution, to see that it holds all that the command needs.

    TOX_PACKAGE=PACKAGE.tar.gz python tools/in_sdist.py FOLDER COMMAND...

tox sets TOX_PACKAGE. The distribution is unpacked to FOLDER.
"""

import os
import subprocess
import sys
import tarfile
from pathlib import Path


def main(folder, *command):
    package = os.environ["TOX_PACKAGE"]
    with tarfile.open(package) as archive:
        archive.extractall(folder, filter="data")
    inside = Path(folder) / Path(package).name.removesuffix(".tar.gz")
    return subprocess.run(command, cwd=inside).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
