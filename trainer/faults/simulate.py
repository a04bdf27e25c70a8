"""One run of so many days under faults that come at random: where each second went.

Between two faults nothing is random, so the simulation steps from fault to fault. A fault while the run recovers begins
the recovery anew. Corruption is silent: the run goes on until it is seen, or until another fault, and then back to the
last checkpoint on storage from before it. Seconds by cause add up to the whole run; `useful` is work that counts.
"""

from __future__ import annotations

import itertools
import math
import random
from dataclasses import dataclass

from trainer.faults.assumptions import CAUSES, DAY, Values, between_faults
from trainer.faults.policies import Times

LOSSES = (
    "checkpoints",
    "detection",
    "tests",
    "replacement",
    "restart",
    "load",
    "recomputation",
    "planned",
    "a person",
    "fewer replicas",
)
Spent = dict[str, float]
_COUNTED = list(itertools.accumulate(cause.count for cause in CAUSES))


@dataclass(frozen=True)
class Fault:
    at: float  # seconds since the run began
    stalls: bool = False
    replaced: bool = False
    silent: bool = False
    manual: bool = False
    copies_lost: bool = False
    planned: bool = False


def draw(assumed: Values, seed: int) -> list[Fault]:
    """The faults of a run, in order: the same for every policy, so that policies differ by themselves alone."""
    chance = random.Random(seed)
    end = assumed["days"] * DAY
    faults = [
        _unexpected(at, assumed, chance) for at in _arrivals(between_faults(assumed), assumed["shape"], end, chance)
    ]
    if assumed["planned"]:
        faults += [Fault(at, planned=True) for at in _arrivals(end / assumed["planned"], 1.0, end, chance)]
    return sorted(faults, key=lambda fault: fault.at)


def simulate(times: Times, faults: list[Fault], end: float) -> Spent:
    """Seconds by cause, `useful` among them, from 0 to `end`."""
    run = _Run(times, end)
    for at, fault in enumerate(faults):
        if fault.at >= end:
            break
        run.strike(fault, _loud_after(faults, at, end) if fault.silent else end)
    return run.account()


class _Run:
    """Up from `since` with `began` seconds of work behind it, or recovering until then; `stored` is on storage."""

    def __init__(self, times: Times, end: float) -> None:
        self._times, self._end = times, end
        self._since, self._began, self._stored = 0.0, 0.0, 0.0
        self._spent = dict.fromkeys(LOSSES, 0.0)
        self._stages: list[tuple[str, float]] = []  # of the recovery that ends at `since`

    def strike(self, fault: Fault, following: float) -> None:
        if fault.at < self._since:
            self._strike_again(fault)
            return
        self._close_recovery(self._since)
        noticed = min(fault.at + self._times.silent_after, following, self._end) if fault.silent else fault.at
        work, done = self._work(noticed - self._since)
        kept, from_storage = self._kept(fault, done)
        self._spent["checkpoints"] += noticed - self._since - work
        self._spent["recomputation"] += self._began + work - kept
        self._began = kept
        self._recover(noticed, self._recovery(fault, from_storage))

    def account(self) -> Spent:
        """Close the books at the end."""
        if self._since >= self._end:
            self._close_recovery(self._end)
            return {"useful": self._began, **self._spent}
        self._close_recovery(self._since)
        work, _ = self._work(self._end - self._since)
        self._spent["checkpoints"] += self._end - self._since - work
        return {"useful": self._began + work, **self._spent}

    def _strike_again(self, fault: Fault) -> None:
        """While the run recovers: what was done of that is lost, and processes that end are seen at once."""
        if fault.silent or fault.planned:
            return
        self._close_recovery(fault.at)
        self._recover(fault.at, self._recovery(fault, from_storage=True, seen=self._times.exit_seen))

    def _recover(self, at: float, stages: list[tuple[str, float]]) -> None:
        self._stages, self._since = stages, at + sum(seconds for _, seconds in stages)

    def _close_recovery(self, at: float) -> None:
        """Write down what the recovery has cost by `at`."""
        left = at - (self._since - sum(seconds for _, seconds in self._stages))
        for cause, seconds in self._stages:
            self._spent[cause] += min(seconds, max(left, 0.0))
            left -= seconds
        self._stages = []

    def _work(self, up: float) -> tuple[float, int]:
        """Seconds of work in `up`, and whole cycles of work and checkpoint."""
        cycle = self._times.interval + self._times.block
        done = int(up / cycle)
        return done * self._times.interval + min(up - done * cycle, self._times.interval), done

    def _kept(self, fault: Fault, done: int) -> tuple[float, bool]:
        """The work that a run goes on from, and whether that comes from storage. `done` cycles are behind it."""
        times = self._times
        cycle = times.interval + times.block
        whole = int(max(fault.at - self._since - times.behind, 0.0) / (cycle * times.to_storage)) * times.to_storage
        stored = self._began + whole * times.interval if whole else self._stored
        if fault.planned:  # it was announced, and there was time for a checkpoint
            self._stored = self._began + self._work(fault.at - self._since)[0]
            return self._stored, True
        self._stored = stored
        if times.copies and not (fault.silent or fault.copies_lost):
            return self._began + done * times.interval, False
        return stored, True

    def _recovery(self, fault: Fault, from_storage: bool, seen: float | None = None) -> list[tuple[str, float]]:
        times = self._times
        if fault.planned:
            return [("planned", times.planned)]
        if seen is None:
            seen = 0.0 if fault.silent else times.stall_seen if fault.stalls else times.exit_seen
        stages = [("detection", seen), ("a person", times.manual_wait if fault.manual else 0.0)]
        if times.elastic and not from_storage:
            return [*stages, ("restart", times.reconfigure), ("fewer replicas", times.slower)]
        return [
            *stages,
            ("tests", times.tests),
            ("replacement", times.replacement if fault.replaced else 0.0),
            ("restart", times.restart),
            ("load", times.load if from_storage else times.load_copy),
        ]


def _loud_after(faults: list[Fault], at: int, end: float) -> float:
    """When the next fault comes that is not silent."""
    return next((faults[later].at for later in range(at + 1, len(faults)) if not faults[later].silent), end)


def _arrivals(between: float, shape: float, end: float, chance: random.Random) -> list[float]:
    """Times of a renewal process with `between` seconds on average."""
    scale = between / math.gamma(1 + 1 / shape)
    found, at = [], chance.weibullvariate(scale, shape)
    while at < end:
        found.append(at)
        at += chance.weibullvariate(scale, shape)
    return found


def _unexpected(at: float, assumed: Values, chance: random.Random) -> Fault:
    cause = chance.choices(CAUSES, cum_weights=_COUNTED)[0]
    share = assumed[cause.stalls] if isinstance(cause.stalls, str) else cause.stalls
    return Fault(
        at,
        stalls=chance.random() < share,
        replaced=cause.replaced,
        silent=cause.silent,
        manual=chance.random() < assumed["manual"],
        copies_lost=chance.random() < assumed["copies_lost"],
    )
