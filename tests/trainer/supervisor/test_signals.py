import os
import signal
import subprocess

import pytest

from trainer.supervisor.signals import Signals

ASKING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@pytest.mark.parametrize("number", ASKING)
def test_each_of_three_signals_asks_to_drain_and_only_sigint_after_it_to_kill(number):
    before = [signal.getsignal(one) for one in (*ASKING, signal.SIGCHLD)]
    with Signals() as signals:
        assert (signals.drain, signals.kill) == ("", False)
        os.kill(os.getpid(), number)
        signals.wait(60)
        assert (signals.drain, signals.kill) == (number.name, False)
        os.kill(os.getpid(), signal.SIGTERM)
        signals.wait(60)
        assert not signals.kill
        os.kill(os.getpid(), signal.SIGINT)
        signals.wait(60)
        assert (signals.drain, signals.kill) == (number.name, True)
    assert [signal.getsignal(one) for one in (*ASKING, signal.SIGCHLD)] == before


def test_a_childs_end_wakes_it():
    with Signals() as signals:
        child = subprocess.Popen(["sleep", "0.05"])
        signals.wait(3600)
        child.wait()


def test_a_pause_ends_where_someone_asks_to_leave():
    with Signals() as signals:
        signals.pause(0.01)
        os.kill(os.getpid(), signal.SIGTERM)
        signals.pause(3600)


def test_what_nohup_ignores_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Signals() as signals:
            os.kill(os.getpid(), signal.SIGHUP)
            signals.wait(0.01)
            assert not signals.drain
    finally:
        signal.signal(signal.SIGHUP, before)
