"""A command as a process: its exit code, its signals, its warnings, and output that cannot be written."""

import errno
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from typing import NoReturn

from skfashion._utils.files import RESERVE
from skfashion.cli._terminal import never_fail_to_encode, print_to_stderr, replace_closed_streams

DONE, FAILED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130
DEBUG = "SKFASHION_DEBUG"  # environment variable
SOON = 0.01  # seconds, in which a finalizer is left
UNWRITTEN = (errno.ENOSPC, errno.EIO, errno.EDQUOT)


def run_in_order(command: Callable[[], int]) -> int:
    """Run a function that returns an exit code; say in a line what else has ended it, and return the code of that."""
    replace_closed_streams()
    never_fail_to_encode()
    reserve = None
    with _ending_in_order(), _warning_in_a_line():
        try:
            reserve = bytearray(RESERVE)
            code = command()
            sys.stdout.flush()
            return code
        except KeyboardInterrupt:
            print_to_stderr("skfashion: interrupted")
            return INTERRUPTED
        except BrokenPipeError:  # nobody reads any more
            return _without_output()
        except Exception as error:
            del reserve  # the line that says that there is no memory takes some
            if isinstance(error, OSError) and error.filename is None and error.errno in UNWRITTEN:
                print_to_stderr(f"skfashion: error: the output cannot be written: {error.strerror}")
                return _without_output()
            if os.environ.get(DEBUG):
                raise
            print_to_stderr(f"skfashion: {_in_a_line(error)}; {DEBUG}=1 shows where it comes from")
            return FAILED


def exit_process(command: Callable[[], int]) -> NoReturn:
    """Run a function, and exit the process with the code that it returns."""
    try:
        code = command()
    finally:
        _end_at_once()
    sys.exit(code)


def _end_at_once():
    """Let Ctrl-C end the process from now on: results are written, and an exception at exit would show a traceback."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # a job in the background may ignore it
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def _in_a_line(error):
    """Name an error that the command did not expect."""
    reason = " ".join(str(error).split())
    if isinstance(error, MemoryError):
        return f"error: there is not enough memory{': ' * bool(reason)}{reason}; take fewer images, or smaller ones"
    return f"unexpected {type(error).__name__}: {reason or 'no reason is given'}"


def _without_output():
    """Send the rest of the output nowhere: Python would try to write it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED


@contextmanager
def _ending_in_order():
    """Turn SIGTERM and SIGHUP into exceptions, so that nothing unfinished is left.

    Python ignores exceptions in finalizers and callbacks of weak references; a signal that arrives there comes again.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread gets signals
        return
    numbers = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]  # Windows has SIGTERM only
    before, hook = {number: signal.signal(number, _end) for number in numbers}, sys.unraisablehook
    sys.unraisablehook = partial(_come_again, otherwise=hook)
    try:
        yield
    finally:
        sys.unraisablehook = hook
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _warning_in_a_line():
    """Show warnings without their place in the code."""
    with warnings.catch_warnings():
        warnings.showwarning = lambda message, *_: print_to_stderr(
            f"skfashion: warning: {' '.join(str(message).split())}"
        )
        yield


class _Ending(SystemExit):
    """The exit that a signal asks for."""


def _end(number, _frame):
    raise _Ending(128 + number)


def _come_again(ignored, otherwise):
    """Send the signal again whose exception Python has ignored; other exceptions go to another hook."""
    if issubclass(ignored.exc_type, _Ending | KeyboardInterrupt):
        is_interrupt = issubclass(ignored.exc_type, KeyboardInterrupt)
        number = signal.SIGINT if is_interrupt else ignored.exc_value.code - 128
        threading.Timer(SOON, _send, [number]).start()
    else:
        otherwise(ignored)


def _send(number):
    """Send a signal to the main thread, even if it waits."""
    main_thread = threading.main_thread().ident
    if main_thread is not None and hasattr(signal, "pthread_kill"):
        signal.pthread_kill(main_thread, number)
    else:  # on Windows
        signal.raise_signal(number)
