"""How long annotation puts up with an endpoint, for one document and for the whole run.

One document: `tries` requests that bring nothing, `questions` answers that are none; then it is unjudged and the next
one has its turn. The run: `failures_in_a_row` without one success, each sent after the one before had failed, so that a
restart that breaks sixteen connections at once counts as one. A refusal is the document's own fault, and counts only
for an endpoint that has answered nothing yet, in this run or an earlier: one that begins where the others are answered
would meet those refused one after the other. Waits double from `backoff` to `longest_backoff` seconds;
what an endpoint asks for by Retry-After counts instead, up to `longest_wait`.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from classifiers.annotate.client import Failed
from curate.errors import RunStopped

CALM = 3  # failures in a row from which on everybody waits


@dataclass(frozen=True)
class Patience:
    questions: int = 3
    tries: int = 6
    busy: int = 50  # 429s that one document meets: some endpoints say so of a prompt larger than their limit a minute
    failures_in_a_row: int = 20
    backoff: float = 0.5
    longest_backoff: float = 30.0
    longest_wait: float = 300.0

    def wait(self, nth: int, spread: float) -> float:
        """Seconds before the next try after the nth failure; `spread` in [0, 1) keeps threads apart."""
        return min(self.longest_backoff, self.backoff * 2.0 ** min(nth - 1, 32)) * (0.5 + spread / 2)


class Streak:
    """Failures in a row of one endpoint; threads share it."""

    def __init__(self, where: str, patience: Patience, answered_before: bool = False):
        self._where, self._patience, self._lock = where, patience, threading.Lock()
        self._events = self._last_failure = self._row = 0
        self._answered, self._answered_before = False, answered_before

    def begin(self) -> int:
        """Now, as `failed` wants to know it of a request."""
        return self._events

    def well(self) -> None:
        with self._lock:
            self._answered, self._row = True, 0

    def refused(self, begun: int, why: str) -> None:
        """RunStopped where nothing but refusals comes from an endpoint that never answered."""
        if not (self._answered or self._answered_before):
            self.failed(begun, why)

    def failed(self, begun: int, failure: Failed | str) -> float:
        """Seconds that everybody should wait; RunStopped where there is no sense in going on."""
        what = failure if isinstance(failure, str) else failure.what
        with self._lock:
            self._events += 1
            if begun >= self._last_failure:
                self._row, self._last_failure = self._row + 1, self._events
            row, never = self._row, not self._answered
        if never and isinstance(failure, Failed) and failure.dead:
            raise RunStopped(f"{self._where}: {what}. Start the endpoint; the same command continues.")
        if row >= self._patience.failures_in_a_row:
            raise RunStopped(
                f"{self._where}: {row} requests in a row failed, the last by {what!r}. What was answered is kept; "
                "the same command continues (--failures-in-a-row is how many are borne)."
            )
        return self._patience.wait(row - CALM + 1, 1.0) if row >= CALM else 0.0

    def asked_to_wait(self, seconds: float) -> None:
        if seconds > self._patience.longest_wait:
            raise RunStopped(
                f"{self._where}: asks for {seconds:.0f} s of peace (Retry-After), more than the "
                f"{self._patience.longest_wait:.0f} s that are waited here. What was answered is kept; the same "
                "command continues, then."
            )
