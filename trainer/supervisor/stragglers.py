"""Stragglers: ranks that are alive and slow, which hold up all others as every step ends with the slowest.

A rank's time of work is the median of its recent steps; it is compared with the median of all ranks (the lower one of
the two middle ones, so that one of two ranks can be named). Ranks of a run do equal work, so a ratio above
`faults.straggler` points at a machine: a throttled processor, a slow disk or network that batches come through. A rank
is named once, and again only after it has been as fast as the others in between.

What counts as work is the loop's to say, and it can see little: sharded weights are gathered in every layer, so ranks
wait for the slowest within the passes. On CPUs the seconds that were computed tell them apart. On GPUs a collective's
kernel computes while it waits, and only what happens outside the passes (data, the host) shows here; a slow GPU is
found by the check of the node, at the start and after each fault.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass


@dataclass(frozen=True)
class Straggler:
    rank: int
    seconds: float  # of work a step
    median: float  # of all ranks
    ratio: float


def stragglers(work: dict[int, float], above: float) -> list[Straggler]:
    """Of seconds of work a step by rank: those over `above` times the median, the slowest first."""
    if len(work) < 2:
        return []
    median = statistics.median_low(work.values())
    if median <= 0:
        return []
    slow = [Straggler(rank, seconds, median, seconds / median) for rank, seconds in sorted(work.items())]
    return sorted((one for one in slow if one.ratio > above), key=lambda one: -one.ratio)


class Named:
    """Which ranks are known as stragglers, so that each is told once."""

    def __init__(self, above: float) -> None:
        self._above = above
        self._known: set[int] = set()

    def new(self, work: dict[int, float]) -> list[Straggler]:
        slow = stragglers(work, self._above)
        fresh = [one for one in slow if one.rank not in self._known]
        self._known = {one.rank for one in slow}
        return fresh
