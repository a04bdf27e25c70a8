"""The interval between checkpoints, and the share of time that is left, without a simulation.

Young 1974 (Communications of the ACM 17(9)) and Daly 2006 (Future Generation Computer Systems 22): faults come by an
exponential law with a mean of M seconds, also while a checkpoint is written or the run restarts, and each costs a
restart of R and the work since the last whole checkpoint, which took d to write.
"""

from __future__ import annotations

import math


def young(block: float, between: float) -> float:
    """Seconds of work between checkpoints that cost `block` each: the square root of 2 d M."""
    return math.sqrt(2 * block * between)


def daly(block: float, between: float) -> float:
    """Young's, with the next terms of the series; good where a checkpoint is not short against M."""
    if block >= 2 * between:
        return between
    ratio = block / (2 * between)
    return young(block, between) * (1 + math.sqrt(ratio) / 3 + ratio / 9) - block


def effective(interval: float, block: float, restart: float, between: float) -> float:
    """Share of time in work that counts: Daly's equation 13, exact for an exponential law."""
    lost = math.exp(restart / between) * math.expm1((interval + block) / between) * between
    return interval / lost
