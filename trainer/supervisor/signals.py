"""Signals of the supervisor: requests to leave are kept, and a child's end wakes it at once.

The first SIGTERM, SIGINT or SIGHUP (a terminal that is closed, unless nohup has it ignored) asks to drain; a SIGINT
after it (someone presses Ctrl-C again) asks to kill. Each signal,
SIGCHLD too, writes a byte to a socket that `wait` sleeps on, so that a crash is noticed within milliseconds: before
the other ranks have failed in its train, which is how the first to fall is known.
"""

from __future__ import annotations

import select
import signal
import socket
import time
from types import FrameType
from typing import Any


class Signals:
    """A context: handlers are put back at its end."""

    def __init__(self) -> None:
        self.drain: str = ""  # the name of the signal that asked for it
        self.kill = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Signals:
        self._woken, self._waker = socket.socketpair()
        self._woken.setblocking(False)
        self._waker.setblocking(False)
        self._wakeup_before = signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup_before)
        self._woken.close()
        self._waker.close()

    def wait(self, seconds: float) -> None:
        """Sleep so long, or until a signal comes."""
        if select.select([self._woken], [], [], max(0.0, seconds))[0]:
            while True:
                try:
                    self._woken.recv(1024)
                except BlockingIOError:
                    return

    def pause(self, seconds: float) -> None:
        """Sleep so long unless someone asks to leave."""
        until = time.monotonic() + seconds
        while not self.drain and (left := until - time.monotonic()) > 0:
            self.wait(left)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGCHLD:
            return
        if number == signal.SIGINT and self.drain:
            self.kill = True
        self.drain = self.drain or signal.Signals(number).name
