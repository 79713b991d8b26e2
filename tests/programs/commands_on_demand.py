"""Run functions in forked processes: reads lines [target, [argument, ...], limits], prints lines of JSON.

The limits are {"file_size": bytes, "memory": bytes more than are used}.

A process begins in a moment, since everything is imported. The first line that is printed for it has its number, the
second its exit code, as a shell shows it.
"""

import json
import os
import resource
import signal
import sys
from pathlib import Path

import numpy as np

import skfashion
from skfashion.cli import main, program


def command(*arguments):
    program(list(arguments))


def save(path):
    """Save models one after another; each replaces the one before."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 5))
    for number in range(30):
        skfashion.save(skfashion.KNNSpectral(2, random_state=0).fit(X), path, metadata={"number": number})
    return 0


def child(target, arguments, limits):
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    os.dup2(os.open(arguments.pop(0), os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if "file_size" in limits:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limits["file_size"],) * 2)
    if "memory" in limits:
        lines = Path("/proc/self/status").read_text().splitlines()
        used = 1024 * int(next(line for line in lines if line.startswith("VmData")).split()[1])
        resource.setrlimit(resource.RLIMIT_DATA, (used + limits["memory"],) * 2)
    signal.alarm(300)  # nothing hangs for ever
    sys.exit({"command": command, "save": save}[target](*arguments))


for path in sys.argv[1:]:  # a first run imports what the others need
    main(["cluster", path, "--reducer", "pca", "--clusterer", "kmeans", "--n-clusters", "2", "--out", f"{path}.warm"])
print("ready", flush=True)
for line in sys.stdin:
    number = os.fork()
    if not number:
        child(*json.loads(line))
    print(json.dumps(number), flush=True)
    _, status = os.waitpid(number, 0)
    code = os.waitstatus_to_exitcode(status)
    print(json.dumps(128 - code if code < 0 else code), flush=True)
