"""How far the judge can be trusted: Cohen's kappa of its answers with others to the same documents.

Three others, as far as they are asked: the same model in another phrasing of the task (does it judge the page or the
words of the question?), the same model asked the same again (is it sure?), a second model. Scales have quadratic
weights, for 3 against 4 is a smaller quarrel than 0 against 5 (Cohen 1968). The interval draws keys, as everywhere:
pages of one host resemble each other.

The documents are those judged whose hash of seed and text is least, so a second run asks about the same ones. A kappa
is held against the task's target and the verdict said plainly: below it, better words or a better judge come first, and
training later. On fewer than `FEWEST` documents there is neither verdict nor interval: five equal answers have a kappa
of 1 whatever was drawn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from classifiers.annotate import crowd
from classifiers.annotate.asking import Asking
from classifiers.annotate.journal import Said
from classifiers.metrics import cohen_kappa, interval, plain
from classifiers.task import Task

FEWEST = 30  # documents under which nothing is said of a target


@dataclass(frozen=True)
class Agreement:
    """With whom, on how many documents; kappa is None where all answers are one and the same."""

    other: str
    documents: int
    unanswered: int
    same: int  # documents with equal answers
    kappa: float | None
    low: float | None
    high: float | None
    target: float

    @property
    def reached(self) -> bool | None:
        return None if self.kappa is None or self.documents < FEWEST else self.kappa >= self.target

    @property
    def verdict(self) -> str:
        if self.documents < FEWEST:
            return f"too few to say: at least {FEWEST} documents are needed"
        if self.kappa is None:
            return "cannot be said, since all answers are alike"
        if self.reached:
            return f"reaches the {self.target:.2f} that the task asks for"
        return f"NOT the {self.target:.2f} that the task asks for: do not trust these labels before it is"

    def plain(self) -> dict[str, Any]:
        return {**asdict(self), "reached": self.reached, "verdict": self.verdict}

    def sentence(self) -> str:
        if self.kappa is None:
            why = "all answers are alike" if self.documents else "there are no answers"
            return f"agreement with {self.other}: cannot be said of {self.documents:,} documents, since {why}"
        spread = f" ({self.low:.2f} to {self.high:.2f})" if self.low is not None and self.high is not None else ""
        told = f"agreement with {self.other}: kappa {self.kappa:.2f}{spread} on {self.documents:,} documents, "
        return f"{told}{self.same / self.documents:.0%} of the answers equal; {self.verdict}"


def subset(judged: Sequence[str], documents: int, seed: int) -> list[str]:
    """Digests of the texts to ask others about, in the order of a hash."""
    order = sorted(judged, key=lambda shown: hashlib.sha256(f"agreement {seed}\0{shown}".encode()).digest())
    return order[:documents]


def measured(
    other: str,
    asking: Asking,
    first: dict[str, str],
    texts: dict[str, str],
    keys: dict[str, str],
    concurrency: int,
    told: Callable[[int], None] = lambda done: None,
) -> Agreement:
    """Ask another about `texts`, and compare with the `first` answers; all are by digest of what is shown."""
    said = crowd.ask(asking, texts, concurrency, told)
    return compared(other, asking.task, first, said, keys)


def compared(
    other: str, task: Task, first: dict[str, str], second: dict[str, Said], keys: dict[str, str], seed: int = 0
) -> Agreement:
    pairs = [(first[shown], said.answer, keys[shown]) for shown, said in second.items() if said.answer is not None]
    a, b = (np.array([task.allowed.index(pair[side]) for pair in pairs], np.int32) for side in (0, 1))
    weights = "quadratic" if task.scale is not None else None

    def kappa(times: np.ndarray) -> float:
        return cohen_kappa(np.repeat(a, times), np.repeat(b, times), len(task.allowed), weights)

    drawn = [key for *_, key in pairs] if len(pairs) >= FEWEST else []
    low, high = interval(kappa, drawn, seed)
    return Agreement(
        other=other,
        documents=len(pairs),
        unanswered=len(second) - len(pairs),
        same=int((a == b).sum()),
        kappa=plain(kappa(np.ones(len(a), np.int64))),
        low=plain(low),
        high=plain(high),
        target=task.agreement,
    )
