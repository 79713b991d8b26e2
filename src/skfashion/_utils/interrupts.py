"""Ctrl-C put off to where it does no harm."""

import signal
import threading
from collections.abc import Callable
from contextlib import contextmanager
from types import FrameType
from typing import Any


class _PutOff:
    """Whether there is a Ctrl-C that waits, and who is to hear of it."""

    def __init__(self):
        self.is_on = False
        self.is_waiting = False
        self.handler: Callable[[int, FrameType | None], Any] = signal.default_int_handler

    def take_note(self, number, frame):
        """The first one waits; whoever presses again wants it now."""
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
    """While open, a first Ctrl-C waits for `deliver_interrupt`, or for the end.

    An exception out of nowhere would otherwise leave modules half imported, or vanish in a library's callback. Signals
    are the main thread's business: in others, and within another such block, nothing is changed.
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
    """Raise KeyboardInterrupt if a Ctrl-C waits; to be called where a caller is prepared for it."""
    if threading.current_thread() is threading.main_thread():
        _put_off.deliver()
