"""Not more than so many requests and tokens a minute, and patience where the endpoint asks for it.

Requests start at even distances: each takes 60 / requests-per-minute seconds of the time line, and as long as its
tokens take at tokens-per-minute. There are no bursts, which is what most endpoints punish. Tokens are estimated before
and put right after, so that a wrong guess delays or hastens the requests after it.

Time decides when something is asked, never what is answered.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Pace:
    """The time line that all threads share."""

    def __init__(
        self,
        requests_per_minute: float | None = None,
        tokens_per_minute: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._apart = 60 / requests_per_minute if requests_per_minute else 0.0
        self._a_token = 60 / tokens_per_minute if tokens_per_minute else 0.0
        self._clock, self._lock = clock, threading.Lock()
        self._next_request = self._next_token = self._paused_until = clock()

    def turn(self, tokens: int) -> float:
        """Seconds to wait before sending a request of about so many tokens; the turn is taken."""
        with self._lock:
            now = self._clock()
            at = max(now, self._next_request, self._next_token, self._paused_until)
            self._next_request = at + self._apart
            self._next_token = at + tokens * self._a_token
            return at - now

    def correct(self, estimated: int, actual: int) -> None:
        with self._lock:
            self._next_token += (actual - estimated) * self._a_token

    def pause(self, seconds: float) -> None:
        """Nobody sends anything for so long."""
        with self._lock:
            self._paused_until = max(self._paused_until, self._clock() + seconds)

    def waits(self) -> float:
        """Seconds that are left of a pause, for those whose turn had come before it."""
        with self._lock:
            return max(0.0, self._paused_until - self._clock())
