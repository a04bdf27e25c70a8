"""What tasks took of the machine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Spent:
    """What tasks took: seconds of the slots' wall clock and of the children's processors, and the largest child."""

    busy: float = 0.0
    cpu: float = 0.0
    peak_bytes: int = 0

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.busy + other.busy, self.cpu + other.cpu, max(self.peak_bytes, other.peak_bytes))
