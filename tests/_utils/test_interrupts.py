import os
import signal
import subprocess
import sys
import threading

import pytest

from skfashion._utils.interrupts import deliver_interrupt, put_off_interrupts


def test_a_first_interrupt_waits_for_the_end(ctrl_c):
    reached = []
    with pytest.raises(KeyboardInterrupt), put_off_interrupts():
        ctrl_c()
        reached.append(True)
    assert reached


def test_it_is_delivered_where_it_is_asked_for_and_once(ctrl_c):
    with put_off_interrupts():
        ctrl_c()
        with pytest.raises(KeyboardInterrupt):
            deliver_interrupt()
        deliver_interrupt()


def test_a_second_interrupt_does_not_wait(ctrl_c):
    with put_off_interrupts():
        ctrl_c()
        with pytest.raises(KeyboardInterrupt):
            ctrl_c()
        with pytest.raises(KeyboardInterrupt):
            deliver_interrupt()  # the first


def test_a_block_within_a_block_leaves_it_to_the_outer_one(ctrl_c):
    reached = []
    with pytest.raises(KeyboardInterrupt), put_off_interrupts():
        with put_off_interrupts():
            ctrl_c()
        reached.append(True)
    assert reached


def test_the_users_own_handler_is_the_one_that_hears_of_it(ctrl_c):
    heard = []
    before = signal.signal(signal.SIGINT, lambda *_: heard.append(True))
    try:
        with put_off_interrupts():
            ctrl_c()
            assert not heard
        assert heard == [True]
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_are_left_alone(ctrl_c):
    handlers = []

    def work():
        with put_off_interrupts():
            handlers.append(signal.getsignal(signal.SIGINT))
            deliver_interrupt()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert handlers == [signal.getsignal(signal.SIGINT)]


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="sends a signal as POSIX does")
@pytest.mark.once
@pytest.mark.parametrize("delay", [0.2, 0.7])
def test_an_interrupt_while_keras_is_imported_leaves_it_whole(programs, delay):
    subprocess.run([sys.executable, programs / "interrupt_import.py", str(delay)], check=True, env=os.environ)
