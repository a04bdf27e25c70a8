"""Effective training time: the share of a run's time that went into steps which count.

Llama 3 (Grattafiori et al. 2024, 3.3.4) measures useful training time over elapsed time, above 90 % at 16,384 GPUs.
Useful are the seconds of each step of the loss curve, each once: metrics.jsonl holds a step only as it was done last.
Elapsed are the seconds between start and end of each supervisor (`session` and `session_end` in events.jsonl); one
that was killed lasted until the last event before the next began. The time between two commands is nobody's loss.
The rest is divided by cause as `losses` tells it; `other` is what no fault explains: the first start, checkpoints that
were waited for, evaluation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from trainer.supervisor.losses import CAUSES


@dataclass(frozen=True)
class Account:
    """In seconds; `steps_redone` and `faults` are counts."""

    elapsed: float
    useful: float
    lost: dict[str, float]
    steps_redone: int
    faults: int

    @property
    def share(self) -> float | None:
        """Effective training time; None where no time passed under a supervisor."""
        return self.useful / self.elapsed if self.elapsed > 0 else None

    @property
    def other(self) -> float:
        return max(0.0, self.elapsed - self.useful - sum(self.lost.values()))


def account(told: Iterable[dict[str, Any]], steps: Iterable[dict[str, Any]]) -> Account:
    """Of the events of a run and the lines of its loss curve. Of several nodes the first one's clock counts."""
    mine = [event for event in told if event.get("node", 0) == 0]
    useful = {line["step"]: float(line.get("seconds") or 0.0) for line in steps}
    losses = [event for event in mine if event["kind"] == "lost"]
    return Account(
        elapsed=sum(_sessions(mine)),
        useful=sum(useful.values()),
        lost={cause: sum(event["seconds"].get(cause, 0.0) for event in losses) for cause in CAUSES},
        steps_redone=sum(event["steps"] for event in losses),
        faults=len(losses),
    )


def _sessions(mine: list[dict[str, Any]]) -> list[float]:
    """Seconds of each."""
    found, began, last = [], None, 0.0
    for event in mine:
        if event["kind"] == "session":
            if began is not None:
                found.append(last - began)
            began = event["time"]
        elif event["kind"] == "session_end" and began is not None:
            found.append(event["time"] - began)
            began = None
        last = event["time"]
    if began is not None:
        found.append(last - began)
    return found
