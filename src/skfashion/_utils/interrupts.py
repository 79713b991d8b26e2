"""Ctrl-C, held back until it does no harm."""

import signal
import threading
from collections.abc import Callable
from contextlib import contextmanager
from types import FrameType
from typing import Any


class _PutOff:
    """A Ctrl-C that may be waiting, and the handler that it goes to."""

    def __init__(self):
        self.is_on = False
        self.is_waiting = False
        self.handler: Callable[[int, FrameType | None], Any] = signal.default_int_handler

    def take_note(self, number, frame):
        """Hold the first Ctrl-C back, and deliver a second one at once."""
        if self.is_waiting:
            self.handler(number, frame)
        self.is_waiting = True

    def deliver(self):
        if self.is_waiting:
            self.is_waiting = False
            self.handler(signal.SIGINT, None)


_put_off = _PutOff()


@contextmanager
def put_off_interrupts():
    """Hold a first Ctrl-C back until `deliver_interrupt` is called or the block ends.

    An exception at any moment could leave modules half imported, or vanish in a library's callback. Only the main
    thread receives signals: in other threads, and within another such block, nothing changes.
    """
    is_main = threading.current_thread() is threading.main_thread()
    handler = signal.getsignal(signal.SIGINT)
    if not is_main or _put_off.is_on or not callable(handler):
        yield
        return
    _put_off.handler = handler
    _put_off.is_on = True
    signal.signal(signal.SIGINT, _put_off.take_note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, _put_off.handler)
        _put_off.is_on = False
        _put_off.deliver()


def deliver_interrupt():
    """Raise KeyboardInterrupt if a Ctrl-C waits; call it where an exception does no harm."""
    if threading.current_thread() is threading.main_thread():
        _put_off.deliver()
