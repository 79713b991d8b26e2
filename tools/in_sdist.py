"""Run a command in the unpacked source distribution, to see that it holds all that the command needs.

    python tools/in_sdist.py PACKAGE.tar.gz FOLDER COMMAND...

The distribution is unpacked to FOLDER.
"""

import subprocess
import sys
import tarfile
from pathlib import Path


def main(package, folder, *command):
    with tarfile.open(package) as archive:
        archive.extractall(folder, filter="data")
    inside = Path(folder) / Path(package).name.removesuffix(".tar.gz")
    return subprocess.run(command, cwd=inside).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
