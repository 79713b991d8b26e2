"""Run the command and send its process a signal when it has written labels: end_while_writing.py SIGNAL ARGUMENT ..."""

import os
import signal
import sys
import threading

from skfashion.cli import _results, main

signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell's background jobs ignore
write = _results.write_labels


def interrupted(*arguments):
    write(*arguments)
    os.kill(os.getpid(), signal.Signals[sys.argv[1]])
    threading.Event().wait(60)


_results.write_labels = interrupted
sys.exit(main(sys.argv[2:]))
