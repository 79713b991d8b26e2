"""Take all memory while something is written: a "file", a "folder", or a folder as a part of a "command".

"start" is a command that has next to no memory. The second argument is the path. The exit code is that of the command,
or 3 after a MemoryError.
"""

import os
import resource
import sys
from pathlib import Path

from skfashion._utils.files import new_folder, write_file
from skfashion.cli._process import run_in_order

MAX_BYTES = 2**27  # more than are used
SMALLEST = 64  # bytes; the smallest objects are shared, or kept for later
kept = []


def limit(n_bytes):
    lines = Path("/proc/self/status").read_text().splitlines()
    used = 1024 * int(next(line for line in lines if line.startswith("VmData")).split()[1])
    resource.setrlimit(resource.RLIMIT_DATA, (used + n_bytes,) * 2)


def exhaust():
    limit(MAX_BYTES)
    size, reserved = MAX_BYTES, [None] * 100_000  # the list itself must not grow
    kept.append(reserved)
    place = 0
    while size >= SMALLEST:
        try:
            reserved[place] = bytearray(size)
            place += 1
        except MemoryError:
            size //= 2
    raise MemoryError


def file():
    os.fsync = lambda _: exhaust()
    write_file(path, b"unfinished")


def folder():
    with new_folder(path) as unfinished:
        (unfinished / "file").write_text("unfinished")
        exhaust()


def command():
    return run_in_order(folder)


def start():
    limit(2**20)
    return run_in_order(lambda: 0)


path = Path(sys.argv[2])
try:
    code = {"file": file, "folder": folder, "command": command, "start": start}[sys.argv[1]]()
except MemoryError:
    code = 3
kept.clear()
sys.exit(code)
