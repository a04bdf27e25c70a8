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
    tail: tuple[str, ...] = ()  # last lines of that rank's stderr, unless they were shown already


@dataclass(frozen=True)
class Verdict:
    """`code` None: begin anew, after a pause of so many seconds."""

    code: int | None
    why: str = ""
    pause: float = 0.0


class Budget:
    """Counts restarts. `pauses` lengthen while no step is won: a store or a network may need a moment."""

    def __init__(self, restarts: int, pauses: Sequence[float] = (0.0, 2.0, 10.0)) -> None:
        self._left, self._restarts, self._pauses = restarts, restarts, pauses
        self._best, self._vain = -1, 0

    def fault(self, step: int, why: str) -> Verdict:
        if step > self._best:
            self._best, self._vain = step, 0
        if self._left == 0:
            return Verdict(3, f"{why}; all {self._restarts} restarts of faults.restarts are used up")
        if self._vain == WITHOUT_A_STEP:
            return Verdict(3, f"{why}; {WITHOUT_A_STEP} restarts in a row brought no new step")
        self._left -= 1
        self._vain += 1
        return Verdict(None, why, self._pauses[min(self._vain, len(self._pauses)) - 1])


def judge(outcomes: Sequence[Outcome], budget: Budget) -> Verdict:
    """What follows from the outcomes of all nodes."""
    for kind in ("killed", "final", "drained", "fault"):
        of_kind = [outcome for outcome in outcomes if outcome.kind == kind]
        if not of_kind:
            continue
        if kind == "killed":
            return Verdict(KILLED, of_kind[0].why)
        if kind == "final":
            return Verdict(of_kind[0].code, of_kind[0].why)
        if kind == "drained":
            return Verdict(EXIT_CODE, of_kind[0].why)
        return budget.fault(max(outcome.step for outcome in outcomes), of_kind[0].why)
    if all(outcome.kind == "done" for outcome in outcomes):
        return Verdict(0)
    return budget.fault(max(outcome.step for outcome in outcomes), "some ranks ended before the others")
