"""What each fault costs, by a clock that stands in one of four causes until the run is where it was before.

- detection: from the last sign of life to the moment the fault was noticed. It holds the step that was under way.
- restart: until every rank of the next attempt is there: killing, the check of the node, Python's imports, rendezvous.
- load: until the state of the last checkpoint is in place.
- recomputation: until the furthest step of any earlier attempt is done again.

A fault during recovery closes the loss that is open, with what it has cost by then, and opens its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from trainer.supervisor.heartbeat import Beats

CAUSES = ("detection", "restart", "load", "recomputation")


@dataclass
class Loss:
    """Of one fault, in seconds; `steps` are those done again."""

    attempt: int
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(CAUSES, 0.0))
    steps: int = 0


class Losses:
    """`told` is called with each loss when it is over."""

    def __init__(self, told: Callable[[Loss], None]) -> None:
        self._told = told
        self._open: Loss | None = None
        self._since = 0.0
        self._cause = "restart"
        self.best = -1  # the furthest step done

    def look(self, now: float, beats: Beats) -> None:
        """The ranks have told something new."""
        if self._open is not None:
            self._advance(self._open, now, beats)
        if beats.step is not None:
            self.best = max(self.best, beats.step)

    def ended(self, now: float, beats: Beats) -> None:
        """The attempt is over: what was open ends with its last sign of life."""
        if self._open is not None:
            self._spend(self._open, max(self._since, min(now, beats.newest)))
            self._close(self._open, beats)
        self._since, self._cause = max(self._since, beats.newest), "detection"

    def fault(self, attempt: int, now: float) -> None:
        """It was a fault, and another attempt follows."""
        self._open = Loss(attempt)
        self._spend(self._open, now)
        self._cause = "restart"

    def _advance(self, loss: Loss, now: float, beats: Beats) -> None:
        if self._cause == "restart" and beats.begun:
            self._spend(loss, now)
            self._cause = "load"
        if self._cause == "load" and beats.step is not None:
            self._spend(loss, now)
            self._cause = "recomputation"
        if self._cause == "recomputation" and beats.step is not None and beats.step >= self.best:
            self._spend(loss, now)
            self._close(loss, beats)

    def _spend(self, loss: Loss, now: float) -> None:
        loss.seconds[self._cause] += now - self._since
        self._since = now

    def _close(self, loss: Loss, beats: Beats) -> None:
        if beats.loaded is not None and beats.step is not None:
            loss.steps = max(0, min(self.best, beats.step) - beats.loaded)
        self._open = None
        self._told(loss)
