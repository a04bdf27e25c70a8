"""How an attempt ended, and what follows: end with a code, or begin anew.

A fault is worth another attempt as long as the budget holds: `faults.restarts` in all, and `WITHOUT_A_STEP` in a row
that brought no new step, since what fails at the same place each time will not mend itself. A rank that refuses its
input (exit 2) or stops on purpose (exit 3) is never tried again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from trainer.errors import TrainingError, TrainingStopped
from trainer.supervisor.drain import EXIT_CODE

WITHOUT_A_STEP = 3  # restarts
PAUSES = (0.0, 2.0, 10.0)  # seconds before each of them: a store or a network may need a moment
KILLED = 130  # as shells say of SIGINT
FINAL = (TrainingError.exit_code, TrainingStopped.exit_code)

Kind = Literal["done", "drained", "final", "killed", "fault", "stopped"]


@dataclass(frozen=True)
class Outcome:
    """Of one node's ranks. `stopped`: nothing of its own, another node had a fault."""

    kind: Kind
    code: int = 0  # where final
    why: str = ""
    step: int = -1  # the furthest that its ranks have done
    cause: str = ""  # of a fault: crash, hang or node
    rank: int | None = None
    host: str = ""
    tail: tuple[str, ...] = ()  # last lines of that rank's stderr


@dataclass(frozen=True)
class Verdict:
    """`code` None: begin anew, after a pause of so many seconds."""

    code: int | None
    why: str = ""
    pause: float = 0.0
    outcome: Outcome | None = None  # what it rests on


class Budget:
    """Counts restarts."""

    def __init__(self, restarts: int) -> None:
        self._left, self._restarts = restarts, restarts
        self._best, self._vain = -1, 0

    def fault(self, step: int, outcome: Outcome) -> Verdict:
        """What follows from a fault; `step` is the furthest that any rank has done."""
        why = outcome.why
        if step > self._best:
            self._best, self._vain = step, 0
        if self._left == 0:
            why = f"{why}; all {self._restarts} restarts (faults.restarts) are used up"
            return Verdict(TrainingStopped.exit_code, why, outcome=outcome)
        if self._vain == WITHOUT_A_STEP:
            why = f"{why}; {WITHOUT_A_STEP} restarts in a row brought no new step"
            return Verdict(TrainingStopped.exit_code, why, outcome=outcome)
        self._left -= 1
        self._vain += 1
        return Verdict(None, why, PAUSES[self._vain - 1], outcome)


def judge(outcomes: Sequence[Outcome], budget: Budget) -> Verdict:
    """What follows from the outcomes of all nodes: the gravest of them decides, of equals the first."""
    gravest = min(outcomes, key=lambda outcome: _GRAVEST.index(outcome.kind))
    if gravest.kind in _CODES:
        return Verdict(_CODES[gravest.kind], gravest.why, outcome=gravest)
    if gravest.kind == "final":
        return Verdict(gravest.code, gravest.why, outcome=gravest)
    return budget.fault(max(outcome.step for outcome in outcomes), gravest)


_GRAVEST: tuple[Kind, ...] = ("killed", "final", "drained", "fault", "stopped", "done")
_CODES: dict[Kind, int] = {"killed": KILLED, "drained": EXIT_CODE, "done": 0}
